"""clone: a complete, working copy of an environment."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from mwaactl.errors import DagError, EnvironmentNotFound, MwaactlError, NotReady
from mwaactl.model.clone import CloneWish
from mwaactl.model.comparison import Comparison
from mwaactl.model.cost import configured_cost
from mwaactl.model.options import options_difference
from mwaactl.model.plan import Plan, plan_from_json
from mwaactl.model.result import Result
from mwaactl.workflows import diff, prepare, promote
from mwaactl.workflows.airflow_access import access
from mwaactl.workflows.apply import applied
from mwaactl.workflows.clone_files import Draft, begun, composed, drafted, taken_back, write_all, yaml_path
from mwaactl.workflows.copying import CopyReport, copied, paused, report_of, to_copy
from mwaactl.workflows.dags_check import require_sound
from mwaactl.workflows.deploy import verified
from mwaactl.workflows.looking import passing_plan
from mwaactl.workflows.plan import PlanReport, planned
from mwaactl.workflows.policy import judge, refusal
from mwaactl.workflows.tools import NOTHING_ALLOWED, Allowed, Question, Toolbox

if TYPE_CHECKING:
    from mwaactl.model.environment import Environment
    from mwaactl.model.live import LiveEnvironment
    from mwaactl.model.release import Release


@dataclass(frozen=True)
class ClonePreview:
    """What a clone would be, shown before the question: its YAML, files beside it, plan, and what would be copied.

    `low` and `high` bound the cost per month in USD, as far as prices are known; `plan` is None where Terraform has no
    state bucket yet.
    """

    source: str
    environment: str
    yaml: str
    files: tuple[str, ...]
    low: Decimal
    high: Decimal
    plan: PlanReport | None
    release: str | None
    copies: CopyReport | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class CloneReport:
    """What a clone made. `release` of the clone holds the bytes of release `cloned` of the source."""

    source: str
    environment: str
    target: str
    status: str
    airflow_version: str
    webserver_url: str | None
    bucket: str
    files: tuple[str, ...]
    plan: Plan
    cloned: str | None
    release: str | None
    digest: str | None
    copies: CopyReport | None
    paused: tuple[str, ...]
    differences: Comparison
    notes: tuple[str, ...] = ()
    resumed_after: tuple[str, ...] = ()
    seconds: float = 0.0


AnyClone = Result[ClonePreview] | Result[CloneReport]


def run(
    tools: Toolbox, wish: CloneWish, *, profile: str = "", allowed: Allowed = NOTHING_ALLOWED, dry_run: bool = False
) -> AnyClone:
    """Clone, or go on with a clone that was begun. The source is only read; `profile` is the AWS profile that reads it.

    Raises ConfigError for a name that is taken, NotReady where the source runs nothing, and all that deploy raises.
    """
    began = time.monotonic()
    source = tools.project.environment(wish.source)
    reading = replace(tools, profiles={source.account_id: profile}) if profile else tools
    live, release = _running(reading, source)
    draft = drafted(reading, wish, source, live, release.id if release else "")
    if dry_run:
        return Result("clone", _rehearsed(tools, reading, draft, allowed))
    if draft.resumed_after:
        tools.note(wish.name, f"goes on behind {draft.resumed_after[-1]}, with release {draft.release or 'none'}")
    draft, environment = begun(tools, draft)
    plan = _made(tools, reading, draft, environment, allowed)
    draft.done("apply")
    status = verified(tools, environment)
    copies = None
    if wish.copies_objects:
        tools.stage(wish.name, "copy")
        pair = access(reading, wish.source), access(tools, wish.name)
        copies = copied(tools, *pair, copies_secrets=wish.copies_secrets)
    draft.done("copy")
    promoted = _promoted(tools, draft, profile) if draft.release else None
    draft.done("publish")
    quiet = _kept_quiet(tools, environment) if wish.copies_objects else ()
    draft.done("pause")
    report = CloneReport(
        source=wish.source,
        environment=wish.name,
        target=tools.target.name,
        status=status.status,
        airflow_version=status.airflow_version,
        webserver_url=tools.web_address(status),
        bucket=environment.bucket_name,
        files=draft.paths,
        plan=plan,
        cloned=promoted.promoted if promoted else None,
        release=promoted.release if promoted else None,
        digest=promoted.digest if promoted else None,
        copies=copies,
        paused=quiet,
        differences=diff.run(reading, (wish.source, wish.name)).data,
        notes=draft.notes,
        resumed_after=draft.resumed_after,
        seconds=round(time.monotonic() - began, 1),
    )
    return Result("clone", report)


def _running(tools: Toolbox, source: Environment) -> tuple[LiveEnvironment, Release | None]:
    """What the source runs. Raises NotReady where it is not deployed."""
    from mwaactl.adapters.releases import Releases

    tools.stage(source.name, "account")
    tools.account(source).check_caller()
    try:
        live = tools.environments(source).environment(source.mwaa_name)
    except EnvironmentNotFound as error:
        raise NotReady(
            f'"{source.name}" is not deployed: there is nothing to clone.', hint=f"mwaactl deploy {source.name}"
        ) from error
    if not live.is_usable:
        raise NotReady(
            f'"{source.name}" is {live.status}: no Airflow runs in it.', hint=f"mwaactl status {source.name}"
        )
    current = Releases(tools.bucket(source)).current()
    return live, current.release if current else None


def _made(tools: Toolbox, reading: Toolbox, draft: Draft, environment: Environment, allowed: Allowed) -> Plan:
    """Plan, show, ask, apply. Where nothing was agreed to, the files of a new clone are taken back."""
    name = environment.name
    is_agreed = False
    try:
        # Before anything is made: where the source's Airflow cannot be asked, an hour would have been for nothing.
        copies = _copies(reading, draft)
        _tell_what_does_not_fit(tools, draft, environment)
        prepare.ensure_state_buckets(tools, [environment])
        with tools.hold(environment, "clone") as workspace:
            saved, report = planned(tools, environment, workspace, allowed)
            tools.show(_preview(draft, environment, report, copies))
            if report.verdict.is_refused:
                raise refusal(report.verdict)
            if not report.plan.is_empty:
                secrets = ", with the secrets that Airflow shows" if draft.wish.copies_secrets else ""
                tools.confirm(Question(f"Clone {draft.wish.source} to {name} ({tools.target.name}){secrets}?"))
                is_agreed = True
                applied(tools, environment, workspace, saved)
            return report.plan
    except MwaactlError:
        if not is_agreed and not draft.resumed_after:
            taken_back(tools, name)
        raise


def _tell_what_does_not_fit(tools: Toolbox, draft: Draft, environment: Environment) -> None:
    """With another Airflow, warn of what it will fail on. That is what a rehearsal is for, so nothing is refused."""
    if not draft.wish.airflow_version:
        return
    tools.stage(environment.name, "check")
    try:
        require_sound(tools, environment)
    except DagError as error:
        more = f"mwaactl dags check {environment.name} shows it; the clone comes up all the same"
        tools.warn(environment.name, f"{error.what} {more}")


def _rehearsed(tools: Toolbox, reading: Toolbox, draft: Draft, allowed: Allowed) -> ClonePreview:
    """The same without a trace: files in a temporary folder, a plan without a lock that is not kept."""
    from mwaactl.adapters.rehearsal import rehearsal

    draft = composed(tools, draft)
    with rehearsal(tools.project) as project:
        trial = replace(tools, project=project)
        environment = write_all(trial, draft)
        report = None
        if trial.state_bucket(environment).is_there():
            with trial.hold(environment, "clone") as workspace:
                saved = passing_plan(trial, environment, workspace, "clone")
                plan = plan_from_json(environment.name, saved.document)
                verdict = judge(trial, environment, saved, allowed)
                report = PlanReport(environment.name, plan, verdict, options_difference(saved.document))
    return _preview(draft, environment, report, _copies(reading, draft))


def _copies(reading: Toolbox, draft: Draft) -> CopyReport | None:
    if not draft.wish.copies_objects:
        return None
    found = access(reading, draft.wish.source)
    return report_of(found, to_copy(found, None, copies_secrets=draft.wish.copies_secrets))


def _preview(
    draft: Draft, environment: Environment, report: PlanReport | None, copies: CopyReport | None
) -> ClonePreview:
    cost = configured_cost(environment)
    others = tuple(path for path in draft.files if path != yaml_path(environment.name))
    return ClonePreview(
        source=draft.wish.source,
        environment=environment.name,
        yaml=draft.yaml,
        files=others,
        low=cost.low,
        high=cost.high,
        plan=report,
        release=draft.release or None,
        copies=copies,
        notes=draft.notes,
    )


def _promoted(tools: Toolbox, draft: Draft, profile: str) -> promote.PromoteReport:
    """Publish the very bytes of the source's release. The one question was asked before."""
    agreed = replace(tools, confirm=lambda _question: None, show=lambda _data: None)
    asked = promote.Promotion(draft.wish.source, draft.release, profile, is_forced=bool(draft.wish.airflow_version))
    return promote.run(agreed, draft.wish.name, asked).data


def _kept_quiet(tools: Toolbox, environment: Environment) -> tuple[str, ...]:
    """Pause what begins unpaused, as soon as Airflow knows it: both environments would run the same schedule."""
    from mwaactl.adapters.releases import Releases
    from mwaactl.workflows.parsed import wait_until_parsed

    current = Releases(tools.bucket(environment)).current()
    if current:
        try:
            wait_until_parsed(tools, environment, current.release)
        except (DagError, NotReady) as error:  # as in the source: a clone is no better than that
            tools.warn(environment.name, error.what)
    return paused(tools, access(tools, environment.name))
