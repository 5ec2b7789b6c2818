"""dags check through the real command line, on the corpus of bad artifacts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mwaactl.adapters.project import Project
from mwaactl.cli import root as mwaactl
from mwaactl.model.dags.check_input import check_input
from mwaactl.workflows.dags_check import distinct
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


def add(root: Path, name: str, cidr: str, version: str = "2.10.3") -> None:
    """Another environment like dev."""
    text = (root / "envs" / "dev.yaml").read_text().replace("10.10.0.0/16", cidr).replace("2.10.3", version)
    (root / "envs" / f"{name}.yaml").write_text(text)


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


def test_nothing_that_is_looked_at_is_executed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = tmp_path / "canary"
    monkeypatch.setenv("BASH_ENV", str(tmp_path / "dags" / "startup.sh"))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "dags"))
    monkeypatch.chdir(tmp_path)
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
    assert {path.name for path in tmp_path.iterdir()} == {"dags", "envs", "terraform"}


def test_environments_that_have_everything_in_common_are_looked_at_once(tmp_path: Path) -> None:
    Case("many", {}, ()).write(tmp_path)
    add(tmp_path, "stage", "10.20.0.0/16")
    add(tmp_path, "prod", "10.30.0.0/16", "2.11.0")
    names = [one.name for one in distinct([check_input(one) for one in Project(tmp_path).environments()])]
    assert sorted(names) == ["dev", "prod"]


def test_every_environment_has_its_report_and_its_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Case("many", {"bad.py": "def (\n"}, ()).write(tmp_path)
    add(tmp_path, "stage", "10.20.0.0/16")
    code, out, _ = run(capsys, "dags", "check", "--all", "--output", "json", "--project", str(tmp_path))
    document = json.loads(out)
    assert code == 1
    assert [outcome["environment"] for outcome in document["data"]] == ["dev", "stage"]
    assert [outcome["data"]["environment"] for outcome in document["data"]] == ["dev", "stage"]
    assert [one["file"] for error in document["errors"] for one in error["details"]] == ["dags/bad.py"] * 2


def test_until_and_import_together_are_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "dags", "check", "--until", "lint", "--import", "--project", str(ROOT))
    assert code == 2
    assert "not both" in err
