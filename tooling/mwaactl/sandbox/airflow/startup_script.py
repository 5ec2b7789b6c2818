"""Runs startup.sh as the MWAA image does, and tells what it exports.

It is sourced by bash; `exit` and its end write down the environment. Without that, after `set -e` and a failing command
or after 4 min 55 s, MWAA ends the container (amazon-mwaa-docker-images, `config/setup_environment.py`). The exit code
alone is not looked at.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mwaactl.adapters import process
from mwaactl.sandbox.airflow.spec import StartError

LIMIT_S = 295.0
BASH = """
mwaactl_dump() { env -0 > "$MWAACTL_DUMP"; }
exit() { mwaactl_dump; builtin exit "$@"; }
source "$1"
mwaactl_dump
"""
OWN = ("MWAACTL_DUMP", "PWD", "OLDPWD", "SHLVL", "_", "BASH_FUNC_")


class ScriptError(StartError):
    """The script leaves no environment. `output` is all that it wrote."""

    def __init__(self, what: str, output: str) -> None:
        super().__init__(": ".join(part for part in (what, _end(output)) if part))
        self.output = output


@dataclass(frozen=True)
class Started:
    """What the script exported, and what it wrote."""

    variables: Mapping[str, str]
    output: str


def run(script: Path, before: Mapping[str, str], *, limit_s: float = LIMIT_S) -> Started:
    """Run it with the variables `before`. Raises ScriptError, with the end of what it wrote."""
    dump = script.with_name(f".environment-{uuid.uuid4().hex}")
    variables = {**before, "MWAACTL_DUMP": str(dump), "MWAA_AIRFLOW_COMPONENT": "hybrid"}
    argv = ("/bin/bash", "--noprofile", "--norc", "-c", BASH, "startup.sh", str(script))
    try:
        done = process.run(process.Command(argv, script.parent, variables), timeout_s=limit_s)
        output = (done.stdout + done.stderr).strip()
        if not dump.is_file():
            raise ScriptError(f"startup.sh ended with {done.returncode} before its end", output)
        pairs = (entry.partition("=") for entry in dump.read_text(errors="replace").split("\0") if entry)
        found = {name: value for name, _, value in pairs if not name.startswith(OWN)}
        return Started({name: value for name, value in found.items() if before.get(name) != value}, output)
    except TimeoutError as error:
        raise ScriptError(f"startup.sh takes longer than {limit_s:g} s", "") from error
    finally:
        dump.unlink(missing_ok=True)


def _end(output: str) -> str:
    return " | ".join(line.strip() for line in output.splitlines()[-5:] if line.strip())
