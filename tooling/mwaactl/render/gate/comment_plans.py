"""The comment's plans: a loud word on what would be lost, and every change in folded blocks."""

from __future__ import annotations

from mwaactl.model.gate import Gate, GateReport
from mwaactl.model.plan import Action, ResourceChange
from mwaactl.render.gate.markdown import block, code, folded
from mwaactl.render.gate.room import Room
from mwaactl.render.gate.words import option_text
from mwaactl.render.lines import counted, one_line

_LOST = (Action.DELETE, Action.REPLACE)
# A diff colours lines by their first character; `~` has no colour, `!` has.
_SIGNS = {Action.CREATE: "+", Action.UPDATE: "!", Action.REPLACE: "-/+", Action.DELETE: "-", Action.FORGET: "#"}
_LONGEST = 300  # characters of an option's line


def caution(gate: Gate, room: Room) -> str:
    """Every resource that would be deleted or replaced, with what forces it; those that hold state first."""
    found: dict[tuple[bool, Action, str, tuple[str, ...]], list[str]] = {}
    for report in gate.reports:
        for change in report.plan.changes if report.plan else ():
            if change.action in _LOST:
                key = (not change.is_loss, change.action, change.address, change.forced_by)
                found.setdefault(key, []).append(report.environment)
    if not found:
        return ""
    losses = sorted(found.items(), key=lambda item: item[0][0])
    total = counted(sum(len(names) for names in found.values()), "resource")
    lines = ["> [!CAUTION]", f"> **{total} would be deleted or replaced**", ">"]
    for (is_stateless, action, address, forced_by), names in losses[: room.losses]:
        forced = f", forced by {', '.join(code(name, room.cell) for name in forced_by)}" if forced_by else ""
        state = "" if is_stateless else " (holds state)"
        where = ", ".join(code(name) for name in names)
        lines.append(f"> - {where}: **{action.value}** {code(address, room.cell)}{forced}{state}")
    if len(losses) > room.losses:
        lines.append(f"> - ... and {len(losses) - room.losses} more")
    return "\n".join(lines)


def plans(gate: Gate, room: Room) -> str:
    """The changes of each environment; those that are the same for several are shown once."""
    if not room.has_plans:
        return ""
    same: dict[tuple[str, ...], list[GateReport]] = {}
    for report in gate.reports:
        if lines := _lines(report, room):
            same.setdefault(lines, []).append(report)
    return "\n\n".join(folded(_title(reports), block(lines, "diff")) for lines, reports in same.items())


def _title(reports: list[GateReport]) -> str:
    names = ", ".join(report.environment for report in reports)
    summary = reports[0].plan.summary if reports[0].plan else ""
    same = f" (the same in {len(reports)} environments)" if len(reports) > 1 else ""
    return f"Plan of {names}: {summary}{same}"


def _lines(report: GateReport, room: Room) -> tuple[str, ...]:
    if report.plan is None:
        return ()
    lines = [line for change in report.plan.changes for line in _change(change, room)]
    if report.options and room.has_attributes:
        lines.append("! airflow_configuration_options")
        for sign, text in map(option_text, report.options):
            lines.append(f"{sign.replace('~', '!')}     {one_line(text, _LONGEST)}")
    if report.plan.changed_outputs:
        lines.append(f"! outputs: {one_line(', '.join(report.plan.changed_outputs), _LONGEST)}")
    return tuple(lines)


def _change(change: ResourceChange, room: Room) -> list[str]:
    lines = [f"{_SIGNS.get(change.action, ' ')} {one_line(change.address)}"]
    for attribute in change.attributes if room.has_attributes else ():
        forces = "  # forces replacement" if attribute.forces_replacement else ""
        lines.append(
            f"      {one_line(attribute.name)}: {one_line(attribute.before)} → {one_line(attribute.after)}{forces}"
        )
    return lines
