"""docs/environment.md: every key of envs/NAME.yaml, from the model."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from mwaactl.model import catalog
from mwaactl.model.environment import Environment
from mwaactl.model.schema import document
from mwaactl.model.translation import section_of

_HEAD = """<!-- Generated from tooling/mwaactl/model by `mwaactl render`; do not edit. -->
# Every key of envs/NAME.yaml

A file begins with `extends: defaults` (or the name of another file in envs/) and then says only what differs: maps
merge deeply, lists replace, `null` removes. Unknown keys are errors. The file's name is the environment's name; names
that begin with `_` are no environments and serve to be extended.

Text that looks like a number goes in quotes: `account_id: "012345678901"`, `airflow_version: "2.10.3"`.
"""


def text() -> str:
    """The whole page."""
    parts = [_HEAD, *_sections(), _versions(), _classes()]
    return "\n".join(parts)


def _sections() -> Iterator[str]:
    definition = document()
    yield "## Top level\n"
    yield _table(
        _row(field, definition["properties"][name], name)
        for name, field in Environment.model_fields.items()
        if section_of(field.annotation) is None and name != "name"
    )
    for name, field in Environment.model_fields.items():
        model = section_of(field.annotation)
        if model:
            yield f"## {name}\n"
            yield f"{field.description}\n"
            yield _table(_all_rows(model, definition, f"{name}."))


def _all_rows(
    model: type[BaseModel], root: dict[str, Any], prefix: str, defaults: BaseModel | None = None
) -> Iterator[tuple[str, ...]]:
    """A row for every key of a section and its inner ones. `defaults` is what the section is when it is left out."""
    own = root["$defs"][model.__name__]
    for name, field in model.model_fields.items():
        key = field.alias or name
        inner = section_of(field.annotation)
        if inner:
            given = field.default if isinstance(field.default, BaseModel) else None
            yield from _all_rows(inner, root, f"{prefix}{key}.", given)
        else:
            yield _row(field, own["properties"][key], f"{prefix}{key}", getattr(defaults, name, PydanticUndefined))


def _row(field: FieldInfo, schema: dict[str, Any], key: str, default: Any = PydanticUndefined) -> tuple[str, ...]:
    shown = _default(field) if default is PydanticUndefined else f"`{_written(default)}`"
    return f"`{key}`", _type(schema), shown, _allowed(schema), str(field.description or "")


def _type(schema: dict[str, Any]) -> str:
    names = {"string": "text", "integer": "number", "boolean": "true/false", "array": "list", "object": "map"}
    kinds = schema["type"] if isinstance(schema.get("type"), list) else [schema.get("type", "")]
    return "".join(names[kind] for kind in kinds if kind in names)


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "none"
    if field.default is PydanticUndefined:
        return "**required**"
    if field.default is None or field.default == ():
        return "none"
    return f"`{_written(field.default)}`"


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _allowed(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"] if value is not None)
    if "minimum" in schema:
        return f"{schema['minimum']} to {schema['maximum']}"
    if "minItems" in schema:
        fewest, most = schema["minItems"], schema["maxItems"]
        count = f"exactly {most}" if fewest == most else f"{fewest} to {most}"
        item = schema["items"].get("patternErrorMessage")
        return f"{count}; each {item}" if item else count
    if "patternProperties" in schema:
        return "; values: ".join(_allowed(value) for value in schema["patternProperties"].values())
    return str(schema.get("patternErrorMessage", schema.get("items", {}).get("patternErrorMessage", "")))


def _table(rows: Iterator[tuple[str, ...]]) -> str:
    lines = ["| key | type | default | allowed | meaning |", "|---|---|---|---|---|"]
    lines.extend("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)
    return "\n".join(lines) + "\n"


def _versions() -> str:
    entry = catalog.data("airflow_versions")
    as_of = date.fromisoformat(entry["as_of"])
    lines = [f"## Airflow versions as of {as_of}\n", f"Source: {entry['source']}.\n"]
    lines += ["| version | available since | Python | end of support |", "|---|---|---|---|"]
    for known in catalog.airflow_versions():
        cells = (known.version, known.available or "", known.python or "", known.end_of_support or "not announced")
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines) + "\n"


def _classes() -> str:
    entry = catalog.data("environment_classes")
    lines = [f"## Environment classes as of {entry['as_of']}\n", f"Source: {entry['source']}.\n"]
    lines += ["| class | DAGs | tasks per worker | schedulers | web servers | workers |", "|---|---|---|---|---|---|"]
    for known in catalog.environment_classes():
        cells = (known.name, known.dags, known.tasks_per_worker, known.schedulers, known.webservers, known.workers)
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines) + "\n"
