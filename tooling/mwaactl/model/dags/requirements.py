"""requirements.txt by MWAA's rules (aws/amazon-mwaa-docker-images, python/mwaa/utils/user_requirements.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from mwaactl.errors import Finding, Severity

SYNTAX = "REQUIREMENTS_SYNTAX"
CONSTRAINT = "REQUIREMENTS_CONSTRAINT"
PIN = "REQUIREMENTS_PIN"
UNPINNED = "REQUIREMENTS_UNPINNED"
SECRET = "REQUIREMENTS_SECRET"  # noqa: S105 - the id of a finding
DUPLICATE = "REQUIREMENTS_DUPLICATE"
PLACE = "REQUIREMENTS_PLACE"
OFFLINE = "REQUIREMENTS_OFFLINE"

COUNTS_AS_CONSTRAINT = re.compile(r"(-c |--constraint )")
"""What MWAA itself looks for, in comments too."""
_AIRFLOW = re.compile(r"constraints-[\w.]+/constraints-[\w.-]+\.txt")
_CREDENTIALS = re.compile(r"://[^/\s@]+@")
_OPTION = re.compile(r"^(-\w|--[\w-]+)[\s=]*(.*)$")
_CONSTRAINT_OPTIONS = ("-c", "--constraint")
_INDEX_OPTIONS = ("-i", "--index-url", "--extra-index-url", "-f", "--find-links")
_UNAVAILABLE = ("-e", "--editable", "-r", "--requirement")
_KNOWN = (*_CONSTRAINT_OPTIONS, *_INDEX_OPTIONS, *_UNAVAILABLE, "--no-index", "--pre", "--prefer-binary",
          "--no-binary", "--only-binary", "--trusted-host", "--require-hashes", "--use-feature")  # fmt: skip


@dataclass(frozen=True)
class RequirementsRules:
    """What an environment asks of the file: its Airflow, its Python, the pins, and whether it reaches the internet."""

    airflow_version: str
    python: str | None
    pins: Mapping[str, str]
    is_offline: bool = False

    @property
    def constraints(self) -> str:
        """The end of the address of the right constraints."""
        return f"constraints-{self.airflow_version}/constraints-{self.python}.txt"

    @property
    def constraint_line(self) -> str:
        """The line to write."""
        return f'--constraint "https://raw.githubusercontent.com/apache/airflow/{self.constraints}"'


@dataclass(frozen=True)
class Line:
    """One logical line: continuations joined, comment cut off. `number` is that of its first physical line."""

    number: int
    text: str


def requirements_findings(name: str, content: bytes, rules: RequirementsRules) -> tuple[Finding, ...]:
    """What is wrong with the file `name`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = content.count(b"\n", 0, error.start) + 1
        return (Finding(SYNTAX, name, "is not UTF-8 text", "save it as UTF-8", file=name, line=place),)
    lines = list(_lines(text))
    found = [*_constraint_findings(name, text, lines, rules)]
    seen: dict[str, int] = {}
    for line in lines:
        found += _option_findings(name, line, rules) if line.text.startswith("-") else ()
        if not line.text.startswith("-"):
            found += _requirement_findings(name, line, rules, seen)
    return tuple(sorted(found, key=lambda finding: (finding.line, finding.id)))


def constraint_findings(name: str, text: str, rules: RequirementsRules) -> tuple[Finding, ...]:
    """The part about `--constraint` alone, which every validation of the configuration shows."""
    return tuple(_constraint_findings(name, text, list(_lines(text)), rules))


def _lines(text: str) -> Iterator[Line]:
    number, pending = 0, ""
    for index, raw in enumerate(text.splitlines(), 1):
        line = re.sub(r"(^|\s)#.*$", "", raw)
        number = number if pending else index
        if line.endswith("\\"):
            pending += line[:-1]
            continue
        if whole := (pending + line).strip():
            yield Line(number, whole)
        pending = ""
    if pending.strip():
        yield Line(number, pending.strip())


def _constraint_findings(name: str, text: str, lines: list[Line], rules: RequirementsRules) -> Iterator[Finding]:
    if rules.python is None:
        return
    hint = rules.constraint_line
    asks = [line for line in lines if not line.text.startswith("-")]
    counted = [(number, line) for number, line in enumerate(text.splitlines(), 1) if COUNTS_AS_CONSTRAINT.search(line)]
    effective = {line.number for line in lines if line.text.startswith(_CONSTRAINT_OPTIONS)}
    if not counted and asks:
        message = "has no --constraint: MWAA then adds the one it ships"
        yield Finding(CONSTRAINT, name, message, hint, severity=Severity.LOW, file=name, line=1)
    for number, words in counted:
        if (found := _AIRFLOW.search(words)) and found[0] != rules.constraints and number in effective:
            message = f"{found[0]} is not of Airflow {rules.airflow_version} on Python {rules.python}: pip would fail"
            yield Finding(CONSTRAINT, name, message, hint, file=name, line=number)
        elif number not in effective and not effective and asks:
            message = "a comment that says --constraint: MWAA takes it for one, and adds none of its own"
            yield Finding(CONSTRAINT, name, message, hint, file=name, line=number)
    if rules.is_offline and asks:
        yield from _unreachable(name, lines)


def _unreachable(name: str, lines: list[Line]) -> Iterator[Finding]:
    for line in lines:
        if line.text.startswith(_CONSTRAINT_OPTIONS) and "://" in line.text:
            message = "cannot be reached: the environment's subnets have no way to the internet"
            hint = "put the constraints file and the wheels into plugins/ and use --no-index --find-links"
            yield Finding(OFFLINE, name, message, hint, file=name, line=line.number)


def _option_findings(name: str, line: Line, rules: RequirementsRules) -> Iterator[Finding]:
    match = _OPTION.match(line.text)
    option = match[1] if match else line.text
    if _CREDENTIALS.search(line.text):
        message, hint = (
            "holds credentials in an address",
            "pip reads PIP_INDEX_URL: export it in startup.sh from a secret",
        )
        yield Finding(SECRET, name, message, hint, severity=Severity.CRITICAL, file=name, line=line.number)
    if option in _UNAVAILABLE:
        message = f"{option} names a file that is not on the workers: only requirements.txt itself is there"
        yield Finding(PLACE, name, message, "write the requirements into this file", file=name, line=line.number)
    elif option not in _KNOWN:
        message = f"{option} is no option of a requirements file"
        yield Finding(SYNTAX, name, message, "see pip's page 'Requirements File Format'", file=name, line=line.number)
    elif option in _INDEX_OPTIONS and rules.is_offline and "://" in line.text:
        message = "names an index, and the environment's subnets have no way to the internet"
        hint = "an index inside the VPC is fine; else --no-index --find-links /usr/local/airflow/plugins"
        yield Finding(OFFLINE, name, message, hint, severity=Severity.LOW, file=name, line=line.number)


def _requirement_findings(name: str, line: Line, rules: RequirementsRules, seen: dict[str, int]) -> Iterator[Finding]:
    if _CREDENTIALS.search(line.text):
        yield Finding(SECRET, name, "holds credentials in an address", "use an index that needs none here",
                      severity=Severity.CRITICAL, file=name, line=line.number)  # fmt: skip
        return
    text = re.split(r"\s+--hash[=\s]", line.text)[0].strip()
    if text.startswith((".", "/", "file:")) or (text.endswith((".whl", ".zip", ".tar.gz")) and "://" not in text):
        if text.startswith("/usr/local/airflow/"):
            return
        message, hint = (
            "names a file of this machine",
            "put the wheel into plugins/: /usr/local/airflow/plugins/NAME.whl",
        )
        yield Finding(PLACE, name, message, hint, file=name, line=line.number)
        return
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        message = f"is no requirement: {str(error).splitlines()[0]}"
        yield Finding(SYNTAX, name, message, "NAME==VERSION, one per line", file=name, line=line.number)
        return
    key = canonicalize_name(requirement.name)
    if key in seen and requirement.marker is None:
        message, hint = f"{requirement.name} stands in line {seen[key]} already", "remove one of the two"
        yield Finding(DUPLICATE, name, message, hint, file=name, line=line.number)
    seen.setdefault(key, line.number)
    yield from _pin_findings(name, line.number, requirement, key, rules)


def _pin_findings(
    name: str, number: int, requirement: Requirement, key: str, rules: RequirementsRules
) -> Iterator[Finding]:
    pinned = rules.pins.get(key)
    if requirement.url is None and pinned and not requirement.specifier.contains(pinned, prereleases=True):
        message = f"{requirement} conflicts with {key}=={pinned}, which MWAA keeps: pip fails, and nothing is installed"
        hint = f"remove it, or ask for {key}=={pinned}"
        yield Finding(PIN, name, message, hint, file=name, line=number)
    elif requirement.url is None and not requirement.specifier and not pinned and not key.startswith("apache-airflow"):
        message = f"{requirement.name} has no version: what is installed changes from one update to the next"
        hint = "the constraints pin it if they know it; else write NAME==VERSION"
        yield Finding(UNPINNED, name, message, hint, severity=Severity.LOW, file=name, line=number)
