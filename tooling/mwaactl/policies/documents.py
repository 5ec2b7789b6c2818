"""IAM policy documents, as plans and source have them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mwaactl.policies.resource import UNKNOWN, is_expression


@dataclass(frozen=True)
class Statement:
    """One statement, each element as a list. `is_known` is False where source holds what could not be resolved."""

    effect: str
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    principals: Mapping[str, tuple[str, ...]]
    condition: Mapping[str, Any]
    is_known: bool = True

    @property
    def is_allow(self) -> bool:
        return self.effect == "Allow"

    def condition_values(self, operator: str, key: str) -> tuple[str, ...]:
        """Values of one condition, as small text; none where it is not there."""
        found = next((value for name, value in self._of(operator) if name.lower() == key.lower()), None)
        return tuple(str(value).lower() for value in _listed(found))

    def _of(self, operator: str) -> Iterator[tuple[str, Any]]:
        for name, keys in self.condition.items():
            if name.lower() == operator.lower() and isinstance(keys, Mapping):
                yield from keys.items()


def statements(document: Any) -> tuple[Statement, ...] | None:
    """The statements of a document, given as JSON text or as checkov parsed it; None where it is not known."""
    if isinstance(document, str):
        document = _parsed(document)
    if not isinstance(document, Mapping) or document is UNKNOWN:
        return None
    found = document.get("Statement")
    listed = [found] if isinstance(found, Mapping) else found
    if not isinstance(listed, list) or not all(isinstance(one, Mapping) for one in listed):
        return None
    return tuple(_statement(one) for one in listed)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _statement(found: Mapping[str, Any]) -> Statement:
    texts = [text for key in ("Action", "NotAction", "Resource", "NotResource") for text in _listed(found.get(key))]
    condition = found.get("Condition")
    return Statement(
        effect=str(found.get("Effect", "")),
        actions=_listed(found.get("Action")),
        not_actions=_listed(found.get("NotAction")),
        resources=_listed(found.get("Resource")),
        not_resources=_listed(found.get("NotResource")),
        principals=_principals(found.get("Principal")),
        condition=condition if isinstance(condition, Mapping) else {},
        is_known=not any(is_expression(text) for text in texts),
    )


def _principals(found: Any) -> dict[str, tuple[str, ...]]:
    if isinstance(found, Mapping):
        return {str(kind): _listed(names) for kind, names in found.items()}
    return {"AWS": _listed(found)} if found else {}


def _listed(found: Any) -> tuple[str, ...]:
    if found is None:
        return ()
    return tuple(str(one) for one in found) if isinstance(found, list) else (str(found),)
