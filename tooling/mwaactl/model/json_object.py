"""A JSON object that a person wrote."""

from __future__ import annotations

import json

from mwaactl.errors import ConfigError, Problem


def json_object(text: str, file: str) -> dict[str, object]:
    """Read it; `file` is where it came from. Raises ConfigError with line and column of the mistake."""
    try:
        document = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        problem = Problem(file, error.lineno, error.colno, "", f"not JSON: {error.msg}")
        raise ConfigError("The parameters are not JSON.", problems=[problem]) from error
    except ValueError as error:
        raise ConfigError("The parameters are not JSON.", problems=[Problem(file, 0, 0, "", str(error))]) from error
    if not isinstance(document, dict):
        problem = Problem(file, 1, 1, "", "must be an object", allowed='such as {"stores": ["berlin"]}')
        raise ConfigError("The parameters are no JSON object.", problems=[problem])
    return document


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")
