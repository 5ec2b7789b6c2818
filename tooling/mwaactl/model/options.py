"""airflow_configuration_options before and after a plan, key by key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mwaactl.model.echo import is_secret_looking, shown
from mwaactl.model.gate import OptionChange
from mwaactl.model.redaction import HIDDEN, redact
from mwaactl.model.state import MWAA_TYPE

OPTIONS = "airflow_configuration_options"


def options_difference(document: Mapping[str, Any]) -> tuple[OptionChange, ...]:
    """The options that a plan document adds, changes or removes.

    The provider marks all of them as sensitive, so Terraform shows none. Values that look secret stay hidden here too;
    that they change is told.
    """
    for entry in document.get("resource_changes", []):
        change = entry.get("change", {})
        if entry.get("type") == MWAA_TYPE and change.get("actions") not in (["no-op"], ["read"]):
            before, after = _options(change.get("before")), _options(change.get("after"))
            changed = sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
            return tuple(OptionChange(key, _shown(key, before), _shown(key, after)) for key in changed)
    return ()


def _options(values: Any) -> Mapping[str, str]:
    found = values.get(OPTIONS) if isinstance(values, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _shown(key: str, options: Mapping[str, str]) -> str | None:
    value = options.get(key)
    if value is None:
        return None
    return HIDDEN if is_secret_looking(key, value) else shown(redact(value))
