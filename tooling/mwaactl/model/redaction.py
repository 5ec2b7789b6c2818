"""Keeps secrets out of texts: by the forms that secrets have, and by the very values that a plan was found to hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mwaactl.model.echo import is_secret_looking

HIDDEN = "(hidden)"
SHORTEST = 6
"""Characters. Shorter values are words such as true or utc, and cutting them out would spoil every text."""

# Quantifiers are bounded, so that no text makes a search slow.
_FORMS = re.compile(
    r"""
    (?P<key_id>\b(?:A3T[A-Z0-9]|AKIA|ASIA)[A-Z0-9]{12,17}\b)
    | (?P<pem>-----BEGIN[A-Z ]{0,40}PRIVATE\ KEY-----[\s\S]{0,10000}?-----END[A-Z ]{0,40}PRIVATE\ KEY-----)
    | (?P<token>\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}))
    | (?P<chat>\b(?:xox[abprs]-[A-Za-z0-9-]{10,255}|glpat-[\w-]{20,60}))
    | (?<=://)(?P<login>[^\s/:@"']{0,100}:[^\s/@"']{1,200})(?=@)
    | (?<=aws_secret_access_key)(?P<assigned>["']?\s{0,3}[=:]\s{0,3}["']?[A-Za-z0-9/+=]{40})
    """,
    re.VERBOSE | re.IGNORECASE,
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without anything that has the form of a secret, and without `secrets`, also as JSON writes them."""
    forms = {form for secret in secrets for form in _forms_of(secret)}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, HIDDEN)
    return _FORMS.sub(HIDDEN, text)


def secrets_in(document: Mapping[str, Any]) -> frozenset[str]:
    """The values in a plan document that Terraform marks as sensitive, or whose name or form looks secret.

    Short and trivial ones are left out: see SHORTEST.
    """
    found: set[str] = set()
    for entry in (*document.get("resource_changes", []), *document.get("resource_drift", [])):
        change = entry.get("change", {})
        for values, marks in (("before", "before_sensitive"), ("after", "after_sensitive")):
            found.update(_marked(change.get(values), change.get(marks)))
            found.update(_looking("", change.get(values)))
    for name, variable in document.get("variables", {}).items():
        found.update(_looking(name, variable.get("value")))
    for name, change in document.get("output_changes", {}).items():
        found.update(_looking(name, change.get("after")))
        found.update(_marked(change.get("after"), change.get("after_sensitive")))
    return frozenset(value for value in found if len(value) >= SHORTEST and not value.isdigit())


def masked(name: str, value: Any) -> Any:
    """`value` with everything in it that looks secret replaced, by the names around it or by its form."""
    if isinstance(value, Mapping):
        return {key: masked(f"{name}.{key}" if name else str(key), item) for key, item in value.items()}
    if isinstance(value, list):
        return [masked(name, item) for item in value]
    if not isinstance(value, str) or not value:
        return value
    inner = _parsed(value)
    if inner is not None:
        hidden = masked(name, inner)
        return value if hidden == inner else json.dumps(hidden, sort_keys=True)
    return HIDDEN if _is_secret(name, value) else redact(value)


def _forms_of(secret: str) -> tuple[str, ...]:
    return (secret, json.dumps(secret)[1:-1], json.dumps(json.dumps(secret)[1:-1])[1:-1])


def _marked(value: Any, marks: Any) -> Iterator[str]:
    """Texts at the places that Terraform marks as sensitive."""
    if marks is True:
        yield from _texts(value)
    elif isinstance(marks, Mapping) and isinstance(value, Mapping):
        for key, mark in marks.items():
            yield from _marked(value.get(key), mark)
    elif isinstance(marks, list) and isinstance(value, list):
        for item, mark in zip(value, marks, strict=False):
            yield from _marked(item, mark)


def _texts(value: Any) -> Iterator[str]:
    """Every text in a sensitive value, but not those options of Airflow that are plainly none."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(item, str) and not is_secret_looking(str(key), item) and "." in str(key):
                continue  # airflow_configuration_options is sensitive as a whole: core.default_timezone is no secret
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value
        inner = _parsed(value)
        if inner is not None:
            yield from _texts(inner)


def _looking(name: str, value: Any) -> Iterator[str]:
    """Texts whose name, or the names around it, or whose form looks secret."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _looking(str(key), item)
    elif isinstance(value, list):
        for item in value:
            yield from _looking(name, item)
    elif isinstance(value, str) and value:
        inner = _parsed(value)
        if inner is not None:
            yield from _looking(name, inner)
        elif _is_secret(name, value):
            yield value


def _is_secret(name: str, value: str) -> bool:
    """By name or form; a reference to a secret (an ARN, a key's id, a URL without login) is none itself."""
    return is_secret_looking(name.rpartition(".")[2] if value.startswith("arn:") else name, value) and not (
        value.startswith("arn:") or re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value)
    )


def _parsed(text: str) -> Any:
    """JSON in a text: policies, secret strings. None for any other text."""
    if text[:1] not in "{[" or len(text) > 1_000_000:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None
