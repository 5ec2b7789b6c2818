"""apply: carry out the plan that was saved and looked at, and no other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mwaactl.errors import StalePlan, StateLocked, TerraformError
from mwaactl.model.options import options_difference
from mwaactl.model.plan import Plan, plan_from_json
from mwaactl.model.result import Result
from mwaactl.workflows import prepare, stored_plan
from mwaactl.workflows.plan import PlanReport, plan_record
from mwaactl.workflows.policy import judge, refusal
from mwaactl.workflows.setback import explain
from mwaactl.workflows.tools import NOTHING_ALLOWED, Allowed, Question, Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.terraform import SavedPlan, Workspace
    from mwaactl.model.environment import Environment


@dataclass(frozen=True)
class ApplyReport:
    """What was applied."""

    environment: str
    plan: Plan


def run(
    tools: Toolbox, name: str, *, allowed: Allowed = NOTHING_ALLOWED, is_stored: bool = False
) -> Result[ApplyReport]:
    """Apply the plan saved by `mwaactl plan`. Raises StalePlan when what it was made from has changed since.

    `is_stored` takes the plan that was stored for the commit that is checked out.
    """
    from mwaactl.adapters.checkov import warm_up

    environment = tools.project.environment(name)
    warm_up()
    with tools.hold(environment, "apply") as workspace:
        commit = stored_plan.fetch(tools, environment, workspace) if is_stored else ""
        saved = current_plan(tools, environment, workspace, is_stored=is_stored)
        plan = plan_from_json(name, saved.document)
        tools.account(environment).check_caller()
        verdict = judge(tools, environment, saved, allowed)
        tools.show(PlanReport(name, plan, verdict, options_difference(saved.document)))
        if verdict.is_refused:
            raise refusal(verdict)
        if not plan.is_empty:
            tools.confirm(Question(f"Apply this to {name}?"))
            applied(tools, environment, workspace, saved)
        if commit:
            stored_plan.remove(tools, environment, commit)
    return Result("apply", ApplyReport(name, plan))


def current_plan(
    tools: Toolbox, environment: Environment, workspace: Workspace, *, is_stored: bool = False
) -> SavedPlan:
    """The saved plan, if it is still the one to apply. Raises StalePlan."""
    from mwaactl.adapters.plan_records import load_record

    again = f"mwaactl plan {environment.name}{' --store' if is_stored else ''}"
    record = load_record(workspace.data)
    saved = workspace.saved_plan() if record else None
    if record is None or saved is None:
        raise StalePlan(f'There is no saved plan of "{environment.name}".', hint=again)
    if record.is_destroy:
        raise StalePlan(
            f'The saved plan of "{environment.name}" destroys it.', hint=f"mwaactl destroy {environment.name}"
        )
    changed = record.differences(plan_record(tools, environment))
    if changed:
        raise StalePlan(
            f'The saved plan of "{environment.name}" is stale: {" and ".join(changed)} changed since '
            f"{record.created_at}.",
            hint=again,
        )
    return saved


def applied(tools: Toolbox, environment: Environment, workspace: Workspace, saved: SavedPlan) -> None:
    """Apply a plan that the user has agreed to. Raises TerraformError, StateLocked, Aborted."""
    tools.stage(environment.name, "apply")
    try:
        workspace.apply(saved, tools.on_event)
    except StateLocked as error:
        raise prepare.explained(tools, environment, error) from error
    except TerraformError as error:
        explain(tools, environment, error)
        raise
