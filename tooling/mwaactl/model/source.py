"""One YAML file as a tree in which every value knows where it was written.

Scalars are read as YAML 1.2 does: `no` is text, `0123` is no octal number, `3:00` is no number of seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from mwaactl.errors import Problem
from mwaactl.model.echo import Path, dotted

LONGEST_FILE = 262_144
"""Bytes. Our own limit: a configuration file is a page of text."""

MOST_VALUES = 10_000
"""Values in one file after aliases are followed. Our own limit, against aliases that multiply."""

DEEPEST = 50
"""Levels of nesting. Our own limit; the model itself has six."""

_NULL = re.compile(r"null|Null|NULL|~")
_BOOLEAN = re.compile(r"true|True|TRUE|false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was written. `line` and `column` count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value: `data` as read, `text` as written."""

    data: object
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Tree, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Entry:
    """A value of a mapping and the place of its key."""

    key_place: Place
    value: Tree


@dataclass(frozen=True, slots=True)
class Mapping:
    entries: dict[str, Entry]
    place: Place


Tree = Scalar | Sequence | Mapping


@dataclass(frozen=True)
class Source:
    """A file as read. `tree` is None when it is no mapping or no YAML at all; `problems` say why."""

    file: str
    tree: Mapping | None
    problems: tuple[Problem, ...] = ()


class _Loader(yaml.CSafeLoader):
    """libyaml's parser without YAML 1.1's guesses: every plain scalar stays text, and this module reads it."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - PyYAML looks it up on the class


@dataclass
class _Reader:
    file: str
    problems: list[Problem] = field(default_factory=list)
    values: int = 0

    def place(self, node: yaml.Node) -> Place:
        return Place(self.file, node.start_mark.line + 1, node.start_mark.column + 1)

    def report(self, place: Place, name: str, message: str, *, hint: str | None = None) -> None:
        self.problems.append(Problem(self.file, place.line, place.column, name, message, hint=hint))

    def tree(self, node: yaml.Node, path: Path) -> Tree:
        self.values += 1
        if self.values > MOST_VALUES or len(path) > DEEPEST:
            raise _TooLargeError(self.place(node))
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            items = tuple(self.tree(item, (*path, index)) for index, item in enumerate(node.value))
            return Sequence(items, self.place(node))
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node, path)
        raise TypeError(f"no reader for {type(node).__name__}")

    def mapping(self, node: yaml.MappingNode, path: Path) -> Mapping:
        entries: dict[str, Entry] = {}
        for key, value in node.value:
            place = self.place(key)
            if not isinstance(key, yaml.ScalarNode):
                self.report(place, dotted(path), "a key must be plain text")
                continue
            name = str(key.value)
            if name in entries:
                first = entries[name].key_place.line
                self.report(place, dotted((*path, name)), f"is written twice; the first is on line {first}")
                continue
            entries[name] = Entry(place, self.tree(value, (*path, name)))
        return Mapping(entries, self.place(node))

    def scalar(self, node: yaml.ScalarNode, path: Path) -> Scalar:
        text, place = str(node.value), self.place(node)
        if node.tag != "tag:yaml.org,2002:str":
            self.report(place, dotted(path), "YAML tags are not read here", hint="remove the part with `!`")
        plain = not node.style
        if plain and text == "" and path and node.tag == "tag:yaml.org,2002:str":
            hint = "write null to remove what the parent file says"
            self.report(place, dotted(path), "has no value", hint=hint)
        return Scalar(_plain_value(text) if plain else text, text, place)


class _TooLargeError(Exception):
    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place


def parse(file: str, content: bytes) -> Source:
    """Read one YAML file. Never raises: everything that is wrong with it is in `problems` of the result."""
    if len(content) > LONGEST_FILE:
        return _broken(file, 1, 1, f"the file is larger than {LONGEST_FILE // 1024} KiB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        message = "the file is not UTF-8 text"
        return _broken(file, before.count("\n") + 1, len(before) - before.rfind("\n"), message, "save it as UTF-8")
    try:
        return _read(file, text)
    except yaml.YAMLError as error:
        return _translated(file, text, error)
    except (_TooLargeError, RecursionError) as error:
        place = error.place if isinstance(error, _TooLargeError) else Place(file, 1, 1)
        message = f"the file holds more than {MOST_VALUES} values or nests deeper than {DEEPEST} levels"
        return _broken(file, place.line, place.column, message, "aliases that refer to aliases multiply")


def _read(file: str, text: str) -> Source:
    _refuse_deep_nesting(file, text)
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
    finally:
        loader.dispose()
    if node is None:
        return _broken(file, 1, 1, "the file is empty", "begin with `extends: defaults`")
    reader = _Reader(file)
    tree = reader.tree(node, ())
    if not isinstance(tree, Mapping):
        place = tree.place
        return _broken(
            file, place.line, place.column, "the file must be a map of keys to values, such as `region: eu-west-1`"
        )
    return Source(file, tree, tuple(reader.problems))


def _refuse_deep_nesting(file: str, text: str) -> None:
    """Composing nests as deep as the file does, in C: count first where the file could nest deeply at all."""
    if max(text.count("["), text.count("{"), text.count("- - "), text.count("? ")) <= DEEPEST:
        return
    depth = 0
    for event in _events(text):
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
            if depth > DEEPEST:
                mark = event.start_mark
                raise _TooLargeError(Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1


def _events(text: str) -> Iterator[yaml.Event]:
    return iter(yaml.parse(text, Loader=_Loader))


def _plain_value(text: str) -> object:
    if not text or _NULL.fullmatch(text):
        return None
    if _BOOLEAN.fullmatch(text):
        return text.lower() == "true"
    if _INTEGER.fullmatch(text) and len(text) < 100:
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text


def _broken(file: str, line: int, column: int, message: str, hint: str | None = None) -> Source:
    return Source(file, None, (Problem(file, line, column, "", message, hint=hint),))


def _translated(file: str, text: str, error: yaml.YAMLError) -> Source:
    """The parser's complaint in words about the file, at the place where it was noticed."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        position = getattr(error, "position", 0)
        before = text[:position]
        message = "the file holds a control character"
        return _broken(file, before.count("\n") + 1, len(before) - before.rfind("\n"), message, "remove it")
    said = str(getattr(error, "problem", "") or "not valid YAML")
    line = text.splitlines()[mark.line] if mark.line < len(text.splitlines()) else ""
    message, hint = f"not valid YAML: {said}", None
    if "\t" in line[: len(line) - len(line.lstrip())]:
        message, hint = "a tab cannot indent YAML", "use spaces"
    elif "another document" in said:
        message, hint = "the file holds more than one document", "remove the line `---`, or make two files"
    elif "undefined alias" in said:
        message, hint = "an alias (`*name`) without its anchor (`&name`)", "quote text that begins with `*`"
    elif "mapping values are not allowed" in said:
        hint = "quote text that holds `: `"
    elif "did not find expected" in said:
        hint = "look for a missing bracket, quote or indentation just before"
    return _broken(file, mark.line + 1, mark.column + 1, message, hint)
