"""ruff's rules about Airflow, and what it knows of Python's syntax in other versions than ours."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mwaactl.adapters.dags.programs import bare_environment, program
from mwaactl.adapters.process import Command, run
from mwaactl.errors import Finding, MwaactlError, Severity
from mwaactl.model.dags.python_file import DAG_SYNTAX, SYNTAX_HINT

BREAKS_IN_3 = ("AIR301", "AIR302", "AIR303")  # removed, moved to a provider, other signature
ADVICE = ("AIR003",)  # Variable.get outside a task: a database query at each parsing
ADVICE_IN_3 = ("AIR311", "AIR312", "AIR321")  # still works, not for ever; on Airflow 2 it is the only way
NOT_COMPILED = ("F404", "F407", "F701", "F702", "F704", "F706", "F707", "PLE0118")
"""What the parser lets through and the compiler does not: `return` outside a function, `break` outside a loop, ..."""
TIMEOUT_S = 60
AT_ONCE = 500  # files on one command line


def lint_findings(
    root: Path, names: Collection[str], airflow_major: int, python: tuple[int, int] | None = None
) -> tuple[Finding, ...]:
    """What ruff says of the files `names`, which are relative to `root`, for Airflow and Python of these versions.

    Rules about what Airflow 3 lacks refuse for an Airflow 3 environment, and advise for 2. What is no Python has the
    id DAG_SYNTAX. The project's own settings of ruff do not count; `# noqa` does. Raises ToolMissing.
    """
    rules = (*BREAKS_IN_3, *ADVICE, *(ADVICE_IN_3 if airflow_major >= 3 else ()), *NOT_COMPILED)
    wanted = sorted(names)
    found: list[Finding] = []
    for first in range(0, len(wanted), AT_ONCE):
        for entry in _reported(root, wanted[first : first + AT_ONCE], rules, python):
            found += _findings(entry, _relative(Path(entry["filename"]), root), rules, airflow_major)
    first_wrong: dict[str, Finding] = {}  # what follows the first is seldom meant
    for finding in found:
        if finding.id == DAG_SYNTAX:
            first_wrong.setdefault(finding.file, finding)
    return (*first_wrong.values(), *(finding for finding in found if finding.id != DAG_SYNTAX))


def _reported(
    root: Path, names: Sequence[str], rules: Sequence[str], python: tuple[int, int] | None
) -> list[Mapping[str, Any]]:
    argv = [
        str(program("ruff")), "check", "--isolated", "--no-cache", "--preview", "--select", ",".join(rules),
        "--exit-zero", "--quiet", "--config", "exclude=[]", "--no-respect-gitignore", "--output-format", "json",
        *(["--target-version", f"py{python[0]}{python[1]}"] if python else []), "--", *names,
    ]  # fmt: skip
    try:
        done = run(Command(argv, root, bare_environment()), timeout_s=TIMEOUT_S)
        reported: list[Mapping[str, Any]] = json.loads(done.stdout or "[]")
    except TimeoutError as error:
        raise MwaactlError("ruff does not come to an end.", cause=str(error)) from None
    except ValueError:
        raise MwaactlError("ruff failed.", cause=(done.stderr or done.stdout)[-500:]) from None
    if done.returncode:
        raise MwaactlError("ruff failed.", cause=(done.stderr or f"exit code {done.returncode}")[-500:])
    return reported


def _findings(entry: Mapping[str, Any], name: str, rules: Sequence[str], airflow_major: int) -> Iterator[Finding]:
    code, line, message = entry["code"], entry["location"]["row"], entry["message"]
    if code in (None, "invalid-syntax") or code in NOT_COMPILED:
        yield Finding(DAG_SYNTAX, name, f"is not Python: {message}", SYNTAX_HINT, file=name, line=line)
    elif code in rules:
        severity = Severity.HIGH if code in BREAKS_IN_3 and airflow_major >= 3 else Severity.LOW
        hint = (entry.get("fix") or {}).get("message") or ""
        page = entry.get("url") or ""
        yield Finding(code, name, message, hint, severity=severity, file=name, line=line, guideline=page)


def _relative(path: Path, root: Path) -> str:
    """As ruff was asked for it: links in the folder stay links, the root may be reached through one."""
    for top in (root, root.resolve()):
        if path.is_relative_to(top):
            return path.relative_to(top).as_posix()
    return path.as_posix()
