"""From a merged file to an Environment, or to everything that is wrong with it, at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pydantic import ValidationError

from mwaactl.errors import Problem
from mwaactl.model import catalog
from mwaactl.model.echo import Path, dotted
from mwaactl.model.environment import NAME_PATTERN, Environment
from mwaactl.model.finding import Finding
from mwaactl.model.inheritance import Chain, plain
from mwaactl.model.rules import rules
from mwaactl.model.source import Mapping
from mwaactl.model.translation import field_path, is_known, problem_at, translated, unknown_key


@dataclass(frozen=True)
class Checked:
    """One environment's configuration after all checks.

    `environment` is None when there are problems. `best_effort` is the environment without the values that are broken
    in themselves, whose dotted fields are `broken`: enough to look for further mistakes, never to act upon.
    """

    name: str
    chain: Chain
    environment: Environment | None
    best_effort: Environment | None = None
    broken: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def check(name: str, chain: Chain, today: date) -> Checked:
    """Validate one environment by itself. `today` decides which Airflow versions are still supported."""
    if chain.tree is None:
        return Checked(name, chain, None, problems=chain.problems)
    tree, problems = chain.tree, list(chain.problems)
    if not re.fullmatch(NAME_PATTERN, name):
        allowed = "small letters, digits and hyphens that begin with a letter, such as envs/dev.yaml"
        problems.append(Problem(chain.files[0], 1, 1, "", f"{name} is no name of an environment", name, allowed))
        name = "x"
    for removal in chain.removals:
        if not is_known(removal.path):
            place, found = removal.place, unknown_key(tree, removal.path)
            problems.append(replace(found, file=place.file, line=place.line, column=place.column))
    data = {key: plain(entry.value) for key, entry in tree.entries.items() if key != "name"}
    environment, errors = _validated({**data, "name": name})
    broken = frozenset(dotted(field_path(error)) for error in errors)
    problems.extend(_translated(chain, tree, error) for error in errors if not _is_said(chain, error))
    if "name" in tree.entries:
        problems.append(unknown_key(tree, ("name",)))
    if environment is None:
        return Checked(name, chain, None, None, broken, _in_order(problems))
    findings = _findings(environment, broken, today)
    problems.extend(_problem(chain, tree, finding) for finding in findings if not finding.is_warning)
    warnings = [_problem(chain, tree, finding) for finding in findings if finding.is_warning]
    return Checked(
        name=name,
        chain=chain,
        environment=None if problems else environment,
        best_effort=environment,
        broken=broken,
        problems=_in_order(problems),
        warnings=_in_order(warnings),
    )


def _is_said(chain: Chain, error: Any) -> bool:
    """Whether a missing value was already reported as a key without one."""
    return error["type"] == "missing" and dotted(error["loc"]) in {problem.field for problem in chain.problems}


def _translated(chain: Chain, tree: Mapping, error: Any) -> Problem:
    """A required value that a null removed is reported at that null."""
    problem = translated(tree, error)
    removal = next((one for one in chain.removals if one.path == error["loc"]), None)
    if error["type"] != "missing" or removal is None:
        return problem
    place = removal.place
    return replace(problem, file=place.file, line=place.line, column=place.column)


def _validated(data: dict[str, Any]) -> tuple[Environment | None, list[Any]]:
    """The environment and its errors. Where fields are broken, the rest of it, so that rules can look at that."""
    try:
        return Environment.model_validate(data), []
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
    attempt, complaints = data, errors
    for _ in range(5):
        for complaint in complaints:
            attempt = _repaired(attempt, complaint)
        try:
            return Environment.model_validate(attempt), errors
        except ValidationError as error:
            complaints = error.errors(include_url=False, include_input=False)
    return None, errors


_STAND_INS: dict[Path, object] = {
    ("name",): "x",
    ("project",): "x",
    ("account_id",): "0" * 12,
    ("region",): "us-east-1",
    ("mwaa",): {"airflow_version": catalog.airflow_versions()[0].version},
    ("mwaa", "airflow_version"): catalog.airflow_versions()[0].version,
}
"""Values in place of required ones that are broken; no rule that reads them runs."""


def _repaired(data: dict[str, Any], error: Any) -> dict[str, Any]:
    path = field_path(error)
    if path in _STAND_INS:
        return _with(data, path, _STAND_INS[path])
    return _without(data, path[:-1] if error["type"] == "missing" else path)


def _with(data: dict[str, Any], path: Path, value: object) -> dict[str, Any]:
    key = str(path[0])
    inner = data.get(key)
    if len(path) == 1:
        return {**data, key: value}
    return {**data, key: _with(inner if isinstance(inner, dict) else {}, path[1:], value)}


def _without(data: dict[str, Any], path: Path) -> dict[str, Any]:
    key = str(path[0])
    inner = data.get(key)
    if len(path) == 1 or not isinstance(inner, dict):
        return {name: value for name, value in data.items() if name != key}
    return {**data, key: _without(inner, path[1:])}


def _findings(environment: Environment, broken: frozenset[str], today: date) -> list[Finding]:
    sound = (rule for rule in rules(today) if not is_any_broken(rule.reads, broken))
    return [finding for rule in sound for finding in rule.check(environment)]


def is_any_broken(reads: Iterable[str], broken: Iterable[str]) -> bool:
    """Whether a rule that reads these fields must be skipped as one of them is broken in itself."""
    return any(_overlap(read, field) for read in reads for field in broken)


def _overlap(read: str, field: str) -> bool:
    if read.endswith(".*"):
        whole = read.removesuffix(".*")
        return whole == field or whole.startswith(f"{field}.")
    return read == field or read.startswith((f"{field}.", f"{field}[")) or field.startswith((f"{read}.", f"{read}["))


def _problem(chain: Chain, tree: Mapping, finding: Finding) -> Problem:
    problem = problem_at(tree, finding.path, finding.message, allowed=finding.allowed, hint=finding.hint)
    if problem.file == chain.files[0]:
        return problem
    hint = f"{problem.hint}; " if problem.hint else ""
    hint += f"it is inherited: change it there, or set {problem.field} in {chain.files[0]}"
    return replace(problem, hint=hint)


def _in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    unique = {(p.file, p.line, p.column, p.field, p.message): p for p in reversed(problems)}
    return tuple(sorted(unique.values(), key=lambda p: (p.file, p.line, p.column, p.field, p.message)))
