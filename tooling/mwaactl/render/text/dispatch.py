"""`text`: one function per kind of data, chosen by its type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import singledispatch
from typing import Any

from rich.console import Group, RenderableType

from mwaactl.model.result import Outcome

table_of: dict[type, Callable[[Sequence[Any]], RenderableType]] = {}
"""Reports that read best side by side: one function for all reports of a type."""


@singledispatch
def text(data: Any) -> RenderableType:
    """`data` for a terminal."""
    raise TypeError(f"no text for {type(data).__name__}")


@text.register
def _(data: tuple) -> RenderableType:  # type: ignore[type-arg]
    found = [item.data for item in data if isinstance(item, Outcome) and item.data is not None]
    if found and type(found[0]) in table_of:
        return table_of[type(found[0])](found)
    return Group(*(text(item) for item in found))
