"""How much the comment has room for: steps from everything down to what must never be missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from mwaactl.render.gate.markdown import table

T = TypeVar("T")
_PLENTY = 1_000_000


@dataclass(frozen=True)
class Room:
    """The most of each kind that is shown. `cell` is in characters; `left_out` says what this step goes without."""

    has_attributes: bool = True
    has_plans: bool = True
    folded: int = _PLENTY  # rows of warnings, of waived findings, of environments that are not affected
    refusals: int = _PLENTY
    losses: int = _PLENTY
    environments: int = _PLENTY
    reasons: int = 3  # for each environment
    names: int = 12  # of environments, for each finding
    error_lines: int = 40  # for each environment
    cell: int = 600
    has_next: bool = True
    left_out: tuple[str, ...] = ()


ROOMS = (
    Room(),
    Room(has_attributes=False, left_out=("changed attributes left out",)),
    Room(has_plans=False, left_out=("plan details left out",)),
    Room(has_plans=False, folded=25, left_out=("plan details left out", "folded lists cut")),
    Room(has_plans=False, folded=0, left_out=("plan details, warnings and waived findings left out",)),
    Room(
        has_plans=False,
        folded=0,
        refusals=100,
        losses=100,
        environments=100,
        reasons=1,
        error_lines=8,
        cell=200,
        left_out=("plan details, warnings and waived findings left out", "lists and texts cut"),
    ),
    Room(
        has_plans=False,
        folded=0,
        refusals=50,
        losses=50,
        environments=50,
        reasons=1,
        names=3,
        error_lines=0,
        cell=90,
        has_next=False,
        left_out=("plan details, warnings and waived findings left out", "lists and texts cut short"),
    ),
)


def table_within(
    head: Sequence[str], items: Sequence[T], row: Callable[[T], Sequence[str]], limit: int, noun: str
) -> str:
    """A table with the `row` of each of the first `limit` items, and how many more there are."""
    rest = len(items) - limit
    return table(head, map(row, items[:limit])) + (f"\n\n... and {rest} more {noun}" if rest > 0 else "")
