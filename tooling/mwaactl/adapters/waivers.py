"""Reads envs/waivers.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mwaactl.errors import ConfigError, Problem
from mwaactl.model.waiver import FILE, Waiver

KEYS = ", ".join(name for name in Waiver.model_fields if name != "line")


def load_waivers(root: Path) -> tuple[Waiver, ...]:
    """All waivers; none when the file is not there. Raises ConfigError with every mistake in it."""
    from pydantic import ValidationError

    path = root / FILE
    if not path.is_file():
        return ()
    waivers: list[Waiver] = []
    problems: list[Problem] = []
    for line, entry in _entries(path.read_text(encoding="utf-8")):
        try:
            if isinstance(entry, dict) and "line" in entry:
                problems.append(Problem(FILE, line, 1, "line", "is no key of a waiver", allowed=KEYS))
                continue
            waivers.append(Waiver.model_validate(entry).model_copy(update={"line": line}))
        except ValidationError as error:
            for detail in error.errors():
                field = ".".join(str(part) for part in detail["loc"])
                problems.append(Problem(FILE, line, 1, field, detail["msg"]))
    if problems:
        raise ConfigError("The waivers are not valid.", problems=problems)
    return tuple(waivers)


def _entries(text: str) -> list[tuple[int, Any]]:
    """The list's entries with the lines they begin on."""
    import yaml

    try:
        entries, node = yaml.safe_load(text), yaml.compose(text, yaml.SafeLoader)
    except (ValueError, RecursionError) as error:  # a date such as 2027-99-99; nesting made to exhaust the reader
        raise _unreadable(0, 0, f"is not YAML that can be read: {error}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise _unreadable(line, column, f"is not YAML: {getattr(error, 'problem', error)}") from error
    if node is None:
        return []
    if not isinstance(entries, list):
        raise _unreadable(1, 1, "must be a list of waivers")
    return [(item.start_mark.line + 1, entry) for item, entry in zip(node.value, entries, strict=True)]


def _unreadable(line: int, column: int, message: str) -> ConfigError:
    return ConfigError("The waivers cannot be read.", problems=[Problem(FILE, line, column, "", message)])
