"""The JSON envelope: one shape for success, failure, and failure before the command ran."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any

from mwaactl.errors import ConfigError, DagError, MwaactlError, PolicyRefused, TerraformError
from mwaactl.model.result import Outcome, Result

FORMAT_VERSION = "1"


Words = Callable[[str], str]


def envelope(result: Result[Any], hint: Words = str) -> str:
    """A result as JSON; `hint` gives the hints as they are to be told."""
    failed = [_error(error) for error in result.errors]
    return _dump(result.command, result.status, result.exit_code, _plain(result.data), failed, hint)


def failure_envelope(command: str, error: MwaactlError, hint: Words = str) -> str:
    """An error that ended the command, as JSON."""
    return _dump(command, "error", error.exit_code, None, [_error(error)], hint)


def _dump(command: str, status: str, exit_code: int, data: Any, errors: list[Any], hint: Words) -> str:
    document = {
        "format_version": FORMAT_VERSION,
        "command": command,
        "status": status,
        "exit_code": exit_code,
        "data": data,
        "errors": errors,
    }
    return json.dumps(_hinted(document, hint), indent=2, sort_keys=True)


def _hinted(value: Any, hint: Words) -> Any:
    if isinstance(value, list):
        return [_hinted(item, hint) for item in value]
    if isinstance(value, dict):
        return {
            key: hint(item) if key == "hint" and isinstance(item, str) else _hinted(item, hint)
            for key, item in value.items()
        }
    return value


def _error(error: MwaactlError) -> dict[str, Any]:
    details: Sequence[Any] = ()
    if isinstance(error, ConfigError):
        details = error.problems
    elif isinstance(error, TerraformError):
        details = error.diagnostics
    elif isinstance(error, PolicyRefused | DagError):
        details = error.findings
    return {
        "code": error.code,
        "message": error.what,
        "hint": error.hint,
        "cause": error.cause,
        "details": [_plain(detail) for detail in details],
    }


def _plain(value: Any) -> Any:  # noqa: PLR0911 - one line per kind of value reads best
    if isinstance(value, Outcome):
        error = None if value.error is None else _error(value.error)
        return {"environment": value.environment, "data": _plain(value.data), "error": error}
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, PurePath | date):
        return str(value)
    if isinstance(value, Decimal):
        return float(value)  # a number, for jq; amounts of money come rounded to cents, which a float holds
    return value
