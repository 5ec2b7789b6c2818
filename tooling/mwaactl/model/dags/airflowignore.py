"""`.airflowignore` in the dialect of the Airflow version: regular expressions in 2, globs as in .gitignore in 3.

Airflow's own walk (airflow.utils.file; in 3 airflow._shared.module_loading.file_discovery) is followed to the letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath

from mwaactl.errors import Finding, Severity

NAME = ".airflowignore"
DAG_IGNORE = "DAG_IGNORE"
OPTION = "core.dag_ignore_file_syntax"
LONGEST_LINE = 500
"""Characters of a pattern, our own limit."""
_MOST_REPEATS = 4  # of a regular expression: Airflow 2 has re2, Python's own takes ages for more of them

Rule = Callable[[PurePosixPath, bool], bool | None]
"""Whether a path, which may be that of a folder, is ignored (True) or not after all (False); None: not concerned."""


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

    rules: Mapping[PurePosixPath, tuple[Rule, ...]] = field(default_factory=dict)

    def is_ignored(self, path: PurePosixPath) -> bool:
        """Does Airflow pass over this file, or over a folder on the way to it? Of several rules the last decides."""
        if not self.rules:
            return False
        heard: list[Rule] = []
        *folders, _top = path.parents
        for step in (*reversed(folders), path):
            heard += self.rules.get(step.parent, ())
            verdicts = [verdict for rule in heard if (verdict := rule(step, step != path)) is not None]
            if verdicts and verdicts[-1]:
                return True
        return False


def ignore_files(
    texts: Mapping[PurePosixPath, str], dialect: Dialect, root: str
) -> tuple[IgnoreFiles, tuple[Finding, ...]]:
    """The rules of these files (path below `root` > text), and what is wrong with their lines."""
    rules: dict[PurePosixPath, tuple[Rule, ...]] = {}
    findings: list[Finding] = []
    for path, text in sorted(texts.items()):
        name = f"{root}/{path}"
        lines = [_without_comment(line) for line in text.split("\n")]
        findings += [
            found for number, line in enumerate(lines, 1) if (found := _finding(name, number, line.strip(), dialect))
        ]
        made = _regexp_rules(lines) if dialect is Dialect.REGEXP else _glob_rules(lines, path.parent)
        rules[path.parent] = tuple(made)
    return IgnoreFiles(rules), tuple(findings)


def _without_comment(line: str) -> str:
    text, mark, _comment = line.partition("#")
    return text.rstrip() if mark else text


def _regexp_rules(lines: list[str]) -> Iterator[Rule]:
    for line in lines:
        if line and not _is_intricate(line) and (expression := _compiled(line)):
            yield _found_by(expression)


def _found_by(expression: re.Pattern[str]) -> Rule:
    return lambda path, _is_folder: True if expression.search(str(path)) else None


def _glob_rules(lines: list[str], folder: PurePosixPath) -> Iterator[Rule]:
    for line in lines:
        if not line or line.strip() == "/" or (pattern := _glob(line)) is None:
            continue
        expression, is_ignored = pattern
        is_anchored = line.startswith("/") or "/" in line.rstrip("/")

        def rule(
            path: PurePosixPath,
            is_folder: bool,
            *,
            expression: re.Pattern[str] = expression,
            is_ignored: bool = is_ignored,
            is_anchored: bool = is_anchored,
        ) -> bool | None:
            text = str(path.relative_to(folder)) if is_anchored else path.name
            return is_ignored if expression.match(f"{text}/" if is_folder else text) else None

        yield rule


def _finding(name: str, number: int, text: str, dialect: Dialect) -> Finding | None:
    if not text:
        return None
    shown = repr(text if len(text) <= 60 else f"{text[:60]}...")
    judged = _judged_glob(text) if dialect is Dialect.GLOB else _judged_expression(text)
    if len(text) > LONGEST_LINE:
        judged = f"is longer than {LONGEST_LINE} characters", "one pattern in each line", Severity.HIGH
    if judged is None:
        return None
    message, hint, severity = judged
    return Finding(DAG_IGNORE, name, f"{shown} {message}", hint, severity=severity, file=name, line=number)


def _judged_glob(text: str) -> tuple[str, str, Severity] | None:
    hint = f'Airflow reads it as in .gitignore; for regular expressions set {OPTION}: "regexp"'
    if _glob(text) is None and text != "/":
        return "is no pattern", hint, Severity.HIGH
    if re.search(r"\.\*|\\\.|^\^|\$$|\(\?", text):
        return "looks like a regular expression", hint, Severity.LOW
    return None


def _judged_expression(text: str) -> tuple[str, str, Severity] | None:
    like = f"such as {_as_regexp(text)!r}; " if len(text) <= 60 else ""
    hint = f'Airflow reads regular expressions, {like}for globs set {OPTION}: "glob"'
    if not _compiled(text):
        return "is no regular expression", hint, Severity.HIGH
    if _is_intricate(text):
        return "is too intricate to be judged here", "write several simple lines", Severity.LOW
    if re.search(r"(^|[^.\])}])\*", text):
        return "looks like a glob", hint, Severity.LOW
    return None


def _compiled(text: str) -> re.Pattern[str] | None:
    try:
        return re.compile(text) if len(text) <= LONGEST_LINE else None
    except (re.error, RecursionError, OverflowError):
        return None


def _is_intricate(text: str) -> bool:
    """Might the expression take Python for ever?"""
    return bool(re.search(r"\)[*+{]", text)) or len(re.findall(r"[*+}]", text)) > _MOST_REPEATS


def _glob(line: str) -> tuple[re.Pattern[str], bool] | None:
    """What a line matches and whether that is ignored (True) or, after a !, not."""
    from pathspec import GitIgnoreSpec

    try:
        [pattern] = GitIgnoreSpec.from_lines([line[: LONGEST_LINE + 1]]).patterns
    except ValueError:
        return None
    if pattern.regex is None or pattern.include is None or len(line) > LONGEST_LINE:
        return None
    return re.compile(pattern.regex), pattern.include


def _as_regexp(glob: str) -> str:
    return re.escape(glob).replace(r"\*\*", ".*").replace(r"\*", "[^/]*").replace(r"\?", ".")
