"""Which Python and packages stand for a version of MWAA, without installing any."""

from __future__ import annotations

from pathlib import Path

import pytest

from mwaactl.adapters.airflow import requirements
from mwaactl.adapters.airflow.cache import cache_folder
from mwaactl.adapters.airflow.importer import ImportJob
from mwaactl.adapters.airflow.python import find_python
from mwaactl.errors import ToolMissing
from mwaactl.model import catalog
from mwaactl.model.airflow_runtime import runtime_pins

NO_UV = Path("/nonexistent/uv")


def program(path: Path, version: str, *, works: bool = True) -> Path:
    """A stand-in for a Python that only tells its version."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{f'echo {version}' if works else 'exit 127'}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("version", sorted(catalog.data("airflow_runtimes")["runtimes"]))
def test_pins_when_version_is_known_name_what_mwaa_has(version: str) -> None:
    pins = runtime_pins(version)
    known = catalog.find_version(version)
    assert known is not None
    assert known.python == pins.python
    assert f"apache-airflow=={version}" in pins.constraints
    assert any(package.startswith("apache-airflow-providers-amazon==") for package in pins.packages)
    assert pins.is_airflow_3 == any("standard" in package for package in pins.packages)


def test_pins_when_version_is_not_known_follow_its_neighbours() -> None:
    assert (runtime_pins("2.9.9").python, runtime_pins("3.9.0").python) == ("3.11", "3.12")


def test_python_when_shim_does_not_work_is_the_version_behind_it(tmp_path: Path) -> None:
    shims = tmp_path / "pyenv" / "shims"
    program(shims / "python3.27", "", works=False)
    wanted = program(tmp_path / "pyenv" / "versions" / "3.27.4" / "bin" / "python3.27", "3.27.4")
    program(tmp_path / "pyenv" / "versions" / "3.27.3" / "bin" / "python3.27", "3.27.3")
    found = find_python("3.27", NO_UV, {"PATH": f"{shims}:/usr/bin:/bin"}, tmp_path)
    assert (found.path, found.version, found.note) == (wanted, "3.27.4", "")


def test_python_when_missing_is_the_nearest_with_a_note(tmp_path: Path) -> None:
    uv = program(tmp_path / "uv", "", works=False)
    program(tmp_path / "bin" / "python3.13", "3.13.9")
    found = find_python("3.27", uv, {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"}, tmp_path)
    assert found.version == "3.13.9"
    assert "Python 3.27" in found.note


def test_python_when_name_lies_is_passed_over(tmp_path: Path) -> None:
    program(tmp_path / "bin" / "python3.27", "3.26.1")
    with pytest.raises(ToolMissing):
        find_python("3.27", NO_UV, {"PATH": str(tmp_path / "bin")}, tmp_path)


def test_requirements_when_read_lose_the_constraints_that_the_runtime_stands_for(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text(
        '-c "https://x/constraints-2.10.3/constraints-3.11.txt"\n--find-links /usr/local/airflow/plugins\nx==1\n'
    )
    wanted = requirements.read(path, {requirements.PLUGINS: Path("/plugins")})
    assert wanted.lines == ("--find-links /plugins", "x==1")
    assert not wanted.has_own_constraints


def test_requirements_when_they_ask_for_nothing_are_empty(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text("# nothing\n--constraint https://x/constraints-2.10.3/constraints-3.11.txt\n")
    assert requirements.read(path, {}).lines == ()


def test_requirements_when_constraints_are_a_file_keep_them(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x==1\n")
    path = tmp_path / "requirements.txt"
    path.write_text("-c mine.txt\nx\n")
    wanted = requirements.read(path, {})
    assert wanted.has_own_constraints
    assert wanted.lines[0] == f"--constraint {tmp_path / 'mine.txt'}"


def test_constraints_below_a_folder_of_the_workers_are_found_here(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x==1\n")
    path = tmp_path / "requirements.txt"
    path.write_text("--constraint /usr/local/airflow/dags/mine.txt\nx\n")
    wanted = requirements.read(path, {requirements.DAGS: tmp_path})
    assert wanted.has_own_constraints
    assert wanted.lines[0] == f"--constraint {tmp_path / 'mine.txt'}"
    (tmp_path / "mine.txt").write_text("x==2\n")
    assert requirements.read(path, {requirements.DAGS: tmp_path}).identity != wanted.identity


@pytest.mark.parametrize(
    ("text", "has_own"), [("# see --constraint \nx\n", True), ("# see --constraint=y\nx\n", False)]
)
def test_comment_about_constraints_counts_as_one_as_on_mwaa(tmp_path: Path, text: str, has_own: bool) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text(text)
    assert requirements.read(path, {}).has_own_constraints is has_own


def test_cache_when_named_is_there(tmp_path: Path) -> None:
    assert cache_folder({"MWAACTL_CACHE": str(tmp_path)}) == tmp_path
    assert cache_folder({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "mwaactl"


def test_variables_when_options_and_exports_are_given_hold_no_credentials(tmp_path: Path) -> None:
    script = tmp_path / "startup.sh"
    script.write_text('export A="one"\nexport B=$(secret)\nexport AWS_SECRET_ACCESS_KEY=x\nexport C=two # why\n')
    options = {"core.default_timezone": "utc", "smtp.smtp_password": "x", "core.fernet_key": "x"}
    job = ImportJob(tmp_path, None, script, "eu-west-1", options, 30.0)
    everything = {**job.boot_variables, **job.variables}
    assert everything["A"] == "one"
    assert everything["C"] == "two"
    assert everything["AIRFLOW__CORE__DEFAULT_TIMEZONE"] == "utc"
    assert not [
        name for name in everything if "SECRET" in name or "PASSWORD" in name or "FERNET" in name or name == "B"
    ]
