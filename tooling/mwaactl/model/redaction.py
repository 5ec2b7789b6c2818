"""Keeps secrets out of texts: by the forms that secrets have, and by the very values that a plan was found to hold."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from mwaactl.model.plan_document import resources_of
from mwaactl.model.secret_forms import HIDDEN, forms_in, without_forms
from mwaactl.model.secret_names import is_reference, is_secret, json_in, rewritten
from mwaactl.model.state import OPTIONS

__all__ = ["HIDDEN", "masked", "redact", "secrets_in"]

SHORTEST = 6
"""Characters. Shorter values are words such as true or utc, and cutting them out would spoil every text."""
LONG = 48
"""Characters. Of a longer one a report may show the beginning only, so that is looked for as well."""

_TRIVIAL = frozenset(
    {
        "airflow",
        "administrator",
        "aes256",
        "aws:kms",
        "default",
        "development",
        "disabled",
        "enabled",
        "localhost",
        "object",
        "password",
        "postgres",
        "postgresql",
        "private",
        "production",
        "public",
        "secret",
        "secrets",
        "securestring",
        "staging",
        "standard",
        "string",
        "username",
    }
)
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d[a-z]?")


def redact(text: str, secrets: Collection[str] = ()) -> str:
    """`text` without anything that has the form of a secret, and without `secrets`, however they are escaped."""
    for form in sorted({form for secret in secrets for form in _written(secret)}, key=len, reverse=True):
        text = text.replace(form, HIDDEN)
        if len(form) > LONG and form[: LONG // 2] in text:
            text = re.sub(re.escape(form[: LONG // 2]) + r"""[^\s"'<>…]{0,4000}…?""", HIDDEN, text)
    return without_forms(text)


def masked(name: str, value: Any) -> Any:
    """`value` with everything in it that looks secret replaced, by the names around it or by its form."""
    return rewritten(value, _hidden_where_secret, name)


def secrets_in(document: Mapping[str, Any]) -> frozenset[str]:
    """The texts in a plan document that Terraform marks as sensitive, or whose name or form looks secret.

    Left out are short and trivial ones (see SHORTEST), and those Airflow options that do not look secret: the provider
    marks all of them.
    """
    found: set[str] = set()

    def collected(name: str, is_below: bool, text: str) -> str:
        forms = list(forms_in(text))
        found.update(forms)
        if (is_below and not is_reference(text)) or (is_secret(name, text) and not (forms and "\n" in text)):
            found.add(text)
        return text

    for name, value, marks in _valued(document):
        rewritten(value, collected, name)
        found.update(_marked(name, value, marks))
    return frozenset(text for text in found if not _is_trivial(text))


def _hidden_where_secret(name: str, is_below: bool, text: str) -> str:
    if (is_below and not is_reference(text)) or is_secret(name, text):
        return HIDDEN
    shown = without_forms(text)
    return HIDDEN if shown == text and _has_encoded_secret(name, text) else shown


def _has_encoded_secret(name: str, text: str) -> bool:
    """User data comes in base64."""
    if not re.search(r"(?i)user_?data|base64", name):
        return False
    try:
        decoded = base64.b64decode(text, validate=True).decode(errors="replace")
    except ValueError:
        return False
    return without_forms(decoded) != decoded


def _valued(document: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Name, value and sensitivity marks of everything in a plan document that holds values."""
    for entry in (*document.get("resource_changes", []), *document.get("resource_drift", [])):
        yield from _sides("", entry.get("change") or {})
    for name, change in document.get("output_changes", {}).items():
        yield from _sides(name, change)
    declared = document.get("configuration", {}).get("root_module", {}).get("variables", {})
    for name, variable in {**declared, **document.get("variables", {})}.items():
        is_sensitive = bool(declared.get(name, {}).get("sensitive"))
        yield name, variable.get("value", variable.get("default")), is_sensitive
    for values in (document.get("planned_values"), (document.get("prior_state") or {}).get("values")):
        for name, output in (values or {}).get("outputs", {}).items():
            yield name, output.get("value"), bool(output.get("sensitive"))
        for resource in resources_of((values or {}).get("root_module") or {}):
            yield "", resource.get("values"), resource.get("sensitive_values")
    yield from _constants("", document.get("configuration", {}))


def _sides(name: str, change: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    yield name, change.get("before"), change.get("before_sensitive")
    yield name, change.get("after"), change.get("after_sensitive")


def _constants(name: str, node: Any) -> Iterator[tuple[str, Any, Any]]:
    """What the configuration itself spells out, named by the argument that it stands for."""
    if isinstance(node, Mapping):
        for key, item in node.items():
            if key == "constant_value":
                yield name, item, None
            elif key == "default":
                yield name, item, bool(node.get("sensitive"))
            else:
                yield from _constants(str(key), item)
    elif isinstance(node, list):
        for item in node:
            yield from _constants(name, item)


def _marked(name: str, value: Any, marks: Any) -> Iterator[str]:
    """Texts at the places that Terraform marks as sensitive."""
    if name == OPTIONS:
        return
    if marks is True:
        yield from _texts(value)
    elif isinstance(marks, Mapping) and isinstance(value, Mapping):
        for key, mark in marks.items():
            yield from _marked(key, value.get(key), mark)
    elif isinstance(marks, list) and isinstance(value, list):
        for item, mark in zip(value, marks, strict=False):
            yield from _marked("", item, mark)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key != OPTIONS:
                yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value
        yield from _texts(json_in(value))


def _is_trivial(text: str) -> bool:
    words = text.strip()
    return len(words) < SHORTEST or words.isdigit() or words.lower() in _TRIVIAL or bool(_REGION.fullmatch(words))


def _written(secret: str) -> Iterator[str]:
    """As it is, and as JSON, JSON in JSON, XML, an address and a single line write it."""
    once = json.dumps(secret)[1:-1]
    yield from (secret, once, json.dumps(once)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    yield from (html.escape(secret), html.escape(secret, quote=False), quote(secret, safe=""), " ".join(secret.split()))
