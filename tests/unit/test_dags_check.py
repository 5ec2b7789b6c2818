"""dags check through the real command line, on the corpus of bad artifacts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mwaactl.cli import root as mwaactl
from unit.dags_corpus import CASES, FINE, HEAD, Case

ROOT = Path(__file__).resolve().parents[2]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of one command."""
    with pytest.raises(SystemExit) as caught:
        mwaactl.main(list(arguments))
    written = capsys.readouterr()
    code = caught.value.code
    assert isinstance(code, int)
    return code, written.out, written.err


def found_in(report: dict[str, object]) -> set[tuple[str, str, int]]:
    """Every finding of a report: id, file and line."""
    stages = report["stages"]
    assert isinstance(stages, list)
    return {(one["id"], one["file"], one["line"]) for stage in stages for one in stage["findings"]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_artifact_is_reported_with_its_place(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case.write(tmp_path)
    code, out, err = run(capsys, "dags", "check", "dev", "--output", "json", "--project", str(tmp_path))
    assert "Traceback" not in err
    (outcome,) = json.loads(out)["data"]
    found = found_in(outcome["data"])
    assert set(case.expected) <= found, found
    severe = {(one["id"], one["file"], one["line"]) for stage in outcome["data"]["stages"]
              for one in stage["findings"] if one["severity"] != "LOW"}  # fmt: skip
    assert code == (0 if case.is_warning else 1), found
    assert severe == (set() if case.is_warning else set(case.expected) & severe)


@pytest.mark.parametrize("case", FINE, ids=lambda case: case.name)
def test_what_only_looks_wrong_is_not_reported(case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case.write(tmp_path)
    code, out, _ = run(capsys, "dags", "check", "dev", "--output", "json", "--project", str(tmp_path))
    (outcome,) = json.loads(out)["data"]
    said = {one for one in found_in(outcome["data"]) if not one[0].startswith("AIR")}  # advice on Airflow 3
    assert (code, said) == (0, set())


def test_corpus_is_large_and_its_names_are_distinct() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 85


def test_repository_itself_passes_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "dags", "check", "--all", "--output", "json", "--project", str(ROOT))
    assert code == 0
    assert [found_in(outcome["data"]) for outcome in json.loads(out)["data"]] == [set(), set(), set()]


def test_all_mistakes_are_told_at_once_with_places_and_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files: dict[str, str | bytes | tuple[str, str]] = {
        "bad.py": "def (\n",
        "requirements.txt": "pandas=2\n",
        "startup.sh": "export AWS_REGION=x\n",
    }
    Case("three", files, ()).write(tmp_path)
    code, out, err = run(capsys, "dags", "check", "dev", "--project", str(tmp_path))
    assert code == 1
    assert "dev: FAILED" in out
    for place in ("dags/bad.py:1", "dags/requirements.txt:1", "dags/startup.sh:1"):
        assert place in err
    assert "NAME==VERSION, one per line" in err


def test_stage_after_the_last_one_asked_for_is_not_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Case("late", {"startup.sh": "exec x\n"}, ()).write(tmp_path)
    code, out, _ = run(capsys, "dags", "check", "dev", "--until", "lint", "--project", str(tmp_path))
    assert code == 0
    assert "lint" in out
    assert "startup" not in out


def test_ignored_files_count_neither_for_lint_nor_for_ids(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    twin = f"{HEAD}DAG('good', schedule_interval=None)\n"
    Case("ignored", {".airflowignore": "old/\n", "old/twin.py": twin}, (), "3.0.6").write(tmp_path)
    code, _, err = run(capsys, "dags", "check", "dev", "--project", str(tmp_path))
    assert code == 0, err


def test_nothing_that_is_looked_at_is_executed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    canary = tmp_path / "canary"
    attack = f"open({str(canary)!r}, 'w')  # dag airflow\n"
    files: dict[str, str | bytes | tuple[str, str]] = {
        "attack.py": attack,
        "conftest.py": attack,
        "plugins/attack.py": attack,
        "startup.sh": f"touch {canary}\nx=$(touch {canary})\n",
        "requirements.txt": f"--constraint {canary}\nmine @ file://{canary}\n",
        "ruff.toml": "select = ['ALL']\n",
        "sitecustomize.py": attack,
    }
    Case("attack", files, ()).write(tmp_path)
    run(capsys, "dags", "check", "dev", "--project", str(tmp_path))
    assert not canary.exists()


def test_until_and_import_together_are_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "dags", "check", "--until", "lint", "--import", "--project", str(ROOT))
    assert code == 2
    assert "not both" in err
