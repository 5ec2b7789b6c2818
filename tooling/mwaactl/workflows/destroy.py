"""destroy: take an environment away, with everything that Terraform made for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mwaactl.errors import Finding, PolicyRefused
from mwaactl.model.result import Outcome, Result, result_of
from mwaactl.workflows import fleet, prepare
from mwaactl.workflows.apply import applied
from mwaactl.workflows.plan import PlanReport, planned
from mwaactl.workflows.tools import Question, Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.terraform import SavedPlan
    from mwaactl.model.environment import Environment


@dataclass(frozen=True)
class DestroyReport:
    """How many resources went, and how many object versions of the bucket."""

    environment: str
    deleted_resources: int
    deleted_object_versions: int


def run(
    tools: Toolbox, names: Sequence[str], *, confirmed: Collection[str] = ()
) -> Result[tuple[Outcome[DestroyReport], ...]]:
    """Destroy environments. A protected one only when its name is typed, or given in `confirmed`.

    Raises PolicyRefused before anything is touched when a protected name is neither.
    """
    environments = tools.project.environments(names)
    prepare.ensure_state_buckets(tools, environments)
    with fleet.holding_each(tools, environments, "destroy") as held:
        free = [environment for environment in environments if environment.name in held.workspaces]

        def plan_destroy(environment: Environment) -> tuple[SavedPlan, PlanReport]:
            return planned(tools, environment, held.workspaces[environment.name], destroy=True)

        plans = fleet.each(tools, free, plan_destroy)
        ready = {outcome.environment: outcome.data for outcome in plans if outcome.data}
        for _saved, report in ready.values():
            tools.show(report)
        for environment in free:
            if environment.name in ready and not ready[environment.name][1].plan.is_empty:
                _ask(tools, environment, confirmed)

        def destroy(environment: Environment) -> DestroyReport:
            saved, report = ready[environment.name]
            versions = 0
            if not report.plan.is_empty:
                if not environment.bucket.existing and tools.bucket(environment).is_there():
                    tools.stage(environment.name, "empty the bucket")
                    versions = tools.bucket(environment).delete_every_version()
                applied(tools, environment, held.workspaces[environment.name], saved)
            return DestroyReport(environment.name, len(report.plan.changes), versions)

        done = fleet.each(tools, [environment for environment in free if environment.name in ready], destroy)
        failed: list[Outcome[DestroyReport]] = [
            Outcome(lost.environment, error=lost.error) for lost in (*held.failed, *plans) if lost.error
        ]
    return result_of("destroy", [*done, *failed])


def _ask(tools: Toolbox, environment: Environment, confirmed: Collection[str]) -> None:
    if environment.name in confirmed:
        return
    text = f"Destroy {environment.name} ({tools.target.name}), its metadata database, its DAGs and their history?"
    if not environment.protected:
        tools.confirm(Question(text))
        return
    if not tools.can_ask:
        finding = Finding("GUARD_DESTROY", environment.mwaa_name, "is protected", environment=environment.name)
        raise PolicyRefused(
            f'"{environment.name}" is protected: destroying it needs its name typed.',
            findings=[finding],
            hint=f"mwaactl destroy {environment.name} --confirm {environment.name}",
        )
    tools.confirm(Question(text, name=environment.name))
