"""Python files as text and syntax tree: read once, parsed once, never executed."""

from __future__ import annotations

import ast
import codecs
import sys
import threading
import unicodedata
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from mwaactl.errors import Finding, Severity
from mwaactl.model.bundle import looks_like_dag
from mwaactl.model.dags.cycles import Importing, imports_in
from mwaactl.model.dags.dag_ids import DagId, ids_in

DAG_SYNTAX = "DAG_SYNTAX"
DAG_ENCODING = "DAG_ENCODING"
DAG_NAME = "DAG_NAME"
LARGEST_FILE = 5_000_000
"""Bytes. Our own limit: a DAG file is a page or two."""
SYNTAX_HINT = "Airflow would report an import error and not load its DAGs"

_FILTERS = threading.Lock()  # the filters of warnings are those of the whole process


@dataclass(frozen=True)
class PythonFile(Importing):
    """One Python file and what its syntax tree tells. The tree itself is not kept: 500 of them slow Python down.

    `is_python` is False when something speaks against it, or it was not looked at.
    """

    content: bytes = b""
    ids: tuple[DagId, ...] = ()
    is_python: bool = False

    @property
    def is_dag(self) -> bool:
        """Would Airflow look into it for DAGs?"""
        return looks_like_dag(self.path, self.content)


def parsed(
    name: str, path: PurePosixPath, content: bytes, python: tuple[int, int] | None
) -> tuple[PythonFile, tuple[Finding, ...]]:
    """The file, and what the parser has against it. `python` is the version that will run it.

    Syntax of a Python that is newer than ours is not ours to judge: such a file stays `is_python`.
    """
    complaint, line = _unparsable(content)
    if complaint:
        found = Finding(DAG_SYNTAX, name, complaint, SYNTAX_HINT, file=name, line=line)
        return PythonFile(name, path, (), content), (found,)
    try:
        tree = tree_of(content, name, python)
        imports, ids = tuple(imports_in(tree)), tuple(ids_in(tree, content, name))
    except SyntaxError as error:
        found = _syntax_finding(name, content, error, python)
        if found.id == DAG_SYNTAX and python is not None and python > sys.version_info[:2]:
            return PythonFile(name, path, (), content, is_python=True), ()
        return PythonFile(name, path, (), content), (found,)
    except (ValueError, RecursionError, MemoryError):  # made to exhaust the parser
        found = Finding(DAG_SYNTAX, name, "cannot be parsed: it is nested too deeply", SYNTAX_HINT, file=name)
        return PythonFile(name, path, (), content), (found,)
    against = []
    if content.startswith(codecs.BOM_UTF8):
        message, hint = "begins with a byte order mark", "save it as UTF-8 without BOM"
        against.append(Finding(DAG_ENCODING, name, message, hint, severity=Severity.LOW, file=name, line=1))
    return PythonFile(name, path, imports, content, ids, is_python=True), tuple(against)


def tree_of(content: bytes, name: str, python: tuple[int, int] | None = None) -> ast.Module:
    """The syntax tree. Raises SyntaxError; ValueError, RecursionError and MemoryError for what exhausts the parser."""
    with _FILTERS, warnings.catch_warnings(action="ignore"):  # an invalid escape is the linter's business
        return ast.parse(content, filename=name, feature_version=python)


def name_findings(names: Iterable[str]) -> tuple[Finding, ...]:
    """File names that are one name on another machine. `names` are relative to the repository."""
    found = []
    first: dict[str, str] = {}
    for name in sorted(names):
        twin = first.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
        if twin != name:
            message = f"differs from {twin} in capitals or accents only"
            hint = "rename one: on macOS and Windows they are one file"
            found.append(Finding(DAG_NAME, name, message, hint, severity=Severity.LOW, file=name))
    return tuple(found)


def _unparsable(content: bytes) -> tuple[str, int]:
    """Why the file is not given to the parser at all, and the line."""
    if len(content) > LARGEST_FILE:
        return f"is larger than {LARGEST_FILE // 1_000_000} MB", 0
    null = content.find(b"\0")
    return ("has null bytes", content.count(b"\n", 0, null) + 1) if null >= 0 else ("", 0)


def _syntax_finding(name: str, content: bytes, error: SyntaxError, python: tuple[int, int] | None) -> Finding:
    line = error.lineno or 0
    if "codec can't decode" in str(error) or "encoding" in str(error) or "(unicode error)" in str(error):
        place = line or _undecodable_line(content)
        hint = "save it as UTF-8, or name its encoding in the first line: # -*- coding: latin-1 -*-"
        return Finding(DAG_ENCODING, name, "is not text in its encoding", hint, file=name, line=place)
    where = f" (Python {python[0]}.{python[1]})" if python and "Python" in str(error.msg) else ""
    return Finding(DAG_SYNTAX, name, f"is not Python: {error.msg}{where}", SYNTAX_HINT, file=name, line=line)


def _undecodable_line(content: bytes) -> int:
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return content.count(b"\n", 0, error.start) + 1
    return 0
