"""requirements.txt by MWAA's rules (aws/amazon-mwaa-docker-images, python/mwaa/utils/user_requirements.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from mwaactl.errors import Finding, Severity
from mwaactl.model.dags.constraints import OFFLINE, ON_WORKERS, OPTIONS, constraint_findings
from mwaactl.model.dags.requirement_lines import LARGEST, LONGEST, Line, RequirementsRules, lines_of

SYNTAX = "REQUIREMENTS_SYNTAX"
PIN = "REQUIREMENTS_PIN"
UNPINNED = "REQUIREMENTS_UNPINNED"
SECRET = "REQUIREMENTS_SECRET"  # noqa: S105 - the id of a finding
DUPLICATE = "REQUIREMENTS_DUPLICATE"
PLACE = "REQUIREMENTS_PLACE"

_INDEXES = ("-i", "--index-url", "--extra-index-url", "-f", "--find-links")
_UNAVAILABLE = ("-e", "--editable", "-r", "--requirement")
_KNOWN = (*OPTIONS, *_INDEXES, *_UNAVAILABLE, "--no-index", "--pre", "--prefer-binary", "--no-binary",
          "--only-binary", "--trusted-host", "--require-hashes", "--use-feature")  # fmt: skip
_ADDRESS = re.compile(r"(?:[a-z]+\+)?[a-z]+://\S+", re.IGNORECASE)
_USER = re.compile(r"://([^/\s@]+)@")
_VARIABLE = re.compile(r"\$\{[A-Z0-9_]+\}")  # pip puts the environment variable there
_FILES = (".whl", ".zip", ".tar.gz")
_OURS = ("names a file of this machine", f"put the wheel into plugins/: {ON_WORKERS}/plugins/NAME.whl")


def requirements_findings(name: str, content: bytes, rules: RequirementsRules) -> tuple[Finding, ...]:
    """What is wrong with the file `name`."""
    if len(content) > LARGEST:
        return (Finding(SYNTAX, name, f"is larger than {LARGEST // 1_000} kB", "write less", file=name),)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = content.count(b"\n", 0, error.start) + 1
        return (Finding(SYNTAX, name, "is not UTF-8 text", "save it as UTF-8", file=name, line=place),)
    found = [*constraint_findings(name, text, rules)]
    seen: dict[str, int] = {}
    for line in lines_of(text):
        if len(line.text) > LONGEST:
            message = f"has a line of more than {LONGEST} characters"
            found.append(Finding(SYNTAX, name, message, "NAME==VERSION, one per line", file=name, line=line.number))
        elif _holds_credentials(line.text):
            message = "holds credentials in an address"
            hint = "write ${NAME} in their place, and export NAME in startup.sh from a secret"
            found.append(Finding(SECRET, name, message, hint, severity=Severity.CRITICAL, file=name, line=line.number))
        else:
            found += _option(name, line, rules) if line.is_option else _asked(name, line, rules, seen)
    return tuple(sorted(found, key=lambda finding: (finding.line, finding.id)))


def _holds_credentials(text: str) -> bool:
    users = (_VARIABLE.sub("", found[1]) for found in _USER.finditer(text))
    return any(user.strip(":") not in ("", "git") for user in users)


def _option(name: str, line: Line, rules: RequirementsRules) -> Iterator[Finding]:
    option, value = line.option
    if option in _UNAVAILABLE:
        message = f"{option} names a file that is not on the workers: only requirements.txt itself is there"
        yield Finding(PLACE, name, message, "write the requirements into this file", file=name, line=line.number)
    elif option not in _KNOWN:
        message = f"{option[:40]} is no option of a requirements file"
        yield Finding(SYNTAX, name, message, "see pip's page 'Requirements File Format'", file=name, line=line.number)
    elif option in _INDEXES and rules.is_offline and "://" in value:
        message = "names an index, and the environment's subnets have no way to the internet"
        hint = f"an index inside the VPC is fine; else --no-index --find-links {ON_WORKERS}/plugins"
        yield Finding(OFFLINE, name, message, hint, severity=Severity.LOW, file=name, line=line.number)


def _asked(name: str, line: Line, rules: RequirementsRules, seen: dict[str, int]) -> Iterator[Finding]:
    text = re.split(r"\s--[a-z]", line.text, maxsplit=1)[0].strip()  # --hash and the like
    if _ADDRESS.match(text):
        yield from _address(name, line.number, text, rules)
        return
    if text.startswith((".", "/", "file:")) or (text.endswith(_FILES) and "://" not in text):
        if not text.startswith(f"{ON_WORKERS}/"):
            yield Finding(PLACE, name, *_OURS, file=name, line=line.number)
        return
    try:
        requirement = Requirement(text)
    except (InvalidRequirement, RecursionError) as error:  # markers in a thousand brackets
        message = f"is no requirement: {str(error).splitlines()[0]}"
        yield Finding(SYNTAX, name, message, "NAME==VERSION, one per line", file=name, line=line.number)
        return
    key = canonicalize_name(requirement.name)
    if key in seen and requirement.marker is None:
        message, hint = f"{requirement.name} stands in line {seen[key]} already", "remove one of the two"
        yield Finding(DUPLICATE, name, message, hint, file=name, line=line.number)
    seen.setdefault(key, line.number)
    if requirement.url:
        yield from _address(name, line.number, requirement.url, rules)
    else:
        yield from _version(name, line.number, requirement, key, rules)


def _address(name: str, number: int, address: str, rules: RequirementsRules) -> Iterator[Finding]:
    if address.startswith("file:") and not address.startswith(f"file://{ON_WORKERS}/"):
        yield Finding(PLACE, name, *_OURS, file=name, line=number)
    elif rules.is_offline and not address.startswith("file:"):
        message = "cannot be reached: the environment's subnets have no way to the internet"
        yield Finding(OFFLINE, name, message, "put the wheel into plugins/", file=name, line=number)
    elif address.startswith("git+") and not re.search(r"\.git@|/[^/@]+@[\w.-]+(#|$)", address):
        message = "takes whatever the repository has at the moment, and needs git on the workers"
        hint = "build a wheel and put it into plugins/, or name a tag: ...git@TAG"
        yield Finding(UNPINNED, name, message, hint, severity=Severity.LOW, file=name, line=number)


def _version(name: str, number: int, requirement: Requirement, key: str, rules: RequirementsRules) -> Iterator[Finding]:
    pinned = rules.pins.get(key)
    is_exact = any(part.operator in ("==", "===") and "*" not in part.version for part in requirement.specifier)
    if pinned and not requirement.specifier.contains(pinned, prereleases=True):
        message = f"{requirement} conflicts with {key}=={pinned}, which MWAA keeps: pip fails, and nothing is installed"
        yield Finding(PIN, name, message, f"remove it, or ask for {key}=={pinned}", file=name, line=number)
    elif not is_exact and not pinned and not key.startswith("apache-airflow"):
        message = f"{requirement.name} has no exact version: what is installed may change from one update to the next"
        hint = "the constraints pin it if they know it; else write NAME==VERSION"
        yield Finding(UNPINNED, name, message, hint, severity=Severity.LOW, file=name, line=number)
