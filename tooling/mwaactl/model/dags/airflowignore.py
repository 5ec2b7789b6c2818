"""`.airflowignore` in the dialect of the Airflow version: regular expressions in 2, globs as in .gitignore in 3."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath

from mwaactl.errors import Finding, Severity

NAME = ".airflowignore"
DAG_IGNORE = "DAG_IGNORE"
OPTION = "core.dag_ignore_file_syntax"


class Dialect(StrEnum):
    """How Airflow reads the file; `core.dag_ignore_file_syntax` takes the same words."""

    REGEXP = "regexp"
    GLOB = "glob"


def dialect_of(airflow_major: int, options: Mapping[str, str]) -> Dialect:
    """The dialect of an environment: the option's, or the version's own (the default changed with Airflow 3)."""
    chosen = options.get(OPTION, "")
    if chosen in tuple(Dialect):
        return Dialect(chosen)
    return Dialect.GLOB if airflow_major >= 3 else Dialect.REGEXP


@dataclass(frozen=True)
class IgnoreFiles:
    """The `.airflowignore` files of a folder, by the folder each lies in."""

    rules: Mapping[PurePosixPath, Callable[[str], bool]] = field(default_factory=dict)

    def is_ignored(self, path: PurePosixPath) -> bool:
        """Does Airflow pass over this file? Each file rules over its folder and what is below."""
        return any(
            rule(path.relative_to(folder).as_posix())
            for folder, rule in self.rules.items()
            if path.is_relative_to(folder)
        )


def ignore_files(
    texts: Mapping[PurePosixPath, str], dialect: Dialect, root: str
) -> tuple[IgnoreFiles, tuple[Finding, ...]]:
    """The rules of these files (path below `root` > text), and what is wrong with their lines."""
    rules: dict[PurePosixPath, Callable[[str], bool]] = {}
    findings: list[Finding] = []
    for path, text in sorted(texts.items()):
        name = f"{root}/{path}"
        lines = text.splitlines()
        findings += [found for number, line in enumerate(lines, 1) if (found := _finding(name, number, line, dialect))]
        rules[path.parent] = _regexp_rule(lines) if dialect is Dialect.REGEXP else _glob_rule(lines)
    return IgnoreFiles(rules), tuple(findings)


def _regexp_rule(lines: list[str]) -> Callable[[str], bool]:
    # As Airflow: what follows # is a comment, and an expression may match anywhere in the path.
    texts = (re.sub(r"\s*#.*", "", line) for line in lines)
    expressions = [compiled for text in texts if text and (compiled := _compiled(text))]
    return lambda path: any(expression.search(path) for expression in expressions)


def _glob_rule(lines: list[str]) -> Callable[[str], bool]:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(line for line in lines if not _is_bad_glob(line)).match_file


def _finding(name: str, number: int, line: str, dialect: Dialect) -> Finding | None:
    text = re.sub(r"\s*#.*", "", line).strip()
    if not text:
        return None
    if dialect is Dialect.REGEXP and not _compiled(text):
        message = f"{text!r} is no regular expression, and Airflow 2 reads it as one"
        hint = f'write a regular expression such as {_as_regexp(text)!r}, or set {OPTION}: "glob"'
        return Finding(DAG_IGNORE, name, message, hint, file=name, line=number)
    if dialect is Dialect.GLOB and _is_bad_glob(text):
        return Finding(DAG_IGNORE, name, f"{text!r} is no pattern", "as in .gitignore", file=name, line=number)
    if dialect is Dialect.GLOB and re.search(r"\.\*|\\\.|^\^|\$$|\(\?", text):
        message = f"{text!r} looks like a regular expression, and Airflow 3 reads globs"
        hint = f'write it as in .gitignore, or set {OPTION}: "regexp"'
        return Finding(DAG_IGNORE, name, message, hint, severity=Severity.LOW, file=name, line=number)
    if dialect is Dialect.REGEXP and re.search(r"(^|[^.\])}])\*", text):
        message = f"{text!r} looks like a glob, and Airflow 2 reads regular expressions"
        hint = f'such as {_as_regexp(text)!r}, or set {OPTION}: "glob"'
        return Finding(DAG_IGNORE, name, message, hint, severity=Severity.LOW, file=name, line=number)
    return None


def _compiled(text: str) -> re.Pattern[str] | None:
    try:
        return re.compile(text)
    except (re.error, RecursionError, OverflowError):
        return None


def _is_bad_glob(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return True
    return False


def _as_regexp(glob: str) -> str:
    return re.escape(glob).replace(r"\*\*", ".*").replace(r"\*", "[^/]*").replace(r"\?", ".")
