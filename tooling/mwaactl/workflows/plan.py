"""plan: what would change, and whether policy agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mwaactl.model.gate import OptionChange
from mwaactl.model.options import options_difference
from mwaactl.model.plan import Plan, plan_from_json
from mwaactl.model.plan_record import PlanRecord
from mwaactl.model.redaction import secrets_in
from mwaactl.model.result import Outcome, Result, result_of
from mwaactl.model.verdict import Verdict
from mwaactl.workflows import fleet, prepare, stored_plan
from mwaactl.workflows.policy import judge, refusal
from mwaactl.workflows.tools import NOTHING_ALLOWED, Allowed, Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.terraform import SavedPlan, Workspace
    from mwaactl.model.environment import Environment

CHANGES_PENDING = 4


@dataclass(frozen=True)
class PlanReport:
    """The plan of one environment and policy's verdict on it."""

    environment: str
    plan: Plan
    verdict: Verdict
    options: tuple[OptionChange, ...] = ()


def run(
    tools: Toolbox,
    names: Sequence[str],
    *,
    allowed: Allowed = NOTHING_ALLOWED,
    destroy: bool = False,
    detailed_exitcode: bool = False,
    is_stored: bool = False,
) -> Result[tuple[Outcome[PlanReport], ...]]:
    """Plan and judge; the plans are kept for `apply`. Changes nothing but the state bucket, if it has to be made.

    `is_stored` puts them into that bucket as the plans of the present commit, unless policy refuses them.
    """
    environments = tools.project.environments(names)
    commit = stored_plan.committed(tools) if is_stored else ""
    prepare.ensure_state_buckets(tools, environments)

    def work(environment: Environment, workspace: Workspace) -> PlanReport:
        saved, report = planned(tools, environment, workspace, allowed, destroy=destroy)
        if commit and not report.verdict.is_refused:
            stored_plan.store(tools, environment, workspace, saved, commit)
        return report

    outcomes = fleet.each_held(tools, environments, "plan", work)
    refusals = [refusal(item.data.verdict) for item in outcomes if item.data and item.data.verdict.is_refused]
    is_pending = any(outcome.data and not outcome.data.plan.is_empty for outcome in outcomes)
    result = result_of("plan", outcomes, CHANGES_PENDING if detailed_exitcode and is_pending else 0)
    if not refusals:
        return result
    errors = [*result.errors, *refusals]
    return Result("plan", result.data, errors[0].exit_code, errors)


def planned(
    tools: Toolbox,
    environment: Environment,
    workspace: Workspace,
    allowed: Allowed = NOTHING_ALLOWED,
    *,
    destroy: bool = False,
) -> tuple[SavedPlan, PlanReport]:
    """Render, plan, judge, and keep the record that `apply` checks."""
    from mwaactl.adapters.plan_records import save_record

    tools.stage(environment.name, "render")
    for warning in tools.project.warnings([environment.name]):
        tools.warn(environment.name, str(warning))
    prepare.write_inputs(tools, environment)
    saved = prepare.make_plan(tools, environment, workspace, destroy=destroy)
    save_record(workspace.data, plan_record(tools, environment, is_destroy=destroy))
    tools.hide(secrets_in(saved.document))
    plan = plan_from_json(environment.name, saved.document)
    verdict = Verdict(environment.name) if destroy else judge(tools, environment, saved, allowed)
    return saved, PlanReport(environment.name, plan, verdict, options_difference(saved.document))


def plan_record(tools: Toolbox, environment: Environment, *, is_destroy: bool = False) -> PlanRecord:
    """What a plan made now depends on."""
    from mwaactl.adapters.plan_records import digest_of, digest_of_texts, terraform_files

    root = tools.project.root
    artifacts = [environment.artifacts.requirements, environment.artifacts.startup_script]
    files = [root / path for path in (*artifacts, *environment.execution_role.policy_files) if path]
    if environment.artifacts.plugins:
        files.append(tools.project.data_dir(environment.name) / "plugins.zip")
    state = tools.state_bucket(environment).state()
    return PlanRecord(
        environment=environment.name,
        target=tools.target.name,
        configuration=digest_of_texts(file.text for file in tools.project.rendered(environment)),
        artifacts=digest_of(root, files),
        modules=digest_of(root, terraform_files(root)),
        state_serial=state.serial if state else None,
        state_lineage=state.lineage if state else None,
        is_destroy=is_destroy,
        created_at=tools.now().isoformat(timespec="seconds"),
    )
