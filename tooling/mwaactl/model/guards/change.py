"""One change of a plan with its raw values, for guards: never print them, they may be secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mwaactl.model.state import MWAA_TYPE


@dataclass(frozen=True)
class Change:
    """One entry of `resource_changes`. `unknown` marks what is known after apply only; `forced_by` what replaces."""

    address: str
    type: str
    actions: frozenset[str]
    before: Mapping[str, Any] = field(repr=False)
    after: Mapping[str, Any] = field(repr=False)
    unknown: Mapping[str, Any]
    forced_by: tuple[str, ...]

    @property
    def is_new(self) -> bool:
        """Is it created, with nothing of it there before?"""
        return self.actions == {"create"}

    @property
    def is_deletion(self) -> bool:
        """Is it deleted, and not created again?"""
        return self.actions == {"delete"}

    @property
    def is_replacement(self) -> bool:
        """Is it deleted and created again?"""
        return self.actions == {"delete", "create"}


def changes_of(document: Mapping[str, Any]) -> tuple[Change, ...]:
    """What changes at all: no reads, no no-ops."""
    found = (_change(entry) for entry in document.get("resource_changes", []) if entry.get("mode") != "data")
    return tuple(change for change in found if change.actions & {"create", "update", "delete"})


def is_first_creation(changes: tuple[Change, ...]) -> bool:
    """Does this plan make the MWAA environment for the first time?"""
    return any(change.type == MWAA_TYPE and change.is_new for change in changes)


def _change(entry: Mapping[str, Any]) -> Change:
    change = entry["change"]
    unknown = change.get("after_unknown")
    return Change(
        entry["address"],
        entry["type"],
        frozenset(change["actions"]),
        change.get("before") or {},
        change.get("after") or {},
        unknown if isinstance(unknown, Mapping) else {},
        tuple(sorted({str(path[0]) for path in change.get("replace_paths") or [] if path})),
    )
