"""Runtimes with requirements of a user, built by several at once and by processes that are killed."""

from __future__ import annotations

import os
import signal
import subprocess  # noqa: TID251 - builds in processes of their own
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from mwaactl.adapters.airflow.installed import Runtime
from mwaactl.adapters.airflow.runtime import Runtimes

BUILD = """
import os, sys
from pathlib import Path
from mwaactl.adapters.airflow.runtime import Runtimes
from mwaactl.adapters.interrupt import Interrupt
runtime = Runtimes(Path(sys.argv[1]), dict(os.environ), Interrupt()).runtime(sys.argv[2], Path(sys.argv[3]))
print(runtime.id, runtime.requirements_error)
"""


@pytest.fixture
def own(runtimes: Runtimes, airflow_2: Runtime, tmp_path: Path) -> Runtimes:
    """A cache of the test's own that begins with the base runtime."""
    folder = tmp_path / "cache" / "runtimes"
    folder.mkdir(parents=True)
    (folder / airflow_2.id).symlink_to(runtimes.cache / "runtimes" / airflow_2.id)
    return replace(runtimes, cache=tmp_path / "cache")


def build(own: Runtimes, requirements: Path) -> subprocess.Popen[str]:
    argv = [sys.executable, "-c", BUILD, str(own.cache), "2.10.3", str(requirements)]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, start_new_session=True)


def test_requirements_when_two_build_at_once_are_built_once(own: Runtimes, tmp_path: Path) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(
        '--constraint "https://example.com/constraints-2.10.3/constraints-3.11.txt"\niniconfig==2.0.0\n'
    )
    builders = [build(own, requirements) for _ in range(2)]
    said = {builder.communicate(timeout=200)[0] for builder in builders}
    assert len(said) == 1
    runtime = own.runtime("2.10.3", requirements)
    code = "import airflow.version, iniconfig; print(airflow.version.version)"
    done = subprocess.run([str(runtime.python), "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "2.10.3"
    left = [path.name for path in (own.cache / "runtimes").iterdir() if path.is_dir()]
    assert len(left) == 2, left


def test_requirements_when_building_is_killed_are_built_by_the_next(own: Runtimes, tmp_path: Path) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("iniconfig==2.0.0\n")
    builder = build(own, requirements)
    until = time.monotonic() + 60
    while not list((own.cache / "runtimes").glob(".airflow*")) and time.monotonic() < until:
        time.sleep(0.01)
    os.killpg(builder.pid, signal.SIGKILL)
    builder.communicate(timeout=10)
    assert list((own.cache / "runtimes").glob(".airflow*"))
    runtime = own.runtime("2.10.3", requirements)
    assert runtime.requirements_error == ""
    assert not list((own.cache / "runtimes").glob(".airflow*"))


@pytest.mark.parametrize("line", ["no-such-package-of-mwaactl==1.0", "SQLAlchemy==2.0.30"])
def test_requirements_when_they_do_not_install_leave_the_base(own: Runtimes, tmp_path: Path, line: str) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(f"{line}\n")
    runtime = own.runtime("2.10.3", requirements)
    assert line.partition("=")[0].lower() in runtime.requirements_error.lower()
    assert runtime.id == own.runtime("2.10.3").id


def test_constraints_of_ones_own_leave_the_essential_pins_alone(own: Runtimes, tmp_path: Path) -> None:
    """pandas is pinned by the constraints of 2.10.3, SQLAlchemy by MWAA itself."""
    (tmp_path / "mine.txt").write_text("iniconfig==2.0.0\n")
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(f"--constraint {tmp_path / 'mine.txt'}\niniconfig\nSQLAlchemy>=2.0.30\n")
    assert "sqlalchemy" in own.runtime("2.10.3", requirements).requirements_error.lower()
    requirements.write_text(
        f"--constraint {tmp_path / 'mine.txt'}\niniconfig\napache-airflow-providers-sqlite==4.0.0\n"
    )
    assert own.runtime("2.10.3", requirements).requirements_error == ""
    requirements.write_text("iniconfig\napache-airflow-providers-sqlite==4.0.0\n")
    assert "sqlite" in own.runtime("2.10.3", requirements).requirements_error
