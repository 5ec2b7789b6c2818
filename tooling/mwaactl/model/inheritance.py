"""`extends`: maps merge deeply, lists replace, null removes. Every value keeps the place where it was written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from mwaactl.errors import Problem
from mwaactl.model.echo import Path, shown
from mwaactl.model.source import Entry, Mapping, Place, Scalar, Sequence, Source, Tree


@dataclass(frozen=True)
class Removal:
    """A key set to null: it removes what the parent says."""

    path: Path
    place: Place


@dataclass(frozen=True)
class Chain:
    """An environment's file on top of everything it extends.

    `files` begins with the environment's own. `tree` is None when one of them cannot be read or found.
    """

    files: tuple[str, ...]
    tree: Mapping | None
    extends_place: Place | None = None
    removals: tuple[Removal, ...] = ()
    problems: tuple[Problem, ...] = ()


def resolve(name: str, source_of: Callable[[str], Source | None], known: tuple[str, ...]) -> Chain:
    """Follow `extends` from the file called `name` (without .yaml) and merge what is found.

    `source_of` gives the parsed file of a name, or None where there is none; `known` are the names to suggest from.
    """
    sources: list[Source] = []
    problems: list[Problem] = []
    seen: list[str] = []
    current: str | None = name
    extends: Scalar | None = None
    first_extends: Place | None = None
    while current is not None:
        source = source_of(current)
        if source is None or current in seen:
            problems.append(_bad_parent(sources[-1].file, extends, current, seen, known))
            break
        seen.append(current)
        sources.append(source)
        problems.extend(source.problems)
        current, extends = _parent(source, problems)
        first_extends = first_extends or (extends.place if extends else None)
    files = tuple(source.file for source in sources)
    trees = [source.tree for source in sources if source.tree is not None]
    if len(trees) < len(sources) or any(problem.field == "extends" for problem in problems):
        return Chain(files, None, first_extends, (), tuple(problems))
    removals: list[Removal] = []
    merged = Mapping({}, trees[0].place)
    for tree in reversed(trees):
        merged = _merged(merged, tree, (), removals)
    entries = {key: entry for key, entry in merged.entries.items() if key != "extends"}
    return Chain(files, Mapping(entries, trees[0].place), first_extends, tuple(removals), tuple(problems))


def _parent(source: Source, problems: list[Problem]) -> tuple[str | None, Scalar | None]:
    entry = source.tree.entries.get("extends") if source.tree else None
    if entry is None:
        return None, None
    value, place = entry.value, entry.value.place
    if isinstance(value, Scalar) and isinstance(value.data, str):
        return value.data, value
    if not (isinstance(value, Scalar) and value.text == ""):
        message = "must be the name of one file in envs/, without .yaml"
        problems.append(Problem(source.file, place.line, place.column, "extends", message, hint="extends: defaults"))
    return None, None


def _bad_parent(file: str, extends: Scalar | None, name: str, seen: list[str], known: tuple[str, ...]) -> Problem:
    place = extends.place if extends else Place(file, 1, 1)
    if name in seen:
        circle = " > ".join([*seen[seen.index(name) :], name])
        return Problem(file, place.line, place.column, "extends", f"goes in a circle: {circle}", value=name)
    close = get_close_matches(name.removesuffix(".yaml"), known, n=1)
    hint = f"did you mean {close[0]}?" if close else None
    allowed = ", ".join(known)
    return Problem(
        file, place.line, place.column, "extends", f"there is no envs/{shown(name)}.yaml", shown(name), allowed, hint
    )


def _merged(parent: Mapping, child: Mapping, path: Path, removals: list[Removal]) -> Mapping:
    entries = dict(parent.entries)
    for key, entry in child.entries.items():
        value = entry.value
        if isinstance(value, Scalar) and value.data is None:
            if value.text == "":
                continue  # reported as "has no value": a key whose lines were commented out removes nothing
            entries.pop(key, None)
            removals.append(Removal((*path, key), entry.key_place))
        elif isinstance(value, Mapping):
            old = entries.get(key)
            base = old.value if old and isinstance(old.value, Mapping) else Mapping({}, value.place)
            entries[key] = Entry(entry.key_place, _merged(base, value, (*path, key), removals))
        else:
            entries[key] = entry
    return Mapping(entries, child.place)


def plain(tree: Tree) -> object:
    """The values alone: dicts, tuples and scalars."""
    if isinstance(tree, Mapping):
        return {key: plain(entry.value) for key, entry in tree.entries.items()}
    if isinstance(tree, Sequence):
        return tuple(plain(item) for item in tree.items)
    return tree.data


def find(tree: Mapping, path: Path) -> tuple[Place, Tree | None]:
    """The place of a key and its value; for a path that nobody wrote, the place of the nearest thing above it."""
    place: Place = tree.place
    current: Tree = tree
    for part in path:
        if isinstance(current, Mapping) and str(part) in current.entries:
            entry = current.entries[str(part)]
            place, current = entry.key_place, entry.value
        elif isinstance(current, Sequence) and isinstance(part, int) and part < len(current.items):
            current = current.items[part]
            place = current.place
        else:
            return place, None
    return place, current


def place_of(tree: Mapping, path: Path) -> Place:
    """Where to point for `path`: at its value, or at its key where the value begins on a later line or is missing."""
    key_place, value = find(tree, path)
    if value is None or (not isinstance(value, Scalar) and value.place.line != key_place.line):
        return key_place
    return value.place
