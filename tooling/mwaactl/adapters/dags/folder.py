"""The DAG folder, read once: paths, Python files with their trees, `.airflowignore` texts."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mwaactl.adapters.folder import LISTED, Found
from mwaactl.errors import Finding, Problem
from mwaactl.model.dags.airflowignore import NAME
from mwaactl.model.dags.python_file import PythonFile, name_findings, parsed
from mwaactl.model.refused import LARGEST_DAG_FILE, secret_line

if TYPE_CHECKING:
    from mwaactl.adapters.dags.known import KnownFiles

DAG_FILE = "DAG_FILE"


@dataclass(frozen=True)
class DagFolder:
    """`name` is relative to the repository. `findings` are what reading and parsing had against the files."""

    name: str
    paths: tuple[PurePosixPath, ...]
    python: tuple[PythonFile, ...]
    ignore_texts: dict[PurePosixPath, str]
    findings: tuple[Finding, ...]


def read_folder(
    root: Path,
    name: str,
    found: Found,
    python: tuple[int, int] | None,
    *,
    only: Collection[str] | None = None,
    largest: int = LARGEST_DAG_FILE,
    known: KnownFiles | None = None,
) -> DagFolder:
    """Read the files `found` below `name`. What cannot be read is a finding.

    With `only`, paths below `name`, the others are read but neither parsed nor judged. A file may have `largest` bytes.
    Those that are `known` to be sound are not parsed again; `artifacts.allow` has a say in what is listed there, so
    that is.
    """
    paths = [PurePosixPath(path) for path in found.paths]
    findings = [_of(problem) for problem in found.problems]
    findings += name_findings(f"{name}/{path}" for path in paths)
    files, texts, top = [], {}, str(root)
    for path in paths:
        place = f"{name}/{path}"
        is_judged = only is None or str(path) in only
        content, complaint = _content(f"{top}/{place}", path, largest)
        if complaint and is_judged and place not in found.listed:
            findings.append(_of(Problem(place, 0, 0, "", complaint, hint=f"take it out, or {LISTED}")))
        if content is None:
            continue
        is_plain = is_judged and path.suffix == ".py" and place not in found.listed
        if known and is_plain and (file := known.find(place, path, content)):
            files.append(file)
            continue
        if is_judged and place not in found.listed and (line := secret_line(content)):
            findings.append(_of(Problem(place, line, 0, "", "holds a key or token", hint="revoke it and take it out")))
        if path.name == NAME:
            texts[path] = content.decode(errors="replace")
        elif not is_judged:
            files.append(PythonFile(place, path, (), content))
        else:
            file, against = parsed(place, path, content, python)
            files.append(file)
            findings += against
    return DagFolder(name, tuple(paths), tuple(files), texts, tuple(findings))


def _content(place: str, path: PurePosixPath, largest: int) -> tuple[bytes | None, str]:
    """What is in a file that is looked into, and what its size or the system has against it."""
    try:
        size = os.stat(place).st_size  # noqa: PTH116 - Path takes three times as long, for thousands of files
        complaint = f"is larger than {largest // 1_000_000} MB" if size > largest else ""
        is_of_interest = size <= LARGEST_DAG_FILE and (path.suffix == ".py" or path.name == NAME)
        if not is_of_interest:
            return None, complaint
        with open(place, "rb") as file:  # noqa: PTH123
            return file.read(), complaint
    except OSError as error:
        return None, f"cannot be read: {error.strerror}"


def _of(problem: Problem) -> Finding:
    return Finding(DAG_FILE, problem.file, problem.message, problem.hint or "", file=problem.file, line=problem.line)
