"""promote: publish to one environment exactly the bytes that another one runs."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mwaactl.errors import AwsError, ConfigError, PolicyRefused, Severity
from mwaactl.model.history import CURRENT
from mwaactl.model.promotion import RuntimeChange, is_known, misfits, runtime_changes
from mwaactl.model.publication import PublishDifference, Wanted
from mwaactl.model.release import Origin
from mwaactl.model.result import Result
from mwaactl.workflows.fetching import Fetched, code_findings, fetched
from mwaactl.workflows.pinned import check_folder, pinned
from mwaactl.workflows.releasing import Publication, compared, released
from mwaactl.workflows.restoring import check_bucket, load_history, paths_of
from mwaactl.workflows.tools import Question, Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.aws import Bucket
    from mwaactl.model.environment import Environment


@dataclass(frozen=True)
class Promotion:
    """What to promote, and how: `profile` is the AWS profile that reads the source; `is_forced` overrules misfits."""

    source: str
    which: str = CURRENT
    profile: str = ""
    is_forced: bool = False
    is_dry_run: bool = False


@dataclass(frozen=True)
class PromoteReport:
    """What was, or with a dry run would be, promoted: release `promoted` of `source`.

    `release` is the new current release of the environment, None before it is made. `digest` is that of both;
    `runtime` is what differs between what they run.
    """

    source: str
    environment: str
    bucket: str
    promoted: str
    digest: str
    release: str | None
    difference: PublishDifference
    runtime: tuple[RuntimeChange, ...] = ()
    is_dry_run: bool = False


def run(tools: Toolbox, name: str, asked: Promotion) -> Result[PromoteReport]:
    """Promote a release. Raises PolicyRefused when the environment's Airflow would break it, unless forced."""
    if asked.source == name:
        raise ConfigError(
            f'"{name}" cannot be promoted to itself.', hint=f"to an earlier release of it: mwaactl rollback {name}"
        )
    source, environment = tools.project.environment(asked.source), tools.project.environment(name)
    bucket = _source_bucket(tools, source, asked.profile)
    release = load_history(source, bucket).named(asked.which)
    tools.account(environment).check_caller()
    check_bucket(environment, tools.bucket(environment))
    running = pinned(tools, environment, tools.state_bucket(environment).state())
    check_folder(environment, running)
    runs = running.airflow_version or environment.mwaa.airflow_version
    held = nullcontext() if asked.is_dry_run else tools.alone(environment, "promote")
    with held, TemporaryDirectory(prefix="mwaactl-promote-") as folder:
        there = Fetched(bucket, release, Path(folder))
        publication = _publication(tools, there, source, environment, is_dry_run=asked.is_dry_run)
        _check_fit(tools, there, source, environment, runs, is_forced=asked.is_forced)
        report = PromoteReport(
            source=source.name,
            environment=name,
            bucket=environment.bucket_name,
            promoted=release.id,
            digest=release.digest,
            release=None,
            difference=publication.difference,
            runtime=runtime_changes(release, running.airflow_version, running.artifacts),
            is_dry_run=True,
        )
        if asked.is_dry_run:
            return Result("promote", report)
        if not publication.is_released:
            tools.show(report)
            tools.confirm(Question(f"Promote {release.id} of {source.name} to {name}?"))
        origin = Origin("promote", release.id, source.name)
        made = released(
            tools,
            environment,
            publication,
            origin=origin,
            artifacts=running.artifacts,
            airflow_version=running.airflow_version,
            commit=release.commit,
        )
    return Result("promote", replace(report, release=made.id, is_dry_run=False))


def _publication(
    tools: Toolbox, there: Fetched, source: Environment, environment: Environment, *, is_dry_run: bool
) -> Publication:
    """The comparison, once all bytes that are to be uploaded are here and are those of the release."""
    paths = paths_of(source, there.release)
    wanted = [
        Wanted(paths[key], file.digest, file.size, file.is_dag, read=partial(there.read, file))
        for key, file in there.release.files.items()
    ]
    publication = compared(tools, environment, wanted, is_dry_run=is_dry_run)
    prefixes = f"{environment.mwaa.dag_s3_path}/", f"{source.mwaa.dag_s3_path}/"
    changing = [change.key.removeprefix(prefixes[0]) for change in publication.difference.uploads]
    fetched(tools, source, there, [f"{prefixes[1]}{path}" for path in changing])
    return publication


def _source_bucket(tools: Toolbox, source: Environment, profile: str) -> Bucket:
    """The source's bucket, which is the source's account's, whoever reads it. Raises NotReady, AwsError."""
    from mwaactl.adapters.aws import Bucket

    bucket = Bucket(replace(tools.account(source), profile=profile), source.bucket_name)
    try:
        check_bucket(source, bucket)
    except AwsError as error:
        error.hint = error.hint or "name the AWS profile that may read it: --source-profile NAME"
        error.during = f"reading the releases of {source.name}"
        raise
    return bucket


def _check_fit(
    tools: Toolbox, there: Fetched, source: Environment, environment: Environment, runs: str, *, is_forced: bool
) -> None:
    release = there.release
    if not is_known(release.airflow_version):
        tools.warn(environment.name, f"{release.id} does not say which Airflow it was made for")
    findings = list(misfits(release.airflow_version, runs, environment=environment.name))
    if release.airflow_version != runs:
        findings += code_findings(there, paths_of(source, release), runs)
    refusing = [finding for finding in findings if finding.severity is not Severity.LOW]
    if refusing and not is_forced:
        raise PolicyRefused(
            f"{release.id} would not run on {environment.name}.", findings=refusing, hint="--force promotes it anyway"
        )
    for finding in findings:
        place = f"{finding.place}: " if finding.place else ""
        forced = " (forced)" if finding in refusing else ""
        tools.warn(environment.name, f"{place}{finding.message}{forced}")
