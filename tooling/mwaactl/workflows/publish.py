"""publish: make the bucket's DAG files equal to the DAG folder's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from mwaactl.errors import NotReady
from mwaactl.model.publication import PublishDifference, Wanted
from mwaactl.model.release import Origin
from mwaactl.model.result import Result
from mwaactl.workflows.releasing import Publication, compared, released
from mwaactl.workflows.tools import Question, Toolbox

if TYPE_CHECKING:
    from mwaactl.model.environment import Environment


@dataclass(frozen=True)
class PublishReport:
    """What was, or with a dry run would be, published."""

    environment: str
    bucket: str
    release: str | None
    difference: PublishDifference
    is_dry_run: bool = False


def run(tools: Toolbox, name: str, *, dry_run: bool = False) -> Result[PublishReport]:
    """Publish the DAG files of one environment. Raises NotReady when its bucket does not exist yet."""
    environment = tools.project.environment(name)
    tools.account(environment).check_caller()
    state = tools.state_bucket(environment).state()
    if state is None or state.is_empty:
        raise NotReady(
            f'"{name}" is not deployed yet: there is no bucket to publish to.', hint=f"mwaactl deploy {name}"
        )
    if dry_run:
        publication = local(tools, environment)
        current = publication.current.release.id if publication.current else None
        report = PublishReport(name, environment.bucket_name, current, publication.difference, is_dry_run=True)
        return Result("publish", report)
    with tools.hold(environment, "publish"):
        publication = local(tools, environment)
        if not publication.difference.is_empty:
            tools.show(PublishReport(name, environment.bucket_name, None, publication.difference, is_dry_run=True))
            tools.confirm(Question(f"Publish this to {name}?"))
        return Result("publish", published(tools, environment, publication))


def local(tools: Toolbox, environment: Environment, *, is_new: bool = False) -> Publication:
    """The DAG folder compared with the bucket; `is_new` says that the bucket does not exist yet."""
    return compared(tools, environment, wanted_of(tools, environment), is_new=is_new)


def wanted_of(tools: Toolbox, environment: Environment) -> list[Wanted]:
    """The files of the DAG folder, without those that Terraform owns. Raises ConfigError."""
    from mwaactl.adapters.artifacts import read_bundle

    artifacts = environment.artifacts
    owned_by_terraform = (artifacts.plugins, artifacts.requirements, artifacts.startup_script)
    bundle = read_bundle(tools.project.root, artifacts.dags, [path for path in owned_by_terraform if path])
    folder = tools.project.root / artifacts.dags
    return [
        Wanted(file.path, file.digest, file.size, file.is_dag, partial((folder / file.path).read_bytes))
        for file in bundle.files
    ]


def published(tools: Toolbox, environment: Environment, publication: Publication) -> PublishReport:
    """Release it, and say what was done."""
    release = released(tools, environment, publication, origin=Origin("publish"))
    return PublishReport(environment.name, environment.bucket_name, release.id, publication.difference)
