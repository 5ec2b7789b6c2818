"""What was changed in AWS behind Terraform's back, in plain words.

Read from the JSON of an ordinary plan, not of a refresh-only one: where an element of a `for_each` was deleted, the
expressions that index it cannot be evaluated any more, and a refresh-only plan fails (seen with Terraform 1.11.4).
`resource_drift` is the same in both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mwaactl.model.drift_noise import Written, is_noise
from mwaactl.model.drift_values import Leaf, is_option_or_plain, leaves, shown
from mwaactl.model.drift_words import changed, deleted
from mwaactl.model.unmanaged import unmanaged


class DriftStatus(StrEnum):
    """In one word."""

    NONE = "no drift"
    DRIFTED = "drift"
    NOT_DEPLOYED = "not deployed"


@dataclass(frozen=True)
class DriftedAttribute:
    """One value that is not as Terraform left it; None is absent, secrets are masked.

    `attribute` is dotted, and empty when the resource itself is gone. `is_restored`: would the next deploy undo it?
    """

    attribute: str
    before: str | None
    after: str | None
    message: str
    is_restored: bool


@dataclass(frozen=True)
class ResourceDrift:
    """All that was changed on one resource."""

    address: str
    type: str
    is_deleted: bool
    attributes: tuple[DriftedAttribute, ...]


@dataclass(frozen=True)
class DriftReport:
    """The drift of one environment, in the order of Terraform."""

    environment: str
    status: DriftStatus
    resources: tuple[ResourceDrift, ...] = ()


def drift_from_json(document: Mapping[str, Any]) -> tuple[ResourceDrift, ...]:
    """Read `terraform show -json PLANFILE`. What Terraform or AWS changed by itself is left out."""
    written = Written(document)
    planned = {entry["address"]: entry["change"] for entry in document.get("resource_changes", [])}
    found: dict[str, ResourceDrift] = {}
    for entry in document.get("resource_drift", []):
        drift = _resource(entry, planned.get(entry["address"], {}), written)
        if drift.attributes:
            found[drift.address] = drift
    for extra in unmanaged(document, written):
        before = found.get(extra.address, ResourceDrift(extra.address, extra.type, False, ()))
        more = DriftedAttribute(extra.attribute, None, extra.what, extra.message, is_restored=False)
        found[extra.address] = ResourceDrift(extra.address, extra.type, False, (*before.attributes, more))
    return tuple(found.values())


def _resource(entry: Mapping[str, Any], planned: Mapping[str, Any], written: Written) -> ResourceDrift:
    change, address, kind = entry["change"], str(entry["address"]), str(entry["type"])
    if change["actions"] == ["delete"]:
        is_restored = "create" in planned.get("actions", ())
        gone = DriftedAttribute("", None, None, deleted(kind, change["before"]), is_restored)
        return ResourceDrift(address, kind, True, (gone,))
    if change["actions"] != ["update"]:
        return ResourceDrift(address, kind, False, ())
    restored = _restored(planned)
    attributes = [
        _attribute(kind, leaf, change, leaf.path in restored)
        for leaf in leaves(change["before"], change["after"])
        if not is_noise(entry, leaf, written, is_restored=leaf.path in restored)
    ]
    return ResourceDrift(address, kind, False, tuple(attributes))


def _restored(planned: Mapping[str, Any]) -> frozenset[tuple[str, ...]]:
    """Paths that the plan changes, computed ones left out."""
    if not {"update", "create"} & set(planned.get("actions", ())):
        return frozenset()
    unknown = {name for name, mark in (planned.get("after_unknown") or {}).items() if mark is True}
    found = leaves(planned.get("before") or {}, planned.get("after") or {})
    return frozenset(leaf.path for leaf in found if leaf.path[0] not in unknown)


def _attribute(kind: str, leaf: Leaf, change: Mapping[str, Any], is_restored: bool) -> DriftedAttribute:
    is_hidden = not is_option_or_plain(leaf.path, change)
    before, after = (shown(leaf.path, value, is_hidden) for value in (leaf.before, leaf.after))
    message = changed(kind, change["before"], leaf, before, after)
    return DriftedAttribute(".".join(leaf.path), before, after, message, is_restored)
