"""The Airflow version of an environment, changed in the text of its YAML file: one line, all else as it was."""

from __future__ import annotations

from typing import Any, cast

from mwaactl.errors import ConfigError
from mwaactl.model import inheritance, source
from mwaactl.model.source import Entry, Mapping, Place, Scalar

SECTION, KEY = "mwaa", "airflow_version"
INDENT = "  "


def with_version(file: str, content: bytes, version: str) -> bytes:
    """The file saying `version`, in its own line or in a new one below `mwaa:`; comments and layout stay.

    Raises ConfigError for a file that cannot be edited so without changing anything else.
    """
    tree = source.parse(file, content).tree
    text = content.decode("utf-8", "replace")
    if tree is not None:
        edited = _edited(text, tree, version).encode()
        if _says(file, edited) == _wanted(tree, version):
            return edited
    raise ConfigError(
        f"{file} is written in a way that mwaactl does not edit.", hint=f'write it there: {SECTION}.{KEY}: "{version}"'
    )


def _edited(text: str, tree: Mapping, version: str) -> str:
    lines = text.splitlines(keepends=True)
    quoted = f'"{version}"'
    section = tree.entries.get(SECTION)
    own = section.value.entries.get(KEY) if section and isinstance(section.value, Mapping) else None
    if own is not None and isinstance(own.value, Scalar):
        return _replaced(lines, own.value, quoted)
    end = "\r\n" if "\r\n" in text else "\n"
    if section is None:
        gap = "" if text.endswith("\n") else end
        return f"{text}{gap}{end}{SECTION}:{end}{INDENT}{KEY}: {quoted}{end}"
    return _inserted(lines, section, f"{KEY}: {quoted}", end)


def _replaced(lines: list[str], old: Scalar, quoted: str) -> str:
    place = _in_text(lines, old.place)
    line = lines[place.line - 1]
    before, after = line[: place.column - 1], line[place.column - 1 :]
    written = next((form for form in (f'"{old.text}"', f"'{old.text}'", old.text) if after.startswith(form)), "")
    lines[place.line - 1] = before + quoted + after[len(written) :] if written else line
    return "".join(lines)


def _inserted(lines: list[str], section: Entry, pair: str, end: str) -> str:
    if not isinstance(section.value, Mapping):
        return "".join(lines)
    place, key = _in_text(lines, section.value.place), section.key_place
    if place.line == key.line:  # { a: b } or an anchor in the line of the key
        line = lines[place.line - 1]
        before, after = line[: place.column], line[place.column :]
        rest = after.lstrip(" ")
        lines[place.line - 1] = f"{before} {pair}{' ' if rest.startswith('}') else ', '}{rest}"
    else:
        lines.insert(key.line, f"{' ' * (section.value.place.column - 1)}{pair}{end}")
    return "".join(lines)


def _in_text(lines: list[str], place: Place) -> Place:
    """The place in a text whose first line may begin with a byte order mark, which the parser does not count."""
    shift = 1 if place.line == 1 and lines and lines[0].startswith("\ufeff") else 0
    return Place(place.file, place.line, place.column + shift)


def _says(file: str, content: bytes) -> object:
    read = source.parse(file, content)
    return inheritance.plain(read.tree) if read.tree is not None and not read.problems else None


def _wanted(tree: Mapping, version: str) -> object:
    said = cast(dict[str, Any], inheritance.plain(tree))
    section = said.get(SECTION)
    return {**said, SECTION: {**(section if isinstance(section, dict) else {}), KEY: version}}
