"""Words of others, such as messages, addresses and file names, made fit for one line of ours."""

from __future__ import annotations

import re

# Control characters, halves of characters, and what turns the writing direction: it shows text in another order than it
# has (CVE-2021-42574).
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNITS = ((86_400, "d"), (3600, "h"), (60, "min"))
# A runner of GitHub Actions takes `##[command]` for an order, wherever in a line it stands.
_RUNNER_COMMAND = re.compile(r"##(?=\[)")


def one_line(text: str, limit: int = 0) -> str:
    """`text` without line breaks and control characters, cut at `limit` characters when that is not 0."""
    words = _RUNNER_COMMAND.sub("# #", _HIDDEN.sub("", " ".join(text.split())))
    return f"{words[: limit - 1]}…" if 0 < limit < len(words) else words


def plain_line(text: str) -> str:
    """One line of a file as it is, without control characters; tabs become blanks."""
    return _RUNNER_COMMAND.sub("# #", _HIDDEN.sub("", text.expandtabs(4)))


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 warning`, `2 warnings`."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def duration(seconds: float) -> str:
    """Seconds in the largest unit that fits: `3 d`, `2 h`, `5 min`, `40 s`."""
    unit, name = next(((unit, name) for unit, name in _UNITS if seconds >= unit), (1, "s"))
    return f"{int(seconds // unit)} {name}"
