"""Input shapes of the MWAA API and their constraints, as data.

Source: botocore service model mwaa/2020-07-01 (1.43.11). It is written out here, and not read from the botocore that is
installed, since that one may be older than what newer clients send.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


class Shape(Protocol):
    """What a value may be. `violations` names every constraint that `value` breaks, in AWS's words."""

    def violations(self, value: Any, path: str) -> Iterator[str]: ...


@dataclass(frozen=True)
class Text:
    """A string of `minimum` to `maximum` characters, matching `pattern` as a whole and, if given, one of `enum`."""

    minimum: int = 0
    maximum: int = 1024
    pattern: str = ""
    enum: tuple[str, ...] = ()

    def violations(self, value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield _wrong_type(value, path, "a string")
            return
        if self.enum and value not in self.enum:
            yield _violation(value, path, f"Member must satisfy enum value set: [{', '.join(self.enum)}]")
        if len(value) < self.minimum:
            yield _violation(value, path, f"Member must have length greater than or equal to {self.minimum}")
        if len(value) > self.maximum:
            yield _violation(value, path, f"Member must have length less than or equal to {self.maximum}")
        if self.pattern and not re.fullmatch(self.pattern, value):
            yield _violation(value, path, f"Member must satisfy regular expression pattern: {self.pattern}")


@dataclass(frozen=True)
class Number:
    """A whole number from `minimum` to `maximum`."""

    minimum: int | None = None
    maximum: int | None = None

    def violations(self, value: Any, path: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield _wrong_type(value, path, "an integer")
            return
        if self.minimum is not None and value < self.minimum:
            yield _violation(value, path, f"Member must have value greater than or equal to {self.minimum}")
        if self.maximum is not None and value > self.maximum:
            yield _violation(value, path, f"Member must have value less than or equal to {self.maximum}")


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def violations(self, value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, bool):
            yield _wrong_type(value, path, "a boolean")


@dataclass(frozen=True)
class Anything:
    """A document: any JSON."""

    def violations(self, value: Any, path: str) -> Iterator[str]:
        del value, path
        return iter(())


@dataclass(frozen=True)
class ListOf:
    """`minimum` to `maximum` members."""

    member: Shape
    minimum: int
    maximum: int

    def violations(self, value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield _wrong_type(value, path, "a list")
            return
        yield from _count_violations(value, path, self.minimum, self.maximum)
        for number, member in enumerate(value, start=1):
            yield from self.member.violations(member, f"{path}.{number}.member")


@dataclass(frozen=True)
class MapOf:
    """`minimum` to `maximum` entries."""

    key: Shape
    value: Shape
    minimum: int = 0
    maximum: int | None = None

    def violations(self, value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield _wrong_type(value, path, "a map")
            return
        yield from _count_violations(value, path, self.minimum, self.maximum)
        for key, member in value.items():
            yield from self.key.violations(key, f"{path}.key")
            yield from self.value.violations(member, f"{path}.{key}.member")


@dataclass(frozen=True)
class Structure:
    """Named members, some of them required. Members that the shape does not know are ignored, as AWS does."""

    members: Mapping[str, Shape] = field(default_factory=dict)
    required: tuple[str, ...] = ()

    def violations(self, value: Any, path: str = "") -> Iterator[str]:
        if not isinstance(value, dict):
            yield _wrong_type(value, path, "a structure")
            return
        for name in self.required:
            if value.get(name) is None:
                yield _violation(None, _join(path, name), "Member must not be null")
        for name, shape in self.members.items():
            if value.get(name) is not None:
                yield from shape.violations(value[name], _join(path, name))


def _count_violations(value: Any, path: str, minimum: int, maximum: int | None) -> Iterator[str]:
    if len(value) < minimum:
        yield _violation(value, path, f"Member must have length greater than or equal to {minimum}")
    if maximum is not None and len(value) > maximum:
        yield _violation(value, path, f"Member must have length less than or equal to {maximum}")


def _join(path: str, name: str) -> str:
    member = name[0].lower() + name[1:]
    return f"{path}.{member}" if path else member


def _violation(value: Any, path: str, constraint: str) -> str:
    shown = "null" if value is None else json.dumps(value) if isinstance(value, list | dict) else str(value)
    return f"Value {shown!r} at '{path}' failed to satisfy constraint: {constraint}".replace("'null'", "null", 1)


def _wrong_type(value: Any, path: str, wanted: str) -> str:
    return _violation(value, path, f"Member must be {wanted}")
