"""rollback: make the bucket's DAG files those of an earlier release again, out of what the bucket itself still has."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mwaactl.model.history import PREVIOUS
from mwaactl.model.promotion import RuntimeChange, runtime_changes
from mwaactl.model.publication import PublishDifference
from mwaactl.model.release import Origin, Release
from mwaactl.model.result import Result
from mwaactl.workflows.pinned import check_folder, pinned
from mwaactl.workflows.releasing import Publication, compared, released
from mwaactl.workflows.restoring import all_gone, check_bucket, load_history, load_stock, paths_of
from mwaactl.workflows.tools import Question, Toolbox

if TYPE_CHECKING:
    from mwaactl.model.environment import Environment


@dataclass(frozen=True)
class RollbackReport:
    """What was, or with a dry run would be, restored: the content of `restored` in place of that of `replaced`.

    `release` is the new current release, None before it is made; `runtime` what a rollback does not bring back.
    """

    environment: str
    bucket: str
    restored: str
    replaced: str
    release: str | None
    difference: PublishDifference
    runtime: tuple[RuntimeChange, ...] = ()
    commit: str | None = None
    is_dry_run: bool = False


def run(tools: Toolbox, name: str, which: str = PREVIOUS, *, dry_run: bool = False) -> Result[RollbackReport]:
    """Restore a release. Raises NotReady, before anything changes, when files of it are no longer there."""
    environment = tools.project.environment(name)
    tools.account(environment).check_caller()
    bucket = tools.bucket(environment)
    check_bucket(environment, bucket)
    with nullcontext() if dry_run else tools.alone(environment, "rollback"):
        history = load_history(environment, bucket)
        current, target = history.published(), history.named(which)
        running = pinned(tools, environment, tools.state_bucket(environment).state())
        check_folder(environment, running)
        publication = _publication(tools, environment, target, is_dry_run=dry_run)
        preview = RollbackReport(
            environment=name,
            bucket=environment.bucket_name,
            restored=target.id,
            replaced=current.id,
            release=None,
            difference=publication.difference,
            runtime=runtime_changes(target, running.airflow_version, running.artifacts),
            commit=target.commit,
            is_dry_run=True,
        )
        if dry_run:
            return Result("rollback", preview)
        if not publication.is_released:
            tools.show(preview)
            tools.confirm(Question(f"Roll {name} back to {target.id}?"))
        made = released(
            tools,
            environment,
            publication,
            origin=Origin("rollback", target.id),
            artifacts=running.artifacts,
            airflow_version=running.airflow_version,
            commit=target.commit,
        )
    return Result("rollback", replace(preview, release=made.id, is_dry_run=False))


def _publication(tools: Toolbox, environment: Environment, target: Release, *, is_dry_run: bool) -> Publication:
    paths, stock = paths_of(environment, target), load_stock(environment, tools.bucket(environment))
    wanted = [stock.wanted(paths[key], key, file) for key, file in target.files.items()]
    publication = compared(tools, environment, wanted, is_dry_run=is_dry_run)
    changing = [change.key for change in publication.difference.uploads]
    gone = [key for key in changing if not stock.has(key, target.files[key])]
    if gone:
        raise all_gone(environment, target, gone)
    return publication
