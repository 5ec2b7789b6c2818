"""Each rule broken alone: the static gate fails with exit 3 and names rule, resource and file:line."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.broken_rules import STATIC
from gate.copies import Run, make_repository, runner
from gate.rules import Rule

pytestmark = [pytest.mark.terraform, pytest.mark.spread]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository")


@pytest.fixture
def run(repository: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(repository, capsys)


def test_untouched_repository_passes(run: Run) -> None:
    gate = run("gate", "--all", "--static")
    assert gate.refusals == []
    assert (gate.code, gate.envelope["status"]) == (0, "success")
    data = gate.envelope["data"]
    passed = [outcome["data"]["verdict"]["passed"] for outcome in data["outcomes"]]
    assert len(passed) == 3
    assert all(count >= 9 for count in passed), "it has looked at next to nothing"
    assert data["repository"]["passed"] > 50


def test_there_are_at_least_forty_rules() -> None:
    assert len({rule.name for rule in STATIC}) >= 40


@pytest.mark.parametrize("rule", STATIC, ids=lambda rule: rule.name)
def test_broken_rule_is_named_with_its_resource_and_place(rule: Rule, repository: Path, run: Run) -> None:
    rule.edit(repository)
    if rule.is_rendered:
        run("render")
    gate = run("gate", "--static", "--since", "HEAD")
    found = [f"{finding['id']} {finding['address']} {finding['file']}:{finding['line']}" for finding in gate.refusals]
    mine = [one for one in gate.refusals if one["id"] == rule.id and one["address"].startswith(rule.address)]
    assert gate.code == 3, gate.err
    assert mine, found
    assert (rule.file, rule.environment) in {(one["file"], one["environment"]) for one in mine}, found
    if rule.line:
        text = (repository / rule.file).read_text().splitlines()
        lines = [text[one["line"] - 1] for one in mine if one["file"] == rule.file]
        assert any(rule.line in line for line in lines), (lines, found)
