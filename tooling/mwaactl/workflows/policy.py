"""The gate on one saved plan, before it is applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mwaactl.errors import PolicyRefused
from mwaactl.model.redaction import secrets_in
from mwaactl.model.verdict import Verdict
from mwaactl.workflows.judging import Judge
from mwaactl.workflows.tools import Allowed, Toolbox

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


def judge(tools: Toolbox, environment: Environment, saved: SavedPlan, allowed: Allowed) -> Verdict:
    """What policy says of the plan. Nothing to apply, nothing to judge."""
    tools.hide(secrets_in(saved.document))
    if not saved.has_changes:
        return Verdict(environment.name)
    tools.stage(environment.name, "policy")
    # Warnings of the configuration were told before the plan was made.
    return Judge(tools, allowed, warns_of_configuration=False).of_plan(environment, saved.document)
