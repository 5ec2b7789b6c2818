"""`text`: one function per kind of data, chosen by its type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import singledispatch
from importlib import import_module
from typing import Any

from rich.console import Group, RenderableType

from mwaactl.model.result import Outcome

table_of: dict[type, Callable[[Sequence[Any]], RenderableType]] = {}
"""Reports that read best side by side: one function for all reports of a type."""


THEMES = (
    "adopt",
    "airflow",
    "artifacts",
    "clone",
    "cost",
    "dags",
    "dashboard",
    "deploy",
    "diff",
    "doctor",
    "drift",
    "gate",
    "logs",
    "plan",
    "reap",
    "releases",
    "sandbox",
    "status",
    "upgrade",
)
"""The files of this package."""

_THEME_OF = {
    "mwaactl.model.dashboard": "dashboard",
    "mwaactl.model.release_difference": "releases",
    "mwaactl.workflows.dags_check": "dags",
    "mwaactl.workflows.promote": "releases",
    "mwaactl.workflows.publish": "artifacts",
    "mwaactl.workflows.releases": "releases",
    "mwaactl.workflows.rollback": "releases",
}
"""Kinds of data by the module that defines them, for commands that are used many times a day."""


@singledispatch
def text(data: Any) -> RenderableType:
    """`data` for a terminal."""
    _load(type(data))
    if text.dispatch(type(data)) is not text.dispatch(object):
        return text(data)
    raise TypeError(f"no text for {type(data).__name__}")


@text.register
def _(data: tuple) -> RenderableType:  # type: ignore[type-arg]
    found = [item.data for item in data if isinstance(item, Outcome) and item.data is not None]
    if found:
        _load(type(found[0]))
    if found and type(found[0]) in table_of:
        return table_of[type(found[0])](found)
    return Group(*(text(item) for item in found))


def _load(kind: type) -> None:
    """Import the themes, which register their kinds of data; the one of `kind` alone where that is known.

    Themes import the workflows that they tell of: half a second, of which most commands need nothing.
    """
    alone = _THEME_OF.get(kind.__module__)
    for name in [alone] if alone else THEMES:
        import_module(f"{__package__}.{name}")
