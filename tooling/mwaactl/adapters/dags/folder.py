"""The DAG folder, read once: paths, Python files with their trees, `.airflowignore` texts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mwaactl.adapters.folder import found_below
from mwaactl.errors import Finding, Problem
from mwaactl.model.dags.airflowignore import NAME
from mwaactl.model.dags.python_file import PythonFile, name_findings, parsed
from mwaactl.model.refused import secret_line

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
    python: tuple[int, int] | None,
    *,
    leave_out: Collection[str] = (),
    allow: Sequence[str] = (),
    only: Collection[str] | None = None,
) -> DagFolder:
    """Read all files below `name` but those in `leave_out`. What cannot be read is a finding.

    With `only`, paths below `name`, the others are read but neither parsed nor judged.
    """
    found = found_below(root, name, leave_out, allow)
    paths = [PurePosixPath(path) for path in found.paths]
    findings = [_of(problem) for problem in found.problems]
    findings += name_findings(f"{name}/{path}" for path in paths)
    files, texts = [], {}
    for path in paths:
        if path.suffix != ".py" and path.name != NAME:
            continue
        try:
            content = (root / name / path).read_bytes()
        except OSError as error:
            findings.append(_of(Problem(f"{name}/{path}", 0, 0, "", f"cannot be read: {error.strerror}")))
            continue
        is_judged = (only is None or str(path) in only) and f"{name}/{path}" not in found.listed
        if is_judged and (line := secret_line(content)):
            hint = "revoke it if it is real, and take it out"
            findings.append(
                Finding(DAG_FILE, f"{name}/{path}", "holds a key or token", hint, file=f"{name}/{path}", line=line)
            )
        if path.name == NAME:
            texts[path] = content.decode(errors="replace")
            continue
        if only is not None and str(path) not in only:
            files.append(PythonFile(f"{name}/{path}", path, (), content))
            continue
        file, against = parsed(f"{name}/{path}", path, content, python)
        files.append(file)
        findings += against
    return DagFolder(name, tuple(paths), tuple(files), texts, tuple(findings))


def _of(problem: Problem) -> Finding:
    return Finding(DAG_FILE, problem.file, problem.message, problem.hint or "", file=problem.file, line=problem.line)
