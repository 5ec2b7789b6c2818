"""The gate on one saved plan: checkov, guards, waivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mwaactl.errors import PolicyRefused
from mwaactl.model.guard import guard
from mwaactl.model.plan import Plan
from mwaactl.model.verdict import Verdict
from mwaactl.model.waiver import apply_waivers
from mwaactl.workflows.tools import AllowReplace, Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.terraform import SavedPlan
    from mwaactl.model.environment import Environment


def refusal(verdict: Verdict) -> PolicyRefused:
    """The error for a verdict that says no."""
    return PolicyRefused(
        f'Policy refuses the plan of "{verdict.environment}".',
        findings=verdict.refusals,
        hint="mend it, or waive it with a reason and an expiry in envs/waivers.yaml",
    )


def judge(
    tools: Toolbox, environment: Environment, saved: SavedPlan, plan: Plan, allow_replace: AllowReplace
) -> Verdict:
    """What policy says of the plan. Nothing to apply, nothing to judge."""
    from mwaactl.adapters.checkov import scan_plan
    from mwaactl.adapters.waivers import load_waivers

    if plan.is_empty:
        return Verdict(environment.name)
    tools.stage(environment.name, "policy")
    scan = scan_plan(environment.name, saved.document, tools.project.root)
    guarded, warnings = guard(plan, is_protected=environment.protected, allowed=allow_replace)
    waivers = load_waivers(tools.project.root)
    # Guards are not waivable here: a loss is agreed to for one run, by its address, never for good.
    standing, waived = apply_waivers(scan.failed, waivers, tools.now().date())
    return Verdict(
        environment.name,
        refusals=(*guarded, *standing),
        waived=(*waived, *scan.skipped),
        warnings=warnings,
        passed=scan.passed,
    )
