"""drift: what was changed in AWS outside of Terraform. Changes nothing, in AWS, in the state or in the work tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mwaactl.model.drift import DriftReport, DriftStatus, drift_from_json
from mwaactl.model.result import Outcome, Result, result_of
from mwaactl.workflows import fleet
from mwaactl.workflows.looking import passing_plan
from mwaactl.workflows.plan import CHANGES_PENDING
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.terraform import Workspace
    from mwaactl.model.environment import Environment


def run(tools: Toolbox, names: Sequence[str] = ()) -> Result[tuple[Outcome[DriftReport], ...]]:
    """Look for drift in these environments, or all. Exit code 4 when there is some, unless one of them failed."""
    environments = tools.project.environments(names)
    outcomes = fleet.each_held(
        tools,
        environments,
        "drift",
        lambda environment, workspace: _drift(tools, environment, workspace),
        at_once=fleet.planning_parallelism(),
    )
    has_drift = any(outcome.data and outcome.data.status is DriftStatus.DRIFTED for outcome in outcomes)
    return result_of("drift", outcomes, CHANGES_PENDING if has_drift else 0)


def _drift(tools: Toolbox, environment: Environment, workspace: Workspace) -> DriftReport:
    from mwaactl.adapters.drift_records import DriftRecord, save_drift

    tools.account(environment).check_caller()
    bucket = tools.state_bucket(environment)
    state = bucket.state()
    if state is None or state.is_empty:
        return DriftReport(environment.name, DriftStatus.NOT_DEPLOYED)
    if lock := bucket.lock():
        text = f"{lock.who} holds the state for {lock.operation} since {lock.since} UTC: what it does looks like drift"
        tools.warn(environment.name, text)
    saved = passing_plan(tools, environment, workspace, "drift")
    found = drift_from_json(saved.document)
    save_drift(tools.data(environment.name), DriftRecord(len(found), tools.now()))
    return DriftReport(environment.name, DriftStatus.DRIFTED if found else DriftStatus.NONE, found)
