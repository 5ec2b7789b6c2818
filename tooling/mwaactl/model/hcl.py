"""Python values as HCL, laid out as `terraform fmt` does."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

WIDEST_LIST = 100
"""Characters of a list on one line; longer ones get a line for each item. Our own limit: fmt keeps both."""

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_NOT_KEYS = frozenset({"for", "if", "in", "null", "true", "false"})
"""Words that would mean something else as a bare key of an object."""

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def hcl(value: object, indent: int = 0) -> str:
    """`value` as an HCL expression whose first line stands after `indent` spaces of indentation.

    Takes None, booleans, numbers, text, and lists, tuples and string-keyed mappings of them. Raises TypeError for
    anything else.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return f'"{_escaped(value)}"'
    if isinstance(value, Mapping):
        return _object(value, indent)
    if isinstance(value, (list, tuple)):
        return _tuple(value, indent)
    raise TypeError(f"no HCL for {type(value).__name__}")


def _escaped(text: str) -> str:
    """HCL's quoted template: `${` and `%{` doubled, control characters as \\uXXXX."""
    pieces = []
    for index, character in enumerate(text):
        if character in _ESCAPES:
            pieces.append(_ESCAPES[character])
        elif character in "$%" and text[index + 1 : index + 2] == "{":
            pieces.append(character * 2)
        elif unicodedata.category(character) in {"Cc", "Zl", "Zp"}:
            pieces.append(f"\\u{ord(character):04x}")
        else:
            pieces.append(character)
    return "".join(pieces)


def _key(name: object) -> str:
    if not isinstance(name, str):
        raise TypeError(f"a key of an object must be text, not {type(name).__name__}")
    return name if _IDENTIFIER.fullmatch(name) and name not in _NOT_KEYS else f'"{_escaped(name)}"'


def _width(text: str) -> int:
    """Columns as fmt counts them: combining characters take none."""
    return sum(1 for character in text if not unicodedata.combining(character))


def _object(value: Mapping[str, object], indent: int) -> str:
    """fmt aligns the `=` of neighbouring one-line items; an item of several lines ends the neighbourhood."""
    if not value:
        return "{}"
    inner = " " * (indent + 2)
    lines: list[str] = []
    together: list[tuple[str, str]] = []
    for name, item in value.items():
        key, text = _key(name), hcl(item, indent + 2)
        if "\n" in text:
            lines.extend(_aligned(together, inner))
            together = []
            lines.append(f"{inner}{key} = {text}")
        else:
            together.append((key, text))
    lines.extend(_aligned(together, inner))
    return "\n".join(["{", *lines, f"{' ' * indent}}}"])


def _aligned(items: list[tuple[str, str]], indent: str) -> list[str]:
    widest = max((_width(key) for key, _ in items), default=0)
    return [f"{indent}{key}{' ' * (widest - _width(key))} = {text}" for key, text in items]


def _tuple(values: list[object] | tuple[object, ...], indent: int) -> str:
    items = [hcl(item, indent + 2) for item in values]
    line = f"[{', '.join(items)}]"
    if len(line) <= WIDEST_LIST and "\n" not in line:
        return line
    inner = " " * (indent + 2)
    return "\n".join(["[", *(f"{inner}{item}," for item in items), f"{' ' * indent}]"])
