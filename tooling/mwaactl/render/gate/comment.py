"""The comment on a pull request: verdict first, then what would be lost, then the rest; as short as GitHub wants it.

What belongs into it is the union of what Atlantis, tfcmt, digger, atmos and infracost show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mwaactl.model.gate import Gate
from mwaactl.render.gate.comment_environments import environments, failures, unaffected
from mwaactl.render.gate.comment_findings import Shared, next_steps, refusals, shared, waived, warnings
from mwaactl.render.gate.comment_plans import caution, plans
from mwaactl.render.gate.findings import Judged, Standing, all_judged
from mwaactl.render.gate.markdown import code
from mwaactl.render.gate.room import ROOMS, Room
from mwaactl.render.gate.words import NOTHING_AFFECTED, STATIC_ONLY, next_command, verdict_line

MARKER = "<!-- mwaactl:gate -->"
LIMIT = 64_000  # GitHub's is 65,536; hiding secrets afterwards can make a text longer
_CUT = "_Cut here: GitHub's limit. All of it is in the log of this run._\n"


def comment(gate: Gate, *, limit: int = LIMIT) -> str:
    """The comment in Markdown, of at most `limit` bytes in UTF-8.

    GitHub speaks of 65,536 characters; bytes are never fewer than characters, so this holds for either reading.
    What is too long loses details first: attributes, plans, warnings, at last the length of lists and texts.
    """
    if _is_silent(gate):
        return f"{marker(gate)}\n✅ **mwaactl gate PASSED**: {NOTHING_AFFECTED}. {_subject(gate)}".rstrip() + "\n"
    found = all_judged(gate)
    listed = shared(found)
    text = ""
    for room in ROOMS:
        text = _comment(gate, found, listed, room)
        if len(text.encode()) <= limit:
            return text
    return _cut(text, limit)


def marker(gate: Gate) -> str:
    """The hidden first line by which a later run finds its comment: one for all, or one for each environment."""
    return f"<!-- mwaactl:gate:{gate.only} -->" if gate.only else MARKER


def _comment(gate: Gate, found: Sequence[Judged], listed: Mapping[Standing, Sequence[Shared]], room: Room) -> str:
    parts = [
        f"{marker(gate)}\n## {'✅' if gate.has_passed else '❌'} mwaactl gate {verdict_line(gate)}",
        _subject(gate),
        _shortened(gate, room),
        caution(gate, room),
        environments(gate, room),
        failures(gate, room),
        refusals(listed[Standing.REFUSAL], room),
        next_steps(gate, found) if room.has_next else "",
        warnings(listed[Standing.WARNING], room),
        waived(listed[Standing.WAIVED], room),
        plans(gate, room),
        unaffected(gate, room),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _is_silent(gate: Gate) -> bool:
    return not gate.outcomes and not any((gate.repository.refusals, gate.repository.warnings, gate.repository.waived))


def _subject(gate: Gate) -> str:
    parts = [
        f"Commit {code(gate.commit[:12])}" if gate.commit else "",
        f"compared with {code(gate.since, 100)}" if gate.since else "",
    ]
    words = " ".join(part for part in parts if part)
    static = f"**{STATIC_ONLY}.**" if gate.is_static else ""
    return " ".join(part for part in (f"{words}." if words else "", static) if part)


def _shortened(gate: Gate, room: Room) -> str:
    if not room.left_out:
        return ""
    command = next_command(gate)
    local = f", or run {code(command)}" if command.startswith("mwaactl gate") else ""
    return f"_Shortened to GitHub's limit: {', '.join(room.left_out)}. All of it is in the log of this run{local}._"


def _cut(text: str, limit: int) -> str:
    space = limit - len(_CUT.encode()) - 1
    kept = text.encode()[: max(space, 0)].decode(errors="ignore")
    whole = kept.rpartition("\n")[0] or kept  # not half a line: that might be half an element of HTML
    return f"{whole}\n\n{_CUT}"[:limit]
