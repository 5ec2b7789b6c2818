"""IAM policy documents, as far as guards compare them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from mwaactl.model.guards.breadth import is_limiting, is_whole_resource, is_whole_service
from mwaactl.model.guards.change import listed

BUT = "all but "
"""How a `Not...` element is written: `all but iam:*`."""


class Grant(NamedTuple):
    """One thing that a statement allows: to whom, what, on what, and when (conditions as JSON)."""

    principal: str
    action: str
    resource: str
    condition: str

    @property
    def is_public(self) -> bool:
        """May anybody do it?"""
        return _is_open(self.principal) and not is_limiting(self.condition)

    @property
    def is_wide(self) -> bool:
        """Is it for a whole service, for all resources of a kind, or for everybody?"""
        return (
            _is_open(self.principal)
            or self.action.startswith(BUT)
            or is_whole_service(self.action)
            or self.resource.startswith(BUT)
            or is_whole_resource(self.resource)
        )

    @property
    def has_pattern(self) -> bool:
        """Does it name its actions by a pattern, such as s3:Get*?"""
        return any(sign in self.action for sign in "*?")

    def __str__(self) -> str:
        to = f" to {self.principal}" if self.principal else ""
        return f"{self.action} on {self.resource or 'itself'}{to}"


def grants(document: object) -> frozenset[Grant]:
    """What a policy document allows; nothing for one that is no JSON."""
    return frozenset(grant for statement in _statements(document) for grant in _grants(statement))


def is_covered(grant: Grant, by: Iterable[Grant]) -> bool:
    """Did `by` allow as much already? Conditions count as the same only when they are written the same."""
    return any(
        _is_within(grant.action, other.action)
        and _is_within(grant.resource, other.resource)
        and other.principal in ("*", grant.principal)
        and other.condition in ("", grant.condition)
        for other in by
    )


def has_action(action: str, by: Iterable[Grant]) -> bool:
    """Did `by` allow this pattern of actions already, on whatever?"""
    return any(_is_within(action, other.action) for other in by)


def _is_within(inner: str, outer: str) -> bool:
    """Is all that the pattern `inner` stands for in `outer` as well?"""
    if outer in ("*", inner):
        return True
    is_pattern = "*" in inner or "?" in inner
    if outer.startswith(BUT):
        excluded = outer.removeprefix(BUT).split(", ")
        return not inner.startswith(BUT) and not is_pattern and not any(_matches(inner, one) for one in excluded)
    # `?` stands for one character, and so for less than a `*` in `inner`
    return not inner.startswith(BUT) and not (is_pattern and "?" in outer) and _matches(inner, outer)


def _matches(text: str, pattern: str) -> bool:
    return fnmatchcase(text, pattern.replace("[", "[[]"))


def _is_open(principal: str) -> bool:
    return principal == "*" or principal.startswith(BUT) or ":iam::*:" in principal


def _statements(document: object) -> Iterator[Mapping[str, Any]]:
    try:
        parsed = json.loads(document) if isinstance(document, str) else document
    except (ValueError, RecursionError):
        return
    found = parsed.get("Statement", []) if isinstance(parsed, Mapping) else []
    for statement in listed(found):
        if isinstance(statement, Mapping) and statement.get("Effect") == "Allow":
            yield statement


def _grants(statement: Mapping[str, Any]) -> Iterator[Grant]:
    condition = json.dumps(statement["Condition"], sort_keys=True) if statement.get("Condition") else ""
    for principal in _principals(statement):
        for action in _values(statement, "Action"):
            for resource in _values(statement, "Resource") or [""]:
                yield Grant(principal, action.lower(), resource, condition)  # IAM does not mind the case of actions


def _values(statement: Mapping[str, Any], name: str) -> list[str]:
    if excluded := listed(statement.get(f"Not{name}", [])):
        return [BUT + ", ".join(sorted(str(one) for one in excluded))]
    return [str(value) for value in listed(statement.get(name, []))]


def _principals(statement: Mapping[str, Any]) -> list[str]:
    if "NotPrincipal" in statement:
        return [BUT + json.dumps(statement["NotPrincipal"], sort_keys=True)]
    found = statement.get("Principal", "")
    if not isinstance(found, Mapping):
        return [str(found)]
    return [str(one) for kind in found.values() for one in listed(kind)]
