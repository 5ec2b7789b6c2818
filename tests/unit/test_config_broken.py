"""Every broken configuration is reported with file, line, field and what is allowed; nothing else is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mwaactl.adapters.project import Project
from mwaactl.errors import ConfigError
from unit.broken_configurations import CASES, Case

TODAY = date(2026, 11, 22)


def test_table_of_broken_configurations_is_large_and_without_repeats() -> None:
    names = [case.name for case in CASES]
    assert len(names) >= 60
    assert len(set(names)) == len(names)
    assert all(case.expected for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("ask", ["environment", "environments"])
def test_environment_when_broken_then_every_mistake_is_named(case: Case, ask: str, tmp_path: Path) -> None:
    case.write(tmp_path)
    project = Project(tmp_path, today=TODAY)
    with pytest.raises(ConfigError) as caught:
        project.environment("dev") if ask == "environment" else project.environments(["dev"])
    problems = caught.value.problems
    found = sorted((problem.file, problem.line, problem.field) for problem in problems)
    report = "\n".join(map(str, problems))
    assert found == sorted((one.file, one.line, one.field) for one in case.expected), report
    for expected in case.expected:
        lines = [
            str(problem)
            for problem in problems
            if (problem.file, problem.line, problem.field) == (expected.file, expected.line, expected.field)
        ]
        for text in expected.texts:
            assert any(text in line for line in lines), report
    assert all(problem.column >= 1 for problem in problems), report
