"""What dags check remembers of environments, and that it hides no mistake in them. By the real command line."""

from __future__ import annotations

import json
import re
import shutil
import subprocess  # noqa: TID251 - the modules that a whole run loads
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mwaactl.adapters import project as projects
from mwaactl.adapters.dags.known_inputs import KnownInputs
from mwaactl.cli import root as mwaactl
from unit.dags_corpus import Case

Change = Callable[[Path], Any]


def checked(root: Path, capsys: pytest.CaptureFixture[str], *names: str) -> dict[str, Any]:
    """The envelope of a check, with the exit code."""
    with pytest.raises(SystemExit) as ended:
        mwaactl.main(["dags", "check", *names, "--output", "json", "--project", str(root)])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return {**document, "exit": ended.value.code}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A sound project."""
    Case("known", {}, ()).write(tmp_path)
    return tmp_path


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the environments that were read and validated."""
    found: list[str] = []
    real = projects.Project.environments

    def environments(self: projects.Project, names: Any = ()) -> Any:
        found.extend(names or ["all"])
        return real(self, names)

    monkeypatch.setattr(projects.Project, "environments", environments)
    return found


def edit(name: str, old: str, new: str) -> Change:
    def change(root: Path) -> None:
        path = root / "envs" / name
        text = path.read_text()
        assert re.search(old, text), text
        path.write_text(re.sub(old, new, text, count=1))

    return change


def twin(root: Path) -> None:
    """Another environment with the same CIDR block and names."""
    shutil.copy(root / "envs" / "dev.yaml", root / "envs" / "copy.yaml")


def test_second_check_reads_no_environment_and_says_the_same(
    project: Path, reads: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    first = checked(project, capsys, "dev")
    again = checked(project, capsys, "dev")
    assert reads == ["dev"]
    for document in (first, again):
        for stage in document["data"][0]["data"]["stages"]:
            stage["seconds"] = 0
    assert again == first


def test_second_check_loads_neither_pydantic_nor_the_model_of_environments(project: Path) -> None:
    program = (
        "import sys\nfrom mwaactl.cli import root\ntry:\n    root.main(sys.argv[1:])\nfinally:\n"
        "    print(sorted({'pydantic', 'mwaactl.model.environment'} & sys.modules.keys()), file=sys.stderr)"
    )
    argv = (sys.executable, "-c", program, "dags", "check", "dev", "--project", str(project))
    loaded = [
        subprocess.run(argv, capture_output=True, text=True, check=True).stderr.splitlines()[-1] for _ in range(2)
    ]
    assert loaded == ["['mwaactl.model.environment', 'pydantic']", "[]"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(edit("dev.yaml", r"(?m)^mwaa:", "mwaa:\n  no_such_field: 1"), id="own file"),
        pytest.param(edit("dev.yaml", r"airflow_version: .*", 'airflow_version: "1.0.0"'), id="version"),
        pytest.param(twin, id="twin"),
        pytest.param(lambda root: (root / "dags" / "requirements.txt").unlink(), id="file that is named"),
        pytest.param(lambda root: (root / "envs" / "dev.yaml").unlink(), id="gone"),
    ],
)
def test_mistake_that_comes_later_is_found(project: Path, change: Change, capsys: pytest.CaptureFixture[str]) -> None:
    assert checked(project, capsys, "dev")["exit"] == 0
    change(project)
    first = checked(project, capsys, "dev")
    assert first["exit"] == 2
    assert first["errors"], first


def test_tomorrow_support_may_have_ended(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checked(project, capsys, "dev")
    cache, today = Path.home() / ".cache" / "mwaactl", date.today()
    assert KnownInputs(cache, project, today).find(["dev"])
    assert KnownInputs(cache, project, today + timedelta(days=1)).find(["dev"]) is None


def test_policy_file_that_changes_is_read_again(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "policy.json").write_text('{"Version": "2012-10-17", "Statement": []}')
    with (project / "envs" / "dev.yaml").open("a") as file:
        file.write("execution_role:\n  policy_files: [policy.json]\n")
    assert checked(project, capsys, "dev")["exit"] == 0
    (project / "policy.json").write_text("[]")
    assert "policy.json" in json.dumps(checked(project, capsys, "dev")["errors"])


@pytest.mark.parametrize("content", ["", "[]", "{", '{"state": 1}', None])
def test_broken_memory_is_no_memory(
    project: Path, reads: list[str], content: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    checked(project, capsys, "dev")
    (path,) = (Path.home() / ".cache" / "mwaactl" / "inputs").glob("*.json")
    assert path.parent.stat().st_mode & 0o077 == 0
    if content is None:
        document = json.loads(path.read_text())
        del document["environments"]["dev"]["input"]["allow"]
        content = json.dumps(document)
    path.write_text(content)
    assert checked(project, capsys, "dev")["exit"] == 0
    assert reads == ["dev", "dev"]
