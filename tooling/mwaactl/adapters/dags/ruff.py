"""ruff's rules about Airflow."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path

from mwaactl.adapters.dags.programs import bare_environment, program
from mwaactl.adapters.process import Command, run
from mwaactl.errors import Finding, MwaactlError, Severity

BREAKS_IN_3 = ("AIR301", "AIR302", "AIR303")  # removed, moved to a provider, other signature
ADVICE = ("AIR003",)  # Variable.get outside a task: a database query at each parsing
ADVICE_IN_3 = ("AIR311", "AIR312", "AIR321")  # still works, not for ever; on Airflow 2 it is the only way
TIMEOUT_S = 60


def lint_findings(
    root: Path, folders: Sequence[str], names: Collection[str], airflow_major: int
) -> tuple[Finding, ...]:
    """What ruff says of the files `names` (relative to `root`) in these folders.

    Rules about what Airflow 3 lacks refuse for an Airflow 3 environment, and advise for 2. The project's own
    settings of ruff do not count; `# noqa` does. Raises ToolMissing.
    """
    rules = (*BREAKS_IN_3, *ADVICE, *(ADVICE_IN_3 if airflow_major >= 3 else ()))
    argv = [
        str(program("ruff")), "check", "--isolated", "--no-cache", "--preview", "--select", ",".join(rules),
        "--exit-zero", "--quiet", "--config", "exclude=[]", "--no-respect-gitignore", "--output-format", "json",
        *folders,
    ]  # fmt: skip
    done = run(Command(argv, root, bare_environment()), timeout_s=TIMEOUT_S)
    try:
        reported = json.loads(done.stdout or "[]")
    except ValueError:
        raise MwaactlError("ruff failed.", cause=(done.stderr or done.stdout)[-500:]) from None
    found = []
    for entry in reported:
        name = _relative(Path(entry["filename"]), root)
        code = entry["code"]
        if name not in names or code not in rules:
            continue
        severity = Severity.HIGH if code in BREAKS_IN_3 and airflow_major >= 3 else Severity.LOW
        fix = (entry.get("fix") or {}).get("message") or ""
        found.append(
            Finding(
                code,
                name,
                entry["message"],
                fix,
                severity=severity,
                file=name,
                line=entry["location"]["row"],
                guideline=entry.get("url") or "",
            )
        )
    return tuple(found)


def _relative(path: Path, root: Path) -> str:
    """As ruff was asked for it: links in the folder stay links, the root may be reached through one."""
    for top in (root, root.resolve()):
        if path.is_relative_to(top):
            return path.relative_to(top).as_posix()
    return path.as_posix()
