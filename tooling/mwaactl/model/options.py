"""airflow_configuration_options before and after a plan, key by key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mwaactl.model.echo import shown
from mwaactl.model.gate import OptionChange
from mwaactl.model.plan import UNKNOWN
from mwaactl.model.redaction import masked
from mwaactl.model.state import MWAA_TYPE, OPTIONS

_ABSENT = object()


def options_difference(document: Mapping[str, Any]) -> tuple[OptionChange, ...]:
    """The options that a plan document adds, changes or removes.

    The provider marks all of them as sensitive, so Terraform shows none. Values that look secret stay hidden here too;
    that they change is told.
    """
    for entry in document.get("resource_changes", []):
        change = entry.get("change", {})
        if entry.get("type") == MWAA_TYPE and change.get("actions") not in (["no-op"], ["read"]):
            before, after = _options(change.get("before")), _options_after(change)
            changed = sorted(key for key in {*before, *after} if before.get(key, _ABSENT) != after.get(key, _ABSENT))
            return tuple(OptionChange(key, _shown(key, before), _shown(key, after)) for key in changed)
    return ()


def _options(values: Any) -> Mapping[str, Any]:
    found = values.get(OPTIONS) if isinstance(values, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _options_after(change: Mapping[str, Any]) -> Mapping[str, Any]:
    """With what is known after apply only. Where all of them are unknown, none is known to change but those there."""
    unknown = (change.get("after_unknown") or {}).get(OPTIONS)
    if unknown is True:
        return dict.fromkeys(_options(change.get("before")), UNKNOWN)
    marks = unknown if isinstance(unknown, Mapping) else {}
    return {**_options(change.get("after")), **{key: UNKNOWN for key, mark in marks.items() if mark}}


def _shown(key: str, options: Mapping[str, Any]) -> str | None:
    value = options.get(key)
    if value is None or value is UNKNOWN:
        return value
    return shown(str(masked(key, value)))
