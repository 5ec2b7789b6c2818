"""requirements.txt as lines, and what an environment asks of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from packaging.utils import canonicalize_name

LARGEST = 100_000
"""Bytes, our own limit."""
LONGEST = 2_000
"""Characters of one line, our own limit."""


@dataclass(frozen=True)
class RequirementsRules:
    """What an environment asks of the file: its Airflow, its Python, the pins, and whether it reaches the internet."""

    airflow_version: str
    python: str | None
    pins: Mapping[str, str]
    is_offline: bool = False

    @property
    def constraint_line(self) -> str:
        """The line to write."""
        constraints = f"constraints-{self.airflow_version}/constraints-{self.python}.txt"
        return f'--constraint "https://raw.githubusercontent.com/apache/airflow/{constraints}"'


@dataclass(frozen=True)
class Line:
    """One logical line: continuations joined, comment cut off. `number` is that of its first physical line."""

    number: int
    text: str

    @property
    def is_option(self) -> bool:
        """Is it an option and no requirement?"""
        return self.text.startswith("-")

    @property
    def option(self) -> tuple[str, str]:
        """The option and its value, without quotation marks: `-c x`, `-cx`, `--constraint x`, `--constraint=x`."""
        match = re.match(r"(--[\w-]+|-\w)[\s=]*(.*)", self.text, re.DOTALL)
        return (match[1], match[2].strip().strip("\"'")) if match else (self.text, "")


def lines_of(text: str) -> Iterator[Line]:
    """The logical lines, by pip's rules: a backslash goes on, # after white space begins a comment."""
    number, pending = 0, ""
    for index, raw in enumerate(text.splitlines(), 1):
        number = number if pending else index
        line = re.sub(r"(?:^|(?<=\s))#.*$", "", raw)
        if line.endswith("\\"):
            pending += line[:-1]
            continue
        if whole := (pending + line).strip():
            yield Line(number, whole)
        pending = ""
    if pending.strip():
        yield Line(number, pending.strip())


def packages_of(text: str) -> frozenset[str]:
    """The packages that lines ask for by name, in the canonical spelling (PEP 503)."""
    named = (re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*(?=\s*(?:$|[\[<>=!~;(@,]))", line.text) for line in lines_of(text))
    return frozenset(canonicalize_name(found[0]) for found in named if found)
