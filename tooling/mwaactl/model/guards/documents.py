"""IAM policy documents, as far as guards compare them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class Grant(NamedTuple):
    """One thing that a statement allows: to whom, what, on what, and when (conditions as JSON)."""

    principal: str
    action: str
    resource: str
    condition: str

    @property
    def is_public(self) -> bool:
        """May anybody do it?"""
        return self.principal == "*" and not self.condition

    @property
    def is_wide(self) -> bool:
        """Is there a `*` for whole groups of actions, for all resources, or for everybody?"""
        return "*" in self.action or self.resource == "*" or self.principal == "*"

    def __str__(self) -> str:
        to = f" to {self.principal}" if self.principal else ""
        return f"{self.action} on {self.resource or 'itself'}{to}"


def grants(document: object) -> frozenset[Grant]:
    """What a policy document allows; nothing for one that is no JSON. `Not...` elements count as `*`: all but these."""
    return frozenset(grant for statement in _statements(document) for grant in _grants(statement))


def _statements(document: object) -> Iterator[Mapping[str, Any]]:
    try:
        parsed = json.loads(document) if isinstance(document, str) else document
    except ValueError:
        return
    found = parsed.get("Statement", []) if isinstance(parsed, Mapping) else []
    for statement in found if isinstance(found, list) else [found]:
        if isinstance(statement, Mapping) and statement.get("Effect") == "Allow":
            yield statement


def _grants(statement: Mapping[str, Any]) -> Iterator[Grant]:
    condition = json.dumps(statement["Condition"], sort_keys=True) if statement.get("Condition") else ""
    for principal in _principals(statement):
        for action in _values(statement, "Action"):
            for resource in _values(statement, "Resource") or [""]:
                yield Grant(principal, action, resource, condition)


def _values(statement: Mapping[str, Any], name: str) -> list[str]:
    if f"Not{name}" in statement:
        return ["*"]
    found = statement.get(name, [])
    return [str(value) for value in (found if isinstance(found, list) else [found])]


def _principals(statement: Mapping[str, Any]) -> list[str]:
    if "NotPrincipal" in statement:
        return ["*"]
    found = statement.get("Principal", "")
    if not isinstance(found, Mapping):
        return [str(found)]
    return [str(one) for kind in found.values() for one in (kind if isinstance(kind, list) else [kind])]
