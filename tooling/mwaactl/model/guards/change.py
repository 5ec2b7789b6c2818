"""One change of a plan with its raw values, for guards: never print them, they may be secret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mwaactl.model.state import MWAA_TYPE


@dataclass(frozen=True)
class Change:
    """One entry of `resource_changes`. `unknown` marks what is known after apply only; `forced_by` what replaces.

    `reason` is Terraform's `action_reason`, such as `delete_because_no_resource_config`; empty where it gives none.
    """

    address: str
    type: str
    actions: frozenset[str]
    before: Mapping[str, Any] = field(repr=False)
    after: Mapping[str, Any] = field(repr=False)
    unknown: Mapping[str, Any]
    forced_by: tuple[str, ...]
    reason: str = ""

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


def is_first_creation(document: Mapping[str, Any]) -> bool:
    """Does this plan make the MWAA environment, where there was none?

    One that moves to another address without a `moved` block is deleted and created: that is no first creation.
    """
    changes = [entry["change"] for entry in document.get("resource_changes", []) if entry.get("type") == MWAA_TYPE]
    is_created = any(list(change["actions"]) == ["create"] for change in changes)
    return is_created and not any(set(change["actions"]) - {"create"} for change in changes)


def deleted_buckets(changes: Sequence[Change]) -> frozenset[str]:
    """Names of buckets that go: what belonged to them goes with them, and opens nothing."""
    gone = (change for change in changes if change.type == "aws_s3_bucket" and change.is_deletion)
    return frozenset(str(change.before.get("bucket") or change.before.get("id") or "") for change in gone)


def listed(value: object) -> list[Any]:
    """A value as a list: IAM and Terraform both write one item with or without a list around it."""
    return value if isinstance(value, list) else [value]


def is_marked(marks: object) -> bool:
    """Is anything in this part of `after_unknown` true?"""
    if isinstance(marks, Mapping):
        return any(map(is_marked, marks.values()))
    return any(map(is_marked, marks)) if isinstance(marks, list) else marks is True


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
        str(entry.get("action_reason") or ""),
    )
