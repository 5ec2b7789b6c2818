"""gate: one verdict on a change, over everything that it touches. Changes nothing, in AWS or in the work tree."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mwaactl.errors import ConfigError, Finding, PolicyRefused
from mwaactl.model.gate import Gate, GateReport
from mwaactl.model.plan import plan_from_json
from mwaactl.model.result import Outcome, Result
from mwaactl.model.verdict import Verdict
from mwaactl.workflows import fleet, prepare
from mwaactl.workflows.judging import Judge
from mwaactl.workflows.looking import passing_plan
from mwaactl.workflows.repository import files_findings, source_scan
from mwaactl.workflows.scope import Scope, scope_of
from mwaactl.workflows.tools import NOTHING_ALLOWED, Allowed, Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.checkov import Scan
    from mwaactl.adapters.terraform import Workspace
    from mwaactl.model.environment import Environment


@dataclass(frozen=True)
class Request:
    """What to judge: these environments (none = all), or those of them that the change since `since` affects."""

    names: tuple[str, ...] = ()
    since: str = ""
    is_static: bool = False
    allowed: Allowed = NOTHING_ALLOWED


def run(tools: Toolbox, request: Request) -> Result[Gate]:
    """Judge. The result holds everything that was found; its exit code is 3 when policy refuses."""
    from mwaactl.adapters.checkov import warm_up
    from mwaactl.adapters.containment import module_findings, outside_findings

    root = tools.project.root
    if request.is_static and (outside := outside_findings(root)):
        return _result(Gate(True, request.since, "", Verdict("", refusals=outside)))  # nothing was read
    scope = scope_of(tools, request.names, request.since)
    found = [*scope.removed, *(module_findings(root) if request.is_static else ())]
    only = request.names[0] if len(request.names) == 1 else ""
    gate = Gate(request.is_static, request.since, scope.commit, Verdict(""), left_out=scope.left_out, only=only)
    judge = Judge(tools, request.allowed, request.is_static)
    if not scope.affected:
        return _result(replace(gate, repository=judge.of_repository(found, None)))
    warm_up()
    try:
        environments = tools.project.environments(scope.names)
        judge.waivers  # noqa: B018 - mistakes in the waivers are reported before anything is planned
    except ConfigError as error:  # a mistake in the configuration belongs into every output as well
        return _result(replace(gate, outcomes=(Outcome("", error=error),)))
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="repository") as pool:
        repository = pool.submit(_repository, tools, environments, judge, scope)
        outcomes = _outcomes(tools, environments, judge, scope)
        while wait([repository], timeout=fleet.POLL_S).not_done:
            tools.interrupt.report()
    tools.interrupt.check()
    try:
        findings, source = repository.result()
    except ConfigError as error:  # the team's checks are none, so nobody was judged by them
        return _result(replace(gate, outcomes=(Outcome("", error=error),)))
    verdict = judge.of_repository([*found, *findings], source)
    has_failed = any(outcome.error for outcome in outcomes)
    is_complete = source is not None and not request.is_static and not has_failed
    verdict = replace(verdict, warnings=(*verdict.warnings, *judge.of_waivers(scope.names, is_complete=is_complete)))
    return _result(replace(gate, repository=verdict, outcomes=tuple(outcomes)))


def _repository(
    tools: Toolbox, environments: Sequence[Environment], judge: Judge, scope: Scope
) -> tuple[tuple[Finding, ...], Scan | None]:
    findings = files_findings(tools, environments)
    tools.interrupt.check()
    return findings, source_scan(tools, judge.sources, is_static=judge.is_static) if scope.is_code_affected else None


def _outcomes(
    tools: Toolbox, environments: Sequence[Environment], judge: Judge, scope: Scope
) -> list[Outcome[GateReport]]:
    if judge.is_static:
        return fleet.each(tools, environments, lambda one: _looked_at(tools, one, judge, scope), at_once=1)
    prepare.ensure_state_buckets(tools, environments)
    return fleet.each_held(
        tools,
        environments,
        "gate",
        lambda one, workspace: _planned(tools, one, workspace, judge, scope),
        at_once=fleet.planning_parallelism(),
    )


def _looked_at(tools: Toolbox, environment: Environment, judge: Judge, scope: Scope) -> GateReport:
    began = time.monotonic()
    tools.stage(environment.name, "policy")
    verdict = judge.of_configuration(environment)
    return GateReport(environment.name, scope.reasons(environment.name), verdict, seconds=_since(began))


def _planned(tools: Toolbox, environment: Environment, workspace: Workspace, judge: Judge, scope: Scope) -> GateReport:
    from mwaactl.model.cost import difference
    from mwaactl.model.options import options_difference

    began = time.monotonic()
    saved = passing_plan(tools, environment, workspace, "gate")
    plan = plan_from_json(environment.name, saved.document)
    tools.stage(environment.name, "policy")
    cost = difference(saved.document, environment)
    return GateReport(
        environment.name,
        scope.reasons(environment.name),
        judge.of_plan(environment, saved.document),
        plan,
        options_difference(saved.document),
        cost,
        _since(began),
    )


def _since(began: float) -> float:
    return round(time.monotonic() - began, 1)


def _result(gate: Gate) -> Result[Gate]:
    errors = [error for _, error in gate.failures]
    if gate.refusals:
        count = len(gate.refusals)
        hint = "mend them, or waive one with a reason and an expiry in envs/waivers.yaml"
        errors.append(PolicyRefused(f"Policy refuses: {count} finding{'s' if count > 1 else ''}.", hint=hint))
    return Result("gate", gate, errors[0].exit_code if errors else 0, errors)


def comment(body: str) -> str:
    """Post or update the gate's comment on the pull request; its address. Raises MwaactlError elsewhere."""
    from mwaactl.adapters.github import upsert_comment

    return upsert_comment(body)
