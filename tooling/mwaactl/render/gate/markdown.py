"""Markdown of GitHub. Whatever comes from a pull request is text there: no HTML, links, mentions or table cells."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from mwaactl.render.lines import one_line

BREAK = "\u200b"  # shows nothing, and keeps GitHub from making a mention or a link of what stands around it
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "\\": "&#92;", "$": "<span>$</span>"}
_SPECIAL = re.compile(r"[&<>|\\$]|[`*\[\]~]|(?<!\w)_|_(?!\w)")
_MARKUP = re.compile(r"[^\w\s/-]|_")
_LINK = re.compile(r"@|(?<=:)//|#(?=\d)|(?i:(?<=\bGH)-(?=\d)|(?<=\bwww)\.)")
_GUIDELINE = re.compile(r"https://[\w.-]+(?:/[\w./~%+=&?#-]*)?")


def prose(text: str, limit: int = 0) -> str:
    """`text` as words in a line or a table cell, cut at `limit` characters when that is not 0."""
    broken = _LINK.sub(lambda match: _broken(match.group()), one_line(text, limit))
    return _SPECIAL.sub(lambda match: _ENTITIES.get(match.group(), f"\\{match.group()}"), broken)


def code(text: str, limit: int = 0) -> str:
    """`text` as inline code. Backticks and pipes cannot be escaped inside of it, so those take the HTML element."""
    line = one_line(text, limit)
    if not line:
        return ""
    if not re.search(r"[`|\\]", line):
        return f"`{line}`"
    return f"<code>{_MARKUP.sub(lambda match: f'&#{ord(match.group())};', line)}</code>"


def block(lines: Iterable[str], language: str = "") -> str:
    """A fenced block. The fence is longer than any run of backticks inside of it."""
    text = "\n".join(lines)
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def folded(summary: str, body: str) -> str:
    """`body` behind a line to click on. `summary` is text."""
    title = html.escape(one_line(summary)).replace("@", f"@{BREAK}")
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"


def guideline_link(text: str, address: str) -> str:
    """`text` as code, linked when `address` is a plain https one."""
    return f"[{code(text)}]({address})" if _GUIDELINE.fullmatch(address) and "`" not in text else code(text)


def _broken(match: str) -> str:
    return BREAK + match if match in ("//", "-", ".") else match + BREAK
