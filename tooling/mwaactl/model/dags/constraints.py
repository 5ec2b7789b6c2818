"""The constraints that requirements.txt names, by MWAA's rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from mwaactl.errors import Finding, Severity
from mwaactl.model.dags.requirement_lines import Line, RequirementsRules, lines_of

CONSTRAINT = "REQUIREMENTS_CONSTRAINT"
OFFLINE = "REQUIREMENTS_OFFLINE"
OPTIONS = ("-c", "--constraint")
ON_WORKERS = PurePosixPath("/usr/local/airflow")

_COUNTS = re.compile(r"(-c |--constraint )")
"""What MWAA itself looks for, in comments too."""
_OFFICIAL = re.compile(r"constraints-([\w.-]+)/constraints-(?:[a-z-]+-)?([\d.]+)\.txt")
_MWAAS_OWN = re.compile(r"images/airflow/([\d.]+)/")  # aws/amazon-mwaa-docker-images has one file for each version


def constraint_findings(name: str, text: str, rules: RequirementsRules) -> tuple[Finding, ...]:
    """What is wrong with the constraints of the file `name`. Every validation of the configuration shows it."""
    if rules.python is None:
        return ()
    lines = list(lines_of(text))
    given = [line for line in lines if line.option[0] in OPTIONS and line.is_option]
    counted = [number for number, line in enumerate(text.splitlines(), 1) if _COUNTS.search(line)]
    found = [finding for line in given for finding in _given(name, line, rules)]
    if not all(line.is_option for line in lines):
        found += _missing(name, given, counted, rules)
    return tuple(found)


def _missing(name: str, given: Sequence[Line], counted: Sequence[int], rules: RequirementsRules) -> Iterator[Finding]:
    hint = rules.constraint_line
    if not counted:
        line = given[0].number if given else 1
        message = "has no --constraint: MWAA then adds the one it ships"
        if given:
            message = "has no blank after --constraint: MWAA does not see it, and adds the one it ships"
        yield Finding(CONSTRAINT, name, message, hint, severity=Severity.LOW, file=name, line=line)
    elif not given:
        message = "a comment that says --constraint: MWAA takes it for one, and adds none of its own"
        yield Finding(CONSTRAINT, name, message, hint, file=name, line=counted[0])


def _given(name: str, line: Line, rules: RequirementsRules) -> Iterator[Finding]:
    value, hint = line.option[1], rules.constraint_line
    airflow, python = rules.airflow_version, rules.python
    official, own = _OFFICIAL.search(value), _MWAAS_OWN.search(value)
    branch = airflow.rpartition(".")[0].replace(".", "-")
    if official and official.groups() == (branch, python):
        message = f"{official[0]} is a branch: what it pins changes from one update to the next"
        yield Finding(CONSTRAINT, name, message, hint, severity=Severity.LOW, file=name, line=line.number)
    elif official and official.groups() != (airflow, python):
        message = f"{official[0]} is not of Airflow {airflow} on Python {python}: pip would fail"
        yield Finding(CONSTRAINT, name, message, hint, file=name, line=line.number)
    elif own and own[1] != airflow:
        message = f"{own[0]} is not of Airflow {airflow}: pip would fail"
        yield Finding(CONSTRAINT, name, message, hint, file=name, line=line.number)
    elif "://" not in value and not PurePosixPath(value).is_relative_to(ON_WORKERS):
        message = "names a constraints file that is not on the workers: pip would install nothing"
        where = f"an address, or a file in the DAG folder: {ON_WORKERS}/dags/NAME.txt"
        yield Finding(CONSTRAINT, name, message, where, file=name, line=line.number)
    elif "://" in value and rules.is_offline:
        message = "cannot be reached: the environment's subnets have no way to the internet"
        where = f"put it into the DAG folder, as {ON_WORKERS}/dags/NAME.txt, and the wheels into plugins/"
        yield Finding(OFFLINE, name, message, where, file=name, line=line.number)
