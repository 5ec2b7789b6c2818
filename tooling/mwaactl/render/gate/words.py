"""What all outputs of the gate say in the same words."""

from __future__ import annotations

import shlex
from decimal import Decimal

from mwaactl.errors import MwaactlError
from mwaactl.model.cost import CostDifference
from mwaactl.model.gate import Gate, OptionChange
from mwaactl.render.details import details
from mwaactl.render.lines import counted, one_line

STATIC_ONLY = "Static checks only: nothing was planned"
NOTHING_AFFECTED = "the change affects no environment"


def verdict_word(gate: Gate) -> str:
    """PASSED, REFUSED, or FAILED when nothing refuses but not everything could be judged."""
    if gate.has_passed:
        return "PASSED"
    return "REFUSED" if gate.refusals else "FAILED"


def verdict_line(gate: Gate) -> str:
    """The verdict with its counts."""
    waived = sum(len(verdict.waived) for verdict in gate.verdicts)
    parts = [
        counted(len(gate.refusals), "refusal") if gate.refusals else "",
        counted(len(gate.warnings), "warning") if gate.warnings else "",
        f"{waived} waived" if waived else "",
        counted(sum(verdict.passed for verdict in gate.verdicts), "check") + " passed",
        f"{counted(len(gate.failures), 'environment')} could not be judged" if gate.failures else "",
        NOTHING_AFFECTED if not gate.outcomes else "",
    ]
    return f"{verdict_word(gate)}: {', '.join(part for part in parts if part)}"


def cost_text(difference: CostDifference) -> str:
    """`+12.00 to +45.00 USD`: more or less per month than before."""
    low, high = _money(difference.low), _money(difference.high)
    text = f"{low} USD" if low == high else f"{low} to {high} USD"
    before = difference.before.unknown if difference.before else ()
    unknown = sorted({*before, *difference.after.unknown})
    return text + (f", without {', '.join(one_line(name) for name in unknown)} (price unknown)" if unknown else "")


def option_text(change: OptionChange) -> tuple[str, str]:
    """The sign of a plan, and the key with its values."""
    if change.before is None:
        return "+", f"{one_line(change.key)}: {one_line(change.after or '')}"
    if change.after is None:
        return "-", f"{one_line(change.key)}: {one_line(change.before)}"
    return "~", f"{one_line(change.key)}: {one_line(change.before)} → {one_line(change.after)}"


def next_command(gate: Gate) -> str:
    """What to run to see the same again, or what comes next."""
    mode = " --static" if gate.is_static else ""
    refused = [report.environment for report in gate.reports if report.verdict.is_refused]
    again = [*refused, *(name for name, _ in gate.failures)]
    if again:
        return f"mwaactl gate {shlex.join(sorted(set(again)))}{mode}"
    if gate.refusals:
        return f"mwaactl gate {f'--since {shlex.quote(one_line(gate.since))}' if gate.since else '--all'}{mode}"
    changed = [report.environment for report in gate.reports if report.plan and not report.plan.is_empty]
    return " && ".join(f"mwaactl deploy {shlex.quote(name)}" for name in changed)


def error_lines(error: MwaactlError) -> list[str]:
    """An error as lines: what, details, cause, what to try."""
    lines = [f"{one_line(error.what)} [{error.code}]", *(f"  {one_line(line)}" for line, _ in details(error))]
    lines += [f"  while {one_line(error.during)}"] if error.during else []
    lines += [f"  cause {one_line(error.cause)}"] if error.cause else []
    return lines + ([f"  try   {one_line(error.hint)}"] if error.hint else [])


def _money(value: Decimal) -> str:
    rounded = value.quantize(Decimal("0.01")) + 0  # + 0 makes 0 of -0
    return f"{rounded:+,.2f}" if rounded else "0"
