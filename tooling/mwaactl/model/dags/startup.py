"""startup.sh by MWAA's rules (aws/amazon-mwaa-docker-images, config/setup_environment.py): looked at, never run."""

from __future__ import annotations

import codecs
import re
import shlex
from collections.abc import Iterator, Sequence

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

LARGEST = 100_000
"""Bytes, our own limit."""

_DECLARING = frozenset({"export", "declare", "typeset", "readonly"})
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)\+?=")
_HERE = re.compile(r"<<-?\s*[\"'\\]?(\w+)")
_KEYWORDS = frozenset({"then", "do", "else", "if", "elif", "while", "until", "!"})
_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)([smhd]?)")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def startup_findings(name: str, content: bytes) -> tuple[Finding, ...]:
    """What is wrong with the script `name`, as far as its text says it."""
    if len(content) > LARGEST:
        message, hint = f"is larger than {LARGEST // 1_000} kB", "call programs that lie in plugins/"
        return (Finding(STARTUP_SLOW, name, message, hint, file=name),)
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
    for number, command in _commands(lines):
        found += _line_findings(name, number, command)
    return tuple(found)


def _commands(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The lines without comments, and without here documents, which are data."""
    end = ""
    for number, raw in enumerate(lines, 1):
        if end:
            end = "" if raw.strip() == end else end
            continue
        line = re.sub(r"(?:^|(?<=\s))#.*$", "", raw)
        if line.strip():
            yield number, line
        if "<<<" not in line and (here := _HERE.search(line)):
            end = here[1]


def _parts(line: str) -> list[list[str]]:
    """The simple commands of a line, as words. What is quoted is one word."""
    reader = shlex.shlex(line, posix=True, punctuation_chars="();&|{}")
    reader.whitespace_split, reader.commenters = True, ""
    try:
        words = list(reader)
    except ValueError:  # a quotation that goes on in the next line
        words = line.split()
    parts: list[list[str]] = [[]]
    for word in words:
        if word in _KEYWORDS or set(word) <= set("();&|{}"):
            parts.append([])
        else:
            parts[-1].append(word)
    return [part for part in parts if part]


def _assigned(part: Sequence[str]) -> Iterator[str]:
    """The variables that one command sets in the shell: `A=1`, `export A=1 B=2`, but not `A=1 command`."""
    is_declared = part[0] in _DECLARING
    names = [match[1] if (match := _ASSIGNMENT.match(word)) else None for word in part[is_declared:]]
    if is_declared or all(names):
        yield from (name for name in names if name)


def _line_findings(name: str, number: int, line: str) -> Iterator[Finding]:
    for part in _parts(line):
        for variable in _assigned(part):
            if variable in PROTECTED or variable.startswith(_PREFIXES):
                message = f"sets {variable}, which MWAA sets again afterwards"
                hint = "remove it; PATH, LD_LIBRARY_PATH and AIRFLOW__SECTION__KEY of your own are fine"
                yield Finding(STARTUP_PROTECTED, name, message, hint, file=name, line=number)
        sleep = _DURATION.fullmatch(part[1]) if part[0] == "sleep" and len(part) > 1 else None
        if sleep and float(sleep[1]) * _UNITS[sleep[2]] > LONGEST_S:
            message = f"sleeps {part[1]}; the script is ended after {LONGEST_S} s, and the container too"
            yield Finding(STARTUP_SLOW, name, message, "wait inside a task instead", file=name, line=number)
    yield from _program_findings(name, number, line)


def _program_findings(name: str, number: int, line: str) -> Iterator[Finding]:
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
