"""What dags check remembers of files, and when it looks again. Everything through the real command line."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml

from mwaactl.cli import root as mwaactl
from unit.dags_corpus import GOOD_DAG, HEAD, Case

CYCLE = {"one.py": f"import two\n{GOOD_DAG.replace('good', 'one')}", "two.py": "import one\n"}


def findings(root: Path, capsys: pytest.CaptureFixture[str]) -> set[tuple[str, str, int]]:
    """Id, file and line of all that a check finds."""
    with pytest.raises(SystemExit):
        mwaactl.main(["dags", "check", "dev", "--output", "json", "--project", str(root)])
    (outcome,) = json.loads(capsys.readouterr().out)["data"]
    found = [one for stage in outcome["data"]["stages"] for one in stage["findings"]]
    return {(one["id"], one["file"], one["line"]) for one in found}


def remembered() -> tuple[Path, dict[str, Any]]:
    """The one file of known files, and what is in it."""
    (path,) = (Path.home() / ".cache" / "mwaactl" / "checks").glob("*.json")
    return path, json.loads(path.read_text())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with DAGs that import each other, an id that is given twice, and a file that is no Python."""
    twice = GOOD_DAG.replace("good", "twice")
    files: dict[str, str | bytes | tuple[str, str]] = {**CYCLE, "a.py": twice, "b.py": twice, "wrong.py": "def :\n"}
    Case("known", files, ()).write(tmp_path)
    return tmp_path


def test_second_check_finds_the_same(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = findings(project, capsys)
    assert {one[0] for one in first} >= {"DAG_SYNTAX", "DAG_DUPLICATE_ID", "DAG_IMPORT_CYCLE"}
    _, document = remembered()
    assert set(document["files"]) == {f"dags/{name}.py" for name in ("a", "b", "good", "one", "two")}  # not wrong.py
    assert findings(project, capsys) == first


def test_changed_file_is_looked_at_again(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = findings(project, capsys)
    (project / "dags" / "b.py").write_text("return 1\n")
    (project / "dags" / "wrong.py").write_text("FINE = 1\n")
    after = findings(project, capsys)
    assert ("DAG_SYNTAX", "dags/b.py", 1) in after - before
    assert not {one for one in after if one[1] == "dags/wrong.py" or one[0] == "DAG_DUPLICATE_ID"}
    assert "dags/b.py" not in remembered()[1]["files"]


def test_ignored_file_is_not_taken_for_sound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    late = f"{HEAD}from airflow.operators.bash import BashOperator\nBashOperator(task_id='late')\n"
    Case("ignored", {"late.py": late, ".airflowignore": "late*\n"}, (), version="3.0.6").write(tmp_path)
    assert not {one for one in findings(tmp_path, capsys) if one[1] == "dags/late.py"}
    (tmp_path / "dags" / ".airflowignore").unlink()
    for _ in range(2):  # a file with a finding is none that is known
        assert {one for one in findings(tmp_path, capsys) if one[1] == "dags/late.py"}


def test_other_judges_or_a_broken_file_start_anew(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = findings(project, capsys)
    path, document = remembered()
    lies = {name: {**entry, "ids": [], "imports": []} for name, entry in document["files"].items()}
    path.write_text(json.dumps({"judges": "of another version", "files": lies}))
    assert findings(project, capsys) == first
    for broken in ("", "[]", '{"judges": 1}', json.dumps({**document, "files": {"dags/a.py": {"digest": 1}}})):
        path.write_text(broken)
        assert findings(project, capsys) == first
    assert remembered()[1] == document


def test_entry_that_cannot_be_read_is_no_pass_for_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Case("entry", {"late.py": f"{HEAD}return 1\n"}, ()).write(tmp_path)  # parsed it is fine; ruff knows better
    first = findings(tmp_path, capsys)
    assert first
    path, document = remembered()
    digest = sha256((tmp_path / "dags" / "late.py").read_bytes()).hexdigest()
    for entry in ({"digest": digest, "ids": [1], "imports": 7}, {"digest": digest}, [digest], digest):
        path.write_text(json.dumps({**document, "files": {"dags/late.py": entry}}))
        assert findings(tmp_path, capsys) == first


def test_allowed_file_is_not_known_when_it_is_no_longer_allowed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = "AKIA" + "IOSFODNN7" + "ABCDEFG"
    Case("allowed", {"key.py": f"{HEAD}KEY = '{key}'\n"}, ()).write(tmp_path)
    refused = {one for one in findings(tmp_path, capsys) if one[1] == "dags/key.py"}
    assert refused
    file = tmp_path / "envs" / "dev.yaml"
    document = yaml.safe_load(file.read_text())
    document["artifacts"]["allow"] = ["dags/key.py"]
    file.write_text(yaml.safe_dump(document))
    for _ in range(2):
        assert not {one for one in findings(tmp_path, capsys) if one[1] == "dags/key.py"}
    del document["artifacts"]["allow"]
    file.write_text(yaml.safe_dump(document))
    assert {one for one in findings(tmp_path, capsys) if one[1] == "dags/key.py"} == refused


def test_check_without_a_place_to_remember_works(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cache = Path.home() / ".cache"
    cache.write_text("a file where the folder should be")
    assert findings(project, capsys) == findings(project, capsys) != set()
