"""The comment's table of environments, and those that are not in it."""

from __future__ import annotations

from collections.abc import Sequence

from mwaactl.errors import MwaactlError
from mwaactl.model.gate import Affected, Gate, GateReport
from mwaactl.model.plan import Action, Plan
from mwaactl.model.verdict import Verdict
from mwaactl.render.gate.markdown import block, code, folded, prose
from mwaactl.render.gate.room import Room, table_within
from mwaactl.render.gate.words import cost_text, error_lines
from mwaactl.render.lines import counted

NONE = "-"
_ACTIONS = (Action.CREATE, Action.UPDATE, Action.REPLACE, Action.DELETE)
_COUNTS = ("Add", "Change", "Replace", "Destroy", "Refused", "Warnings")
_HEAD = ("Environment", *_COUNTS, "Cost per month", "Affected because")


def environments(gate: Gate, room: Room) -> str:
    """One row for each environment, those that need somebody first."""
    rows = [_failed(name, error, room) for name, error in gate.failures]
    rows += _repository(gate.repository)
    reports = sorted(gate.reports, key=lambda report: not report.verdict.is_refused)
    rows += [_row(report, room) for report in reports]
    return table_within(_HEAD, rows, list, room.environments, "environments") if rows else ""


def failures(gate: Gate, room: Room) -> str:
    """What kept environments from being judged."""
    if not gate.failures or not room.error_lines:
        return ""
    parts = ["### Could not be judged"]
    for name, error in gate.failures[: room.environments]:
        lines = error_lines(error)
        rest = [f"... and {counted(len(lines) - room.error_lines, 'more line')}"]
        parts += [code(name), block(lines[: room.error_lines] + (rest if len(lines) > room.error_lines else []))]
    return "\n\n".join(parts)


def unaffected(gate: Gate, room: Room) -> str:
    """Environments that the change leaves alone."""
    if not gate.left_out or not room.folded:
        return ""

    def row(left: Affected) -> tuple[str, str]:
        why = _reasons(left.reasons, room) if left.reasons else "no changed file concerns it"
        return code(left.environment), why

    title = f"{counted(len(gate.left_out), 'environment')} not affected"
    return folded(title, table_within(("Environment", "Why"), gate.left_out, row, room.folded, "environments"))


def _row(report: GateReport, room: Room) -> list[str]:
    verdict = report.verdict
    name = f"{'❌' if verdict.is_refused else '✅'} {code(report.environment)}"
    cost = prose(cost_text(report.cost), room.cell) if report.cost else NONE
    if report.cost and report.cost.before is None:
        cost = f"new: {cost}"
    return [name, *_actions(report.plan), *_counts(verdict), cost, _reasons(report.affected_because, room)]


def _repository(verdict: Verdict) -> list[list[str]]:
    if not (verdict.refusals or verdict.warnings):
        return []
    return [[f"{'❌' if verdict.is_refused else '✅'} repository", *[NONE] * 4, *_counts(verdict), NONE, NONE]]


def _failed(name: str, error: MwaactlError, room: Room) -> list[str]:
    return [f"❌ {code(name)}", *[NONE] * 4, "failed", NONE, NONE, prose(error.what, room.cell)]


def _actions(plan: Plan | None) -> list[str]:
    if plan is None:
        return [NONE] * 4
    cells = [str(plan.count(action)) for action in _ACTIONS]
    if forgotten := plan.count(Action.FORGET):
        cells[-1] += f" + {forgotten} forgotten"
    return cells


def _counts(verdict: Verdict) -> list[str]:
    return [f"**{len(verdict.refusals)}**" if verdict.refusals else "0", str(len(verdict.warnings))]


def _reasons(reasons: Sequence[str], room: Room) -> str:
    shown = [code(reason, room.cell) for reason in reasons[: room.reasons]]
    rest = len(reasons) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest > 0 else "") or NONE
