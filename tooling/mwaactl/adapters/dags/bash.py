"""bash's opinion of a script's syntax. `-n` reads and executes nothing."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from mwaactl.adapters.process import Command, run
from mwaactl.errors import Finding, Severity
from mwaactl.model.dags.startup import STARTUP_SYNTAX

TIMEOUT_S = 10
_LINE = re.compile(r"line (\d+): (.*)")


def bash_findings(root: Path, name: str) -> tuple[Finding, ...]:
    """Syntax errors of the script `name`; a warning where there is no bash to ask."""
    bash = shutil.which("bash")
    if bash is None:
        message = "was not checked: there is no bash on this machine"
        return (Finding(STARTUP_SYNTAX, name, message, "install bash", severity=Severity.LOW, file=name),)
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
    command = Command([bash, "--norc", "--noprofile", "-n", "--", name], root, environment)
    try:
        done = run(command, timeout_s=TIMEOUT_S)
    except TimeoutError:
        message = f"was not judged by bash -n within {TIMEOUT_S} s"
        return (Finding(STARTUP_SYNTAX, name, message, "make it shorter", severity=Severity.LOW, file=name),)
    if done.returncode == 0:
        return ()
    first = next((found for line in done.stderr.splitlines() if (found := _LINE.search(line))), None)
    message = f"is not bash: {first[2] if first else 'bash -n refuses it'}"
    return (Finding(STARTUP_SYNTAX, name, message, "bash -n shows it", file=name, line=int(first[1]) if first else 0),)
