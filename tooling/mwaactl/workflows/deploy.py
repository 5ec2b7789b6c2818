"""deploy: the whole pipeline, render > plan > policy > apply > publish > verify."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mwaactl.errors import EnvironmentFailed
from mwaactl.model.plan import Plan
from mwaactl.model.publication import PublishDifference
from mwaactl.model.result import Outcome, Result, result_of
from mwaactl.workflows import fleet, prepare
from mwaactl.workflows.apply import applied
from mwaactl.workflows.dags_check import require_sound
from mwaactl.workflows.plan import PlanReport, planned
from mwaactl.workflows.policy import refusal
from mwaactl.workflows.publish import PublishReport, local, published
from mwaactl.workflows.releasing import Publication
from mwaactl.workflows.setback import sentence
from mwaactl.workflows.tools import NOTHING_ALLOWED, Allowed, Question, Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.terraform import SavedPlan
    from mwaactl.model.environment import Environment
    from mwaactl.model.live import LiveEnvironment


@dataclass(frozen=True)
class DeployReport:
    """What a deploy did and what there is now. `seconds` counts from the start of the deploy.

    `webserver_url` is None while there is none, and in a sandbox without Airflow.
    """

    environment: str
    target: str
    plan: Plan
    publication: PublishReport
    status: str
    airflow_version: str
    webserver_url: str | None
    bucket: str
    seconds: float


@dataclass(frozen=True)
class Ready:
    """An environment that is planned, judged and compared: only a yes is missing."""

    environment: Environment
    saved: SavedPlan
    report: PlanReport
    publication: Publication

    @property
    def is_up_to_date(self) -> bool:
        """Is there nothing to do?"""
        return self.report.plan.is_empty and self.publication.difference.is_empty


@dataclass(frozen=True)
class DeployPreview:
    """What deploy would do to one environment, shown before the question."""

    plan: PlanReport
    publication: PublishDifference


def run(
    tools: Toolbox, names: Sequence[str], *, allowed: Allowed = NOTHING_ALLOWED, skip_checks: bool = False
) -> Result[tuple[Outcome[DeployReport], ...]]:
    """Deploy environments side by side: check and plan all, ask once, then apply and publish.

    One failing stops no other. The check of the artifacts is that of `dags check`, unless `skip_checks`.
    """
    began = time.monotonic()
    environments = tools.project.environments(names)
    prepare.ensure_state_buckets(tools, environments)
    with fleet.holding_each(tools, environments, "deploy") as held:
        failed: list[Outcome[DeployReport]] = list(held.failed)

        def get_ready(environment: Environment) -> Ready:
            if not skip_checks:
                tools.stage(environment.name, "check")
                require_sound(tools, environment)
            saved, report = planned(tools, environment, held.workspaces[environment.name], allowed)
            state = tools.state_bucket(environment).state()
            publication = local(tools, environment, is_new=_is_bucket_new(report.plan) or state is None)
            return Ready(environment, saved, report, publication)

        def finish(ready: Ready) -> DeployReport:
            environment = ready.environment
            if not ready.report.plan.is_empty:
                applied(tools, environment, held.workspaces[environment.name], ready.saved)
            publication = published(tools, environment, ready.publication)
            live = verified(tools, environment)
            return DeployReport(
                environment.name,
                tools.target.name,
                ready.report.plan,
                publication,
                live.status,
                live.airflow_version,
                tools.web_address(live),
                environment.bucket_name,
                round(time.monotonic() - began, 1),
            )

        free = [environment for environment in environments if environment.name in held.workspaces]
        ready, lost = _agreed(tools, fleet.each(tools, free, get_ready))
        failed += lost
        by_name = {item.environment.name: item for item in ready}
        done = fleet.each(
            tools, [item.environment for item in ready], lambda environment: finish(by_name[environment.name])
        )
    order = {environment.name: place for place, environment in enumerate(environments)}
    return result_of("deploy", sorted([*done, *failed], key=lambda outcome: order[outcome.environment]))


def verified(tools: Toolbox, environment: Environment) -> LiveEnvironment:
    """The environment as AWS reports it. Raises EnvironmentFailed when Airflow does not run in it."""
    tools.stage(environment.name, "verify")
    live = tools.environments(environment).environment(environment.mwaa_name)
    if live.status == "PENDING":
        tools.warn(environment.name, "the environment waits for its VPC endpoints (endpoint_management: CUSTOMER)")
    elif not live.is_usable and not live.is_changing:
        raise EnvironmentFailed(
            f"The environment {live.name} is {live.status}.",
            cause=live.last_update_error,
            hint=f"mwaactl doctor {environment.name}",
        )
    trouble = sentence(tools, environment, live)
    if trouble:
        tools.warn(environment.name, trouble)
    return live


def _agreed(tools: Toolbox, outcomes: Sequence[Outcome[Ready]]) -> tuple[list[Ready], list[Outcome[DeployReport]]]:
    """Show every plan, sort out what policy refuses, and ask once for the rest. Raises Aborted."""
    ready: list[Ready] = []
    lost: list[Outcome[DeployReport]] = []
    for outcome in outcomes:
        if outcome.data is None:
            lost.append(Outcome(outcome.environment, error=outcome.error))
            continue
        tools.show(DeployPreview(outcome.data.report, outcome.data.publication.difference))
        if outcome.data.report.verdict.is_refused:
            lost.append(Outcome(outcome.environment, error=refusal(outcome.data.report.verdict)))
        else:
            ready.append(outcome.data)
    waiting = [item.environment.name for item in ready if not item.is_up_to_date]
    tools.interrupt.check()
    if waiting:
        tools.confirm(Question(f"Deploy this to {', '.join(waiting)} ({tools.target.name})?"))
    return ready, lost


def _is_bucket_new(plan: Plan) -> bool:
    return any(change.address.endswith("aws_s3_bucket.this") and change.action == "create" for change in plan.changes)
