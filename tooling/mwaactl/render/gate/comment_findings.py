"""The comment's findings: what refuses and how to mend or waive it, what warns, what is waived."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from mwaactl.model.gate import Gate
from mwaactl.render.gate.findings import Judged, Standing
from mwaactl.render.gate.markdown import block, code, folded, guideline_link, prose
from mwaactl.render.gate.room import Room, table_within
from mwaactl.render.gate.words import next_command
from mwaactl.render.lines import counted, one_line

_HEAD = ("Rule", "Environment", "Resource", "Where", "What", "How to mend")
_WAIVED_HEAD = ("Rule", "Environment", "Resource", "Reason", "Waived in")
_PLAIN_YAML = re.compile(r"[A-Za-z][\w.\[\]/-]*")
_YAML_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))


@dataclass(frozen=True)
class Shared:
    """A finding that is the same in all these environments."""

    one: Judged
    environments: tuple[str, ...]


def shared(found: Sequence[Judged]) -> dict[Standing, list[Shared]]:
    """Findings by what became of them, those that differ in the environment alone as one."""
    names: dict[Judged, dict[str, None]] = {}
    for one in found:
        key = replace(one, environment="", finding=replace(one.finding, environment=""))
        names.setdefault(key, {})[one.environment] = None
    listed: dict[Standing, list[Shared]] = {standing: [] for standing in Standing}
    for key, environments in names.items():
        listed[key.standing].append(Shared(key, tuple(environments)))
    return listed


def refusals(found: Sequence[Shared], room: Room) -> str:
    """Everything that refuses."""
    if not found:
        return ""
    return f"### Refused\n\n{table_within(_HEAD, found, partial(_row, room), room.refusals, 'refusals')}"


def warnings(found: Sequence[Shared], room: Room) -> str:
    """Everything that deserves a look, folded."""
    if not found or not room.folded:
        return ""
    rows = table_within(_HEAD, found, partial(_row, room), room.folded, "warnings")
    return folded(counted(len(found), "warning"), rows)


def waived(found: Sequence[Shared], room: Room) -> str:
    """Everything that somebody took responsibility for, folded."""
    if not found or not room.folded:
        return ""
    rows = table_within(_WAIVED_HEAD, found, partial(_waived_row, room), room.folded, "waived findings")
    return folded(counted(len(found), "waived finding"), rows)


def next_steps(gate: Gate, found: Sequence[Judged]) -> str:
    """What to run now, and how to waive."""
    command = next_command(gate)
    if not command:
        return ""
    if gate.has_passed:
        return f"### Next\n\nMerge. To deploy by hand afterwards:\n\n{block([command], 'sh')}"
    parts = [f"### Next\n\nMend it, then look again:\n\n{block([command], 'sh')}"]
    first = next((one for one in found if one.standing is Standing.REFUSAL), None)
    return "\n\n".join([*parts, folded("How to waive a refusal", _waiver(first))] if first else parts)


def _waiver(one: Judged) -> str:
    finding = one.finding
    lines = [
        f"- check: {_yaml(finding.id)}",
        f"  resource: {_yaml(finding.address)}",
        f"  environment: {_yaml(finding.environment or '*')}",
        "  reason: why this is right here, in a sentence",
        "  owner: who answers for it",
        "  expires: YYYY-MM-DD",
    ]
    return f"Add to `envs/waivers.yaml`, in a commit of its own:\n\n{block(lines, 'yaml')}"


def _row(room: Room, found: Shared) -> list[str]:
    finding = found.one.finding
    first = found.environments[0]
    where = finding.place or (replace(found.one, environment=first).file if first else "")
    message, hint = prose(finding.message, room.cell), prose(finding.hint, room.cell)
    return [*_subject(room, found), code(where, room.cell), message, hint]


def _waived_row(room: Room, found: Shared) -> list[str]:
    return [*_subject(room, found), prose(found.one.reason, room.cell), code(found.one.source, room.cell)]


def _subject(room: Room, found: Shared) -> list[str]:
    finding = found.one.finding
    rule = f"{guideline_link(one_line(finding.id, room.cell), finding.guideline)} {finding.severity.value}"
    names = ", ".join(code(name) if name else "repository" for name in found.environments[: room.names])
    rest = len(found.environments) - room.names
    return [rule, names + (f" and {rest} more" if rest > 0 else ""), code(finding.address, room.cell)]


def _yaml(text: str) -> str:
    line = one_line(text)
    is_plain = _PLAIN_YAML.fullmatch(line) and line.lower() not in _YAML_WORDS
    return line if is_plain else json.dumps(line, ensure_ascii=False)
