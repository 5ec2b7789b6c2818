"""Whether requirements.txt can be installed at all: uv resolves it, installs nothing and builds nothing."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from packaging.utils import canonicalize_name

from mwaactl.adapters.dags.programs import bare_environment, program
from mwaactl.adapters.process import Command, Completed, run
from mwaactl.errors import Finding, Severity
from mwaactl.model.dags.requirement_lines import lines_of

REQUIREMENTS_CONFLICT = "REQUIREMENTS_CONFLICT"
REQUIREMENTS_UNRESOLVED = "REQUIREMENTS_UNRESOLVED"
TIMEOUT_S = 120
_NETWORK = re.compile(
    r"error sending request|dns error|timed out|connect|Failed to fetch|403|407|502|503", re.IGNORECASE
)
_UNKNOWN = re.compile(r"network was disabled|usable wheels|building from source", re.IGNORECASE)
"""What makes a "no solution" one of this machine: uv is offline, or would have to build, which executes code."""
_REMOTE_CONSTRAINT = re.compile(r"^\s*(-c|--constraint)[\s=]+[\"']?\w+://.*$", re.MULTILINE)


def resolution_findings(root: Path, name: str, python: str, pins: Mapping[str, str]) -> tuple[Finding, ...]:
    """Conflicts between requirements, their constraints and the pins that MWAA keeps. Raises ToolMissing.

    Without a network nothing is known: that is a warning. Where the constraints alone cannot be reached, the rest is
    resolved without them.
    """
    text = (root / name).read_text(encoding="utf-8", errors="replace")
    done = _resolved(root, text, python, pins)
    if done and done.returncode and "remote requirements file" in done.stderr:
        without = _REMOTE_CONSTRAINT.sub("", text)
        done = _resolved(root, without, python, pins)
        if done and done.returncode == 0:
            message = "its constraints could not be reached: resolved without them"
            return (_finding(name, REQUIREMENTS_UNRESOLVED, message, "try it where the internet is", Severity.LOW),)
    if done is None:
        message = f"could not be resolved in {TIMEOUT_S} s"
        return (_finding(name, REQUIREMENTS_UNRESOLVED, message, "try again", Severity.LOW),)
    if done.returncode == 0:
        return ()
    cause = re.sub(r"://[^/\s@]+@", "://***@", " ".join(done.stderr.removeprefix("error:").split()))
    if "No solution found" not in done.stderr or _UNKNOWN.search(done.stderr):
        why = "no package index can be reached" if _NETWORK.search(done.stderr) else "uv does not know enough"
        message = f"could not be resolved: {why} ({cause[:300]})"
        return (_finding(name, REQUIREMENTS_UNRESOLVED, message, "try it where an index is", Severity.LOW),)
    conflict = cause.partition("cause:")[2].strip() or cause
    hint = "MWAA would install none of them, and start anyway"
    message = f"cannot be installed: {conflict[:600]}"
    return (_finding(name, REQUIREMENTS_CONFLICT, message, hint, Severity.HIGH, _line_of(text, conflict)),)


def _line_of(text: str, conflict: str) -> int:
    """The first line that asks for a package that the conflict names."""
    named = set(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*", conflict.lower()))
    asked = ((line.number, re.match(r"[\w.-]+", line.text)) for line in lines_of(text))
    return next((number for number, match in asked if match and canonicalize_name(match[0]) in named), 0)


def _resolved(root: Path, text: str, python: str, pins: Mapping[str, str]) -> Completed | None:
    with tempfile.TemporaryDirectory(prefix="mwaactl-resolve-") as folder:
        asked, kept = Path(folder) / "requirements.txt", Path(folder) / "mwaa-pins.txt"
        # --find-links names a folder of the workers; what lies there is unknown here.
        asked.write_text(re.sub(r"^\s*(--no-index|--find-links\b.*|-f\s.*)$", "", text, flags=re.MULTILINE))
        kept.write_text("".join(f"{package}=={version}\n" for package, version in pins.items()))
        argv = [
            str(program("uv")), "pip", "compile", "--quiet", "--no-header", "--no-config", "--no-build",
            "--python-version", python, "--python-platform", "x86_64-manylinux_2_28",
            "--constraints", str(kept), str(asked),
        ]  # fmt: skip
        environment = {**bare_environment(), "UV_HTTP_TIMEOUT": "15", "UV_HTTP_RETRIES": "1"}
        try:
            return run(Command(argv, root, environment), timeout_s=TIMEOUT_S)
        except TimeoutError:
            return None


def _finding(name: str, kind: str, message: str, hint: str, severity: Severity, line: int = 0) -> Finding:
    return Finding(kind, name, message, hint, severity=severity, file=name, line=line)
