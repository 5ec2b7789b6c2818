"""Looks at Python files as text only: nothing of them is ever executed."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable
from pathlib import Path

from mwaactl.errors import Finding

DAG_SYNTAX = "DAG_SYNTAX"
LARGEST_FILE = 5_000_000
"""Bytes. Our own limit: a DAG file is a page or two."""


def syntax_findings(root: Path, files: Iterable[Path], python: tuple[int, int] | None) -> tuple[Finding, ...]:
    """What the compiler has against these files. `python` is the version that will run them, as far as it is known."""
    findings = (_syntax_finding(root, path, python) for path in files if path.suffix == ".py")
    return tuple(finding for finding in findings if finding)


def _syntax_finding(root: Path, path: Path, python: tuple[int, int] | None) -> Finding | None:
    name = path.relative_to(root).as_posix()
    if path.stat().st_size > LARGEST_FILE:
        return _finding(name, 0, f"is larger than {LARGEST_FILE // 1_000_000} MB")
    try:
        with warnings.catch_warnings(action="ignore"):  # an invalid escape is the linter's business
            ast.parse(path.read_bytes(), filename=name, feature_version=python)
    except SyntaxError as error:
        return _finding(name, error.lineno or 0, f"is not Python: {error.msg}")
    except (ValueError, RecursionError, MemoryError) as error:  # null bytes; nesting made to exhaust the parser
        return _finding(name, 0, f"cannot be parsed: {type(error).__name__}")
    return None


def _finding(name: str, line: int, message: str) -> Finding:
    hint = "Airflow would report an import error and not load its DAGs"
    return Finding(DAG_SYNTAX, name, message, hint, file=name, line=line)
