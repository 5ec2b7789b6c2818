"""Values of a resource compared leaf by leaf, so that one changed option is one difference."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mwaactl.model.plan import SENSITIVE, as_text
from mwaactl.model.redaction import masked
from mwaactl.model.secret_names import json_in
from mwaactl.model.state import OPTIONS

LONGEST_VALUE = 160
"""Characters of a value in a report."""


@dataclass(frozen=True)
class Leaf:
    """One differing value. For a list `before` holds the items that went and `after` those that came.

    `was_empty`: was there nothing at all before, not even other items?
    """

    path: tuple[str, ...]
    before: Any
    after: Any
    was_empty: bool
    is_list: bool = False


def is_empty(value: object) -> bool:
    """Is this nothing in one of the ways that providers write it? False and 0 are something."""
    return value is None or value in ("", [], {})


def leaves(before: Any, after: Any, path: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """All differing leaves. The order of a list and of the keys in a JSON text does not matter."""
    before, after = _parsed(before), _parsed(after)
    if _is_single(before) and _is_single(after):
        before, after = (before or [{}])[0], (after or [{}])[0]
    if is_empty(before) and is_empty(after):
        return
    if _is(before, after, dict):
        for name in sorted({*(before or {}), *(after or {})}):
            yield from leaves((before or {}).get(name), (after or {}).get(name), (*path, name))
    elif _is(before, after, list):
        went, came = _only(before or [], after or []), _only(after or [], before or [])
        if went or came:
            yield Leaf(path, went, came, is_empty(before), is_list=True)
    elif before != after:
        yield Leaf(path, before, after, is_empty(before))


def is_option_or_plain(path: tuple[str, ...], change: Mapping[str, Any]) -> bool:
    """May the value be shown, unless it looks secret?

    The provider marks all Airflow options as sensitive, because one of them may be; we look at each of them.
    """
    if path[0] == OPTIONS:
        return True
    return not any(_is_marked(change.get(marks), path) for marks in ("before_sensitive", "after_sensitive"))


def shown(path: tuple[str, ...], value: object, is_hidden: bool) -> str | None:
    """The value as text for a report; None when there is none."""
    if is_empty(value):
        return None
    return SENSITIVE if is_hidden else as_text(masked(path[-1], value), LONGEST_VALUE)


def _parsed(value: Any) -> Any:
    """A JSON text, such as a policy document, as what is in it."""
    found = json_in(value) if isinstance(value, str) else None
    return value if found is None else found


def _is_single(value: object) -> bool:
    """Is this a block that stands once, or not at all?"""
    return is_empty(value) or (isinstance(value, list) and len(value) == 1 and isinstance(value[0], Mapping))


def _is(before: object, after: object, kind: type) -> bool:
    """Are both of this kind, or one of them and the other empty?"""
    return all(isinstance(value, kind) or is_empty(value) for value in (before, after))


def _only(items: list[Any], others: list[Any]) -> list[Any]:
    """Those of `items` that `others` lack."""
    left = Counter(_canonical(other) for other in others)
    found = []
    for item in items:
        if left[_canonical(item)]:
            left[_canonical(item)] -= 1
        else:
            found.append(item)
    return found


def _canonical(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = {name: _canonical(item) for name, item in value.items() if not is_empty(item)}
        return json.dumps(inner, sort_keys=True)
    if isinstance(value, list):  # IAM takes one item with or without a list around it
        return _canonical(value[0]) if len(value) == 1 else json.dumps(sorted(_canonical(item) for item in value))
    return json.dumps(value)


def _is_marked(marks: Any, path: tuple[str, ...]) -> bool:
    """Is the value at `path`, or anything below or above it, marked?"""
    if isinstance(marks, list):
        return any(_is_marked(mark, path) for mark in marks)
    if isinstance(marks, Mapping):
        return _is_marked(marks.get(path[0]), path[1:]) if path else any(_is_marked(m, ()) for m in marks.values())
    return marks is True
