"""JSON schema of the files in envs/, for completion and checks in editors."""

from __future__ import annotations

import json
from typing import Any

from mwaactl.model.environment import Environment


def document() -> dict[str, Any]:
    """The schema. Nothing is required, as a file may inherit it, and everything may be null, which removes it."""
    schema = _relaxed(Environment.model_json_schema(by_alias=True))
    properties = schema["properties"]
    del properties["name"]
    extends = {
        "type": "string",
        "description": "Name of the file in envs/, without .yaml, that this one builds upon: maps merge deeply, "
        "lists replace, null removes.",
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An environment of mwaactl",
        "description": "Generated from tooling/mwaactl/model; do not edit.",
        **{key: value for key, value in schema.items() if key not in {"title", "description"}},
        "properties": {"extends": extends, **properties},
    }


def text() -> str:
    """envs/schema.json."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def _relaxed(schema: dict[str, Any]) -> dict[str, Any]:
    relaxed = {key: value for key, value in schema.items() if key != "required"}
    if "$defs" in relaxed:
        relaxed["$defs"] = {name: _relaxed(definition) for name, definition in relaxed["$defs"].items()}
    if "properties" in relaxed:
        relaxed["properties"] = {name: _nullable(value) for name, value in relaxed["properties"].items()}
    if "patternProperties" in relaxed:
        patterns = relaxed["patternProperties"]
        relaxed["patternProperties"] = {key: _nullable(value) for key, value in patterns.items()}
        relaxed["additionalProperties"] = False
    elif isinstance(relaxed.get("additionalProperties"), dict):
        relaxed["additionalProperties"] = _nullable(relaxed["additionalProperties"])
    return relaxed


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """`schema` or null, in the flat form where possible: editors complete that one best."""
    flat = {key: value for key, value in schema.items() if key not in {"title", "default"}}
    if "anyOf" in flat:
        branches = [branch for branch in flat["anyOf"] if branch != {"type": "null"}]
        outside = {key: value for key, value in flat.items() if key != "anyOf"}
        if len(branches) > 1 or "$ref" in branches[0]:
            return {**outside, "anyOf": [*branches, {"type": "null"}]}
        flat = {**branches[0], **outside}
    if "$ref" in flat:
        outside = {key: value for key, value in flat.items() if key != "$ref"}
        return {**outside, "anyOf": [{"$ref": flat["$ref"]}, {"type": "null"}]}
    flat = _relaxed(flat)
    if "enum" in flat:
        flat["enum"] = [*flat["enum"], None]
    return {**flat, "type": [flat["type"], "null"]}
