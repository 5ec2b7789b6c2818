"""publish: make the bucket's DAG files equal to the DAG folder's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from mwaactl.errors import NotReady
from mwaactl.model.publication import PublishDifference, Wanted
from mwaactl.model.release import Origin
from mwaactl.model.result import Result
from mwaactl.workflows.pinned import ArtifactChange, Pinned, check_folder, pinned, stale_artifacts
from mwaactl.workflows.releasing import Publication, compared, released, seen_in_bucket
from mwaactl.workflows.tools import Question, Toolbox

if TYPE_CHECKING:
    from mwaactl.model.environment import Environment
    from mwaactl.model.release import Release
    from mwaactl.model.state import State
    from mwaactl.workflows.parsed import ParseReport


@dataclass(frozen=True)
class PublishReport:
    """What was, or with a dry run would be, published.

    `artifacts` are those that differ from what the environment runs; `publish` does not bring them, `deploy` does.
    `parsed` is what Airflow made of the release, where it was waited for.
    """

    environment: str
    bucket: str
    release: str | None
    difference: PublishDifference
    is_dry_run: bool = False
    artifacts: tuple[ArtifactChange, ...] = ()
    parsed: ParseReport | None = None


@dataclass(frozen=True)
class PublishPreview:
    """What publish would do, shown before the question."""

    report: PublishReport


def run(
    tools: Toolbox,
    name: str,
    *,
    dry_run: bool = False,
    skip_checks: bool = False,
    wait: bool = False,
    timeout_s: float | None = None,
) -> Result[PublishReport]:
    """Publish the DAG files of one environment; with `wait`, see Airflow parse them within `timeout_s`.

    What changed is checked as by `dags check` before anything is uploaded, unless `skip_checks`.

    Raises NotReady when it is not deployed, Busy when somebody else publishes, ConfigError for files that must not be
    published, DagError for what Airflow could not import.
    """
    from mwaactl.workflows import parsed as parsing
    from mwaactl.workflows.dags_check import require_sound

    environment = tools.project.environment(name)
    tools.account(environment).check_caller()
    state = tools.state_bucket(environment).state()
    if state is None or state.is_empty:
        raise NotReady(
            f'"{name}" is not deployed yet: there is no bucket to publish to.', hint=f"mwaactl deploy {name}"
        )
    with tools.alone(environment, "publish"):
        publication, running = _looked_at(tools, environment, state, is_dry_run=dry_run)
        stale = stale_artifacts(tools, environment, running)
        current = publication.current.release.id if publication.current else None
        preview = PublishReport(name, environment.bucket_name, current, publication.difference, True, stale)
        if dry_run:
            return Result("publish", preview)
        if not publication.difference.is_empty:
            if not skip_checks:
                folder = f"{environment.mwaa.dag_s3_path}/"
                require_sound(
                    tools, environment, {change.key.removeprefix(folder) for change in publication.difference.uploads}
                )
            tools.show(PublishPreview(preview))
            tools.confirm(Question(f"Publish this to {name}?"))
        release = _released(tools, environment, publication, running)
    report = PublishReport(name, environment.bucket_name, release.id, publication.difference, artifacts=stale)
    if wait:
        limit = parsing.TIMEOUT_S if timeout_s is None else timeout_s
        report = replace(report, parsed=parsing.wait_until_parsed(tools, environment, release, timeout_s=limit))
    return Result("publish", report)


def local(tools: Toolbox, environment: Environment, *, is_new: bool = False) -> Publication:
    """The DAG folder compared with the bucket; `is_new` says that the bucket does not exist yet."""
    return compared(tools, environment, wanted_of(tools, environment), is_new=is_new)


def wanted_of(tools: Toolbox, environment: Environment) -> list[Wanted]:
    """The files of the DAG folder, without those that Terraform owns. Raises ConfigError."""
    from mwaactl.adapters.artifacts import read_bundle

    artifacts = environment.artifacts
    owned_by_terraform = (artifacts.plugins, artifacts.requirements, artifacts.startup_script)
    left_out = [path for path in owned_by_terraform if path]
    bundle = read_bundle(tools.project.root, artifacts.dags, left_out, artifacts.allow)
    folder = tools.project.root / artifacts.dags
    return [
        Wanted(file.path, file.digest, file.size, file.is_dag, partial((folder / file.path).read_bytes))
        for file in bundle.files
    ]


def published(tools: Toolbox, environment: Environment, publication: Publication) -> PublishReport:
    """Release it, and say what was done."""
    running = pinned(tools, environment, tools.state_bucket(environment).state())
    release = _released(tools, environment, publication, running)
    return PublishReport(environment.name, environment.bucket_name, release.id, publication.difference)


def _released(tools: Toolbox, environment: Environment, publication: Publication, running: Pinned) -> Release:
    return released(
        tools,
        environment,
        publication,
        origin=Origin("publish"),
        artifacts=running.artifacts,
        airflow_version=running.airflow_version,
    )


def _looked_at(
    tools: Toolbox, environment: Environment, state: State, *, is_dry_run: bool
) -> tuple[Publication, Pinned]:
    """Everything a publish has to know. Raises NotReady when the environment reads its DAGs from elsewhere."""
    with ThreadPoolExecutor(2, thread_name_prefix="look") as pool:
        seen = pool.submit(seen_in_bucket, tools, environment, is_dry_run=is_dry_run)
        asked = pool.submit(pinned, tools, environment, state)
        wanted = wanted_of(tools, environment)
        publication, running = compared(tools, environment, wanted, seen=seen.result()), asked.result()
    check_folder(environment, running)
    return publication, running
