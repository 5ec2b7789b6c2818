"""pydantic's errors in the words of a person who edits a YAML file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from mwaactl.errors import Problem
from mwaactl.model.echo import Path, dotted, is_secret_looking, shown
from mwaactl.model.environment import Environment
from mwaactl.model.fields import Days, OneOf, Pattern, did_you_mean
from mwaactl.model.inheritance import find, place_of
from mwaactl.model.source import Mapping, Scalar, Tree

_ELSEWHERE = {
    "name": "the file's name is the environment's name",
    "<<": "files share values through `extends`",
    "mwaa.kms_key": "it is encryption.kms_key",
    "mwaa.tags": "they are tags, beside mwaa",
    "mwaa.source_bucket_arn": "it is bucket.name",
    "mwaa.execution_role_arn": "the role is made; what it may do is execution_role",
    "mwaa.network_configuration": "it is network",
    "mwaa.worker_replacement_strategy": "the AWS provider has it from 6.11 on; this project uses 5.100",
}
"""What people look for under a name that Terraform or AWS uses, and where it is here."""

_BOOLEANS = {
    **dict.fromkeys(("yes", "on", "y", "1"), "write true"),
    **dict.fromkeys(("no", "off", "n", "0"), "write false"),
}

_TYPES = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a map of keys to values",
    "model_type": "a map of keys to values",
}


def echo(path: Path, tree: Tree | None) -> str | None:
    """The value as written, for a report. None for maps and lists; what may be a secret is not repeated."""
    if not isinstance(tree, Scalar):
        return None
    if is_secret_looking(dotted(path), tree.text):
        return "(not shown)"
    return shown(tree.text)


def problem_at(tree: Mapping, path: Path, message: str, *, allowed: str = "", hint: str = "") -> Problem:
    """A problem at the place where the value of `path` was written, or at the nearest thing above it."""
    place, shown = place_of(tree, path), echo(path, find(tree, path)[1])
    return Problem(place.file, place.line, place.column, dotted(path), message, shown, allowed or None, hint or None)


def unknown_key(tree: Mapping, path: Path) -> Problem:
    """A key that the model does not know, at the key."""
    place, _ = find(tree, path)
    known = known_keys(path[:-1])
    key = str(path[-1])
    hint = _ELSEWHERE.get(dotted(path)) or did_you_mean(key, known)
    if not hint:
        elsewhere = [candidate for candidate in _sections() if key in known_keys((candidate,))]
        hint = f"it belongs to {elsewhere[0]}" if elsewhere else ""
    return Problem(
        place.file, place.line, place.column, dotted(path), "unknown key", None, ", ".join(known), hint or None
    )


def field_path(error: ErrorDetails) -> Path:
    """The field of an error. pydantic writes [key] after a key of a free map that is wrong as a key."""
    place = error["loc"]
    return place[:-1] if place[-1] == "[key]" and len(place) > 2 else place


def translated(tree: Mapping, error: ErrorDetails) -> Problem:
    """One of pydantic's errors as a problem with file, line and column."""
    path = field_path(error)
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return unknown_key(tree, path)
    if kind == "missing":
        return problem_at(tree, path, "is required", hint=_description(path))
    if kind == "refused":
        return _refused(tree, path, context, is_key=path != error["loc"])
    if kind in {"greater_than_equal", "less_than_equal"}:
        return problem_at(tree, path, "is out of range", allowed=_range(path))
    return _wrong_type(tree, path, _TYPES[kind]) if kind in _TYPES else problem_at(tree, path, error["msg"])


def _refused(tree: Mapping, path: Path, context: dict[str, Any], *, is_key: bool) -> Problem:
    message, allowed, hint = (str(context[key]) for key in ("message", "allowed", "hint"))
    if not is_key:
        return problem_at(tree, path, message, allowed=allowed, hint=hint)
    place, _ = find(tree, path)
    message = f"as a key, {message}"
    return Problem(place.file, place.line, place.column, dotted(path), message, None, allowed or None, hint or None)


def _wrong_type(tree: Mapping, path: Path, wanted: str) -> Problem:
    _, value = find(tree, path)
    hint = _cure(path, value, wanted) if isinstance(value, Scalar) else ""
    return problem_at(tree, path, f"must be {wanted}", allowed=_allowed(path) or wanted, hint=hint)


def _cure(path: Path, value: Scalar, wanted: str) -> str:
    text = "..." if is_secret_looking(dotted(path), value.text) else shown(value.text)
    if wanted == "text":
        name = f"{shown(path[-1])}: " if isinstance(path[-1], str) else ""
        return f'put it in quotes: {name}"{text}"'
    if wanted == "true or false":
        word = value.text.lower()
        return (
            "write true"
            if word in {"yes", "on", "y", "1"}
            else "write false"
            if word in {"no", "off", "n", "0"}
            else ""
        )
    if wanted == "a whole number":
        return "leave out the quotes" if value.text.strip().isdigit() else ""
    return f"write [{text}]" if wanted == "a list" and text else ""


def known_keys(path: Path) -> tuple[str, ...]:
    """The keys that the model knows at `path`, as written in YAML; none where the keys are free or it is no section."""
    model = _model(path)
    if model is None:
        return ()
    names = tuple(field.alias or name for name, field in model.model_fields.items())
    return ("extends", *(name for name in names if name != "name")) if not path else names


def is_known(path: Path) -> bool:
    """Whether a key may be written at `path`; used for keys set to null, which never reach the model."""
    if _model(path[:-1]) is not None:
        return path[-1] in known_keys(path[:-1])
    return len(path) < 2 or is_known(path[:-1])


def _sections() -> tuple[str, ...]:
    return tuple(name for name in Environment.model_fields if known_keys((name,)))


def _annotation(path: Path) -> Any:
    model = _model(path[:-1])
    if model is None:
        return None
    return next((field for name, field in model.model_fields.items() if (field.alias or name) == path[-1]), None)


def _model(path: Path) -> type[BaseModel] | None:
    model: type[BaseModel] | None = Environment
    for part in path:
        if model is None:
            return None
        fields = model.model_fields
        found = next((field for name, field in fields.items() if (field.alias or name) == part), None)
        model = section_of(found.annotation) if found else None
    return model


def section_of(annotation: Any) -> type[BaseModel] | None:
    for candidate in (annotation, *get_args(annotation)):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None


def _description(path: Path) -> str:
    field = _annotation(path)
    return str(field.description or "").rstrip(".") if field else ""


def _allowed(path: Path) -> str:
    """The allowed values in words, from the constraint on the field or on the items of its list."""
    field = _annotation(path[:-1] if isinstance(path[-1], int) else path)
    if field is None:
        return ""
    constraints = [*field.metadata, *_constraints(field.annotation)]
    wanted = [one.allowed for one in constraints if isinstance(one, Pattern)]
    wanted += [", ".join(one.names) for one in constraints if isinstance(one, OneOf)]
    wanted += [", ".join(map(str, one.days)) for one in constraints if isinstance(one, Days)]
    if isinstance(field.json_schema_extra, dict) and "enum" in field.json_schema_extra:
        wanted.append(", ".join(map(str, cast(list[str], field.json_schema_extra["enum"]))))
    return wanted[0] if wanted else _range(path)


def _constraints(annotation: Any) -> Iterator[object]:
    yield from getattr(annotation, "__metadata__", ())
    for inner in get_args(annotation):
        yield from _constraints(inner)


def _range(path: Path) -> str:
    bounds: dict[str, Any] = {}
    for rule in getattr(_annotation(path), "metadata", ()):
        for name in ("ge", "le"):
            if hasattr(rule, name):
                bounds[name] = getattr(rule, name)
    return f"{bounds['ge']} to {bounds['le']}" if len(bounds) == 2 else ""
