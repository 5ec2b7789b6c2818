"""Python files as text and syntax tree: read once, parsed once, never executed."""

from __future__ import annotations

import ast
import codecs
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from mwaactl.errors import Finding, Severity
from mwaactl.model.bundle import looks_like_dag

DAG_SYNTAX = "DAG_SYNTAX"
DAG_ENCODING = "DAG_ENCODING"
DAG_NAME = "DAG_NAME"
LARGEST_FILE = 5_000_000
"""Bytes. Our own limit: a DAG file is a page or two."""
LONGEST_KEY = 1024
"""Bytes of an S3 key (S3 user guide, "Creating object key names")."""

_HINT = "Airflow would report an import error and not load its DAGs"


@dataclass(frozen=True)
class PythonFile:
    """One Python file: `name` relative to the repository, `path` to its folder.

    `tree` is None when it is not Python, or was not asked for.
    """

    name: str
    path: PurePosixPath
    content: bytes
    tree: ast.Module | None

    @property
    def is_dag(self) -> bool:
        """Would Airflow look into it for DAGs?"""
        return looks_like_dag(self.path, self.content)


def parsed(
    name: str, path: PurePosixPath, content: bytes, python: tuple[int, int] | None
) -> tuple[PythonFile, tuple[Finding, ...]]:
    """The file with its tree, and what the compiler has against it. `python` is the version that will run it."""
    tree: ast.Module | None = None
    findings = []
    if len(content) > LARGEST_FILE:
        findings.append(Finding(DAG_SYNTAX, name, f"is larger than {LARGEST_FILE // 1_000_000} MB", _HINT, file=name))
        return PythonFile(name, path, content, None), tuple(findings)
    try:
        with warnings.catch_warnings(action="ignore"):  # an invalid escape is the linter's business
            tree = ast.parse(content, filename=name, feature_version=python)
    except SyntaxError as error:
        findings.append(_syntax_finding(name, content, error, python))
    except (ValueError, RecursionError, MemoryError) as error:  # null bytes; nesting made to exhaust the parser
        reason = "it has null bytes" if b"\0" in content else type(error).__name__
        findings.append(Finding(DAG_SYNTAX, name, f"cannot be parsed: {reason}", _HINT, file=name))
    if tree is not None and content.startswith(codecs.BOM_UTF8):
        message, hint = "begins with a byte order mark", "save it as UTF-8 without BOM"
        findings.append(Finding(DAG_ENCODING, name, message, hint, severity=Severity.LOW, file=name, line=1))
    return PythonFile(name, path, content, tree), tuple(findings)


def name_findings(names: Iterable[str]) -> tuple[Finding, ...]:
    """File names that S3, Airflow or another machine cannot take. `names` are relative to the repository."""
    found = []
    by_lower: dict[str, str] = {}
    for name in sorted(names):
        if re.search(r"[\x00-\x1f\x7f]", name):
            shown = name.encode("unicode_escape").decode()
            found.append(Finding(DAG_NAME, shown, "has a control character in its name", "rename it", file=shown))
        elif len(name.encode("utf-8", "surrogateescape")) > LONGEST_KEY:
            message = f"has a name longer than the {LONGEST_KEY} bytes of an S3 key"
            found.append(Finding(DAG_NAME, name, message, "rename it", file=name))
        twin = by_lower.setdefault(name.lower(), name)
        if twin != name:
            message = f"differs from {twin} in capitals only"
            hint = "rename one: on macOS and Windows they are one file"
            found.append(Finding(DAG_NAME, name, message, hint, severity=Severity.LOW, file=name))
    return tuple(found)


def _syntax_finding(name: str, content: bytes, error: SyntaxError, python: tuple[int, int] | None) -> Finding:
    line = error.lineno or 0
    if "codec can't decode" in str(error) or "encoding" in str(error) or "(unicode error)" in str(error):
        place = line or _undecodable_line(content)
        hint = "save it as UTF-8, or name its encoding in the first line: # -*- coding: latin-1 -*-"
        return Finding(DAG_ENCODING, name, "is not text in its encoding", hint, file=name, line=place)
    where = f" (Python {python[0]}.{python[1]})" if python and "Python" in str(error.msg) else ""
    return Finding(DAG_SYNTAX, name, f"is not Python: {error.msg}{where}", _HINT, file=name, line=line)


def _undecodable_line(content: bytes) -> int:
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return content.count(b"\n", 0, error.start) + 1
    return 0
