"""A text that several runs write together, each its own section between two hidden markers."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SECTION = re.compile(r"<!-- section:([\w.-]+) -->\n(.*?)\n<!-- end:\1 -->", re.DOTALL)


def with_sections(text: str, head: str, changed: Mapping[str, str], *, limit: int) -> str:
    """`head` and all sections: those of `text`, but for `changed`, whose content is put in, or taken out when empty.

    Sections stand in alphabetical order; where all of it is longer than `limit` characters, of each stays the first
    line. Empty when no section is left.
    """
    sections = {**dict(_SECTION.findall(text)), **{name: content.strip() for name, content in changed.items()}}
    kept = {name: content for name, content in sorted(sections.items()) if content}
    whole = _joined(head, kept)
    return whole if len(whole) <= limit else _joined(head, {name: kept[name].splitlines()[0] for name in kept})


def _joined(head: str, sections: Mapping[str, str]) -> str:
    if not sections:
        return ""
    parts = [f"<!-- section:{name} -->\n{content}\n<!-- end:{name} -->" for name, content in sections.items()]
    return "\n\n".join([head, *parts]) + "\n"
