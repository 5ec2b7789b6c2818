"""startup.sh by MWAA's rules (aws/amazon-mwaa-docker-images, config/setup_environment.py): looked at, never run."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from mwaactl.errors import Finding, Severity

STARTUP_SYNTAX = "STARTUP_SYNTAX"
STARTUP_CRLF = "STARTUP_CRLF"
STARTUP_ENCODING = "STARTUP_ENCODING"
STARTUP_PROTECTED = "STARTUP_PROTECTED"
STARTUP_SHELL = "STARTUP_SHELL"
STARTUP_SLOW = "STARTUP_SLOW"
STARTUP_SUDO = "STARTUP_SUDO"

PROTECTED = frozenset({
    "AIRFLOW_ENV_ID", "AIRFLOW_ENV_NAME", "AIRFLOW_HOME", "AIRFLOW_TASK_REVISION_ID", "AIRFLOW_VERSION",
    "AIRFLOW__API__BASE_URL", "AIRFLOW__AWS_MWAA__REDIRECT_URL", "AIRFLOW__CORE__DATABASE_ACCESS_ISOLATION",
    "AIRFLOW__WEBSERVER__BASE_URL", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV",
    "AWS_REGION", "CUSTOMER_ACCOUNT_ID", "JWT_PUBLIC_KEY", "PYTHONPATH", "PYTHONUNBUFFERED", "USE_NON_CRITICAL_LOGGING",
    "WATCHTOWER_VERSION",
})  # fmt: skip
"""Variables that MWAA sets again after the script (same file)."""
_PREFIXES = ("MWAA__", "ECS_")
LONGEST_S = 295
"""Seconds the script may take: five minutes minus five seconds (same file)."""

_ASSIGNMENT = re.compile(r"(?:^|[;&|]\s*|\b(?:export|declare|typeset|readonly)\s+(?:-\w+\s+)*)([A-Za-z_]\w*)=")
_SLEEP = re.compile(r"(?:^|[;&|]|\bthen|\bdo)\s*sleep\s+(\d+(?:\.\d+)?)([smhd]?)\b")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def startup_findings(name: str, content: bytes) -> tuple[Finding, ...]:
    """What is wrong with the script `name`, as far as its text says it."""
    if content.startswith(codecs.BOM_UTF8):
        yes = Finding(STARTUP_ENCODING, name, "begins with a byte order mark: bash takes it for a command",
                      "save it as UTF-8 without BOM", file=name, line=1)  # fmt: skip
        return (yes, *startup_findings(name, content.removeprefix(codecs.BOM_UTF8)))
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return (Finding(STARTUP_ENCODING, name, "is not UTF-8 text", "save it as UTF-8", file=name, line=line),)
    found: list[Finding] = []
    if "\r\n" in text:
        line = text[: text.index("\r\n")].count("\n") + 1
        hint = f"sed -i 's/\\r$//' {name}, and `{name} text eol=lf` in .gitattributes"
        found.append(Finding(STARTUP_CRLF, name, "has CRLF line ends: bash fails on them", hint, file=name, line=line))
    lines = text.splitlines()
    if lines and lines[0].startswith("#!") and "sh" not in lines[0]:
        message = f"asks for {lines[0][2:].strip()}, and MWAA runs it with bash"
        found.append(Finding(STARTUP_SHELL, name, message, "write it for bash", file=name, line=1))
    for number, raw in enumerate(lines, 1):
        found += _line_findings(name, number, re.sub(r"(^|\s)#.*$", "", raw))
    return tuple(found)


def _line_findings(name: str, number: int, line: str) -> Iterator[Finding]:
    for variable in _ASSIGNMENT.findall(line):
        if variable in PROTECTED or variable.startswith(_PREFIXES):
            message = f"sets {variable}, which MWAA sets again afterwards"
            hint = "remove it; PATH, LD_LIBRARY_PATH and AIRFLOW__SECTION__KEY of your own are fine"
            yield Finding(STARTUP_PROTECTED, name, message, hint, file=name, line=number)
    for amount, unit in _SLEEP.findall(line):
        if float(amount) * _UNITS[unit] > LONGEST_S:
            message = f"sleeps {amount}{unit}; the script is ended after {LONGEST_S} s, and the container with it"
            yield Finding(STARTUP_SLOW, name, message, "wait inside a task instead", file=name, line=number)
    if re.search(r"(^|[;&|]\s*)exec\s+\S", line) and not re.search(r"exec\s+\d*[<>]", line):
        message = "exec replaces the shell that MWAA reads the variables from"
        yield Finding(STARTUP_SHELL, name, message, "call the program without exec", file=name, line=number)
    if re.search(r"\b(apt|apt-get|brew|apk)\s+(install|add|update)\b", line):
        message = "MWAA's image is Amazon Linux 2023: it has dnf"
        yield Finding(STARTUP_SHELL, name, message, "sudo dnf install -y NAME", file=name, line=number)
    elif re.search(r"\b(yum|dnf)\s+(-\S+\s+)*(install|update)\b", line) and "sudo" not in line:
        message = "installs a package without sudo: the script does not run as root"
        hint = "sudo dnf install -y NAME; it works on workers and schedulers, not on the web server"
        yield Finding(STARTUP_SUDO, name, message, hint, severity=Severity.LOW, file=name, line=number)
