"""One plan, and what one check has to say of one resource in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mwaactl.policies.context import Context
from unit.policies.plans import Planned, context, document


@dataclass(frozen=True)
class Case:
    """`told` is PASSED, FAILED, or None where it cannot be told. The first resource is the one that is judged."""

    number: int
    name: str
    told: str | None
    resources: tuple[Planned, ...]
    keys: tuple[str, ...] | None = None
    as_of: Context | None = field(default_factory=context)

    @property
    def plan(self) -> dict[str, Any]:
        return document(*self.resources)


def fine(number: int, name: str, *resources: Planned, as_of: Context | None = None) -> Case:
    """A plan that the check passes."""
    return Case(number, name, "PASSED", resources, as_of=as_of or context())


def wrong(
    number: int, name: str, *resources: Planned, keys: tuple[str, ...] = (), as_of: Context | None = None
) -> Case:
    """A plan that the check fails, by these keys."""
    return Case(number, name, "FAILED", resources, keys, as_of or context())


def untold(number: int, name: str, *resources: Planned, as_of: Context | None = None) -> Case:
    """A plan that the check can say nothing of."""
    return Case(number, name, None, resources, as_of=as_of or context())
