"""Which values of a document are secrets, going by the names around them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from mwaactl.model.echo import is_secret_looking

Leaf = Callable[[str, bool, str], str]
"""From a name, whether all around it is secret, and the text at it, to what shall stand there."""

# What only speaks of a secret, or is a key to something else than a door: an object's in S3, a table's, KMS's own id.
_PLAIN_NAME = re.compile(
    r"(?i)key|.*(kms|s3|object|hash|range|partition|sort|primary|public|config|cache|routing|prefix)_?key"
    r"|.*[._-]?(arns?|backend|class|count|days|enabled|expiration|file|length|location|name|policy|prefix(es)?|required"
    r"|reset|rotation|ttl|type|version)"
)
_REFERENCE = re.compile(r"arn:.*|alias/.*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\$\{.*|\(.*\)", re.DOTALL)
_ALL_SECRET = frozenset({"credential", "credentials", "password", "passwords", "secret", "secrets", "token", "tokens"})
_NAMES = ("name", "key", "variable", "parameter_name", "parameter_key")
_VALUES = ("value", "default", "parameter_value")
_LONGEST_JSON = 1_000_000
_SHORTEST_NUMBER = 4


def is_secret(name: str, text: str) -> bool:
    """Does the text look secret, by its name or by its form? What only refers to a secret, such as an ARN, is none."""
    if name.startswith("secrets."):  # the section of Airflow's options, which says nothing of the value
        name = name.partition(".")[2]
    if _PLAIN_NAME.fullmatch(name):
        name = ""
    if text.isdigit():
        return len(text) >= _SHORTEST_NUMBER and "passw" in name.lower()
    return not _REFERENCE.fullmatch(text) and is_secret_looking(name, text)


def is_reference(text: str) -> bool:
    """Does the text only point to something, as ARNs and ids do?"""
    return bool(_REFERENCE.fullmatch(text))


def rewritten(value: Any, leaf: Leaf, name: str = "", *, is_below: bool = False) -> Any:
    """`value` with every text in it replaced by what `leaf` makes of it, in JSON texts too.

    `{"name": "DB_PASSWORD", "value": ...}` counts as `{"DB_PASSWORD": ...}`, and all below `secrets` as secret.
    """
    if isinstance(value, Mapping):
        paired = _paired_name(value)
        return {
            key: rewritten(
                item,
                leaf,
                paired if paired and str(key).lower() in _VALUES else str(key),
                is_below=_is_all_secret(str(key), item, is_below=is_below),
            )
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [rewritten(item, leaf, name, is_below=is_below) for item in value]
    if not isinstance(value, str) or not value:
        return value
    inner = json_in(value)
    if inner is None:
        return leaf(name, is_below, value)
    made = rewritten(inner, leaf, name, is_below=is_below)
    return value if made == inner else json.dumps(made, sort_keys=True)


def json_in(text: str) -> Any:
    """The object or list that a text holds as JSON: policies, secret strings. None for any other text."""
    if text[:1] not in "{[" or len(text) > _LONGEST_JSON:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None


def _is_all_secret(key: str, item: object, *, is_below: bool) -> bool:
    if is_below:
        return key.lower() not in _NAMES
    return key.lower() in _ALL_SECRET and isinstance(item, Mapping | list)


def _paired_name(value: Mapping[Any, Any]) -> str:
    keys = {str(key).lower(): key for key in value}
    if not any(name in keys for name in _VALUES):
        return ""
    return next((str(value[keys[name]]) for name in _NAMES if isinstance(value.get(keys.get(name)), str)), "")
