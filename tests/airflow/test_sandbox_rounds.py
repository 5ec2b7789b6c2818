"""Airflows come and go in one sandbox: failing creations, two at once, and after twenty of them nothing is left."""

from __future__ import annotations

import gc
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from demo_environment import LOGGING, NAME, WAYS, Demo, start, wait_for
from traces import held, listeners, listing, memory

from mwaactl.adapters.orphans import marked

ROUNDS = 20
OTHER = "beside"
FAILING = "set -e\necho the vault does not answer\nfalse\n"
DOCS = Path(__file__).resolve().parents[2] / "docs" / "sandbox.md"
DAG = """
from datetime import datetime
from airflow.decorators import dag

@dag(schedule=None, start_date=datetime(2024, 1, 1))
def NAME(): ...

NAME()
"""


@pytest.fixture(scope="module")
def temporary() -> Iterator[Path]:
    """The folder for temporary files of the sandbox alone."""
    folder = Path(tempfile.mkdtemp(prefix="rounds-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def demo(temporary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A sandbox without environments."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(temporary))
        made = start(tmp_path_factory.mktemp("project"))
    try:
        made.put("startup.sh", FAILING)
        made.put("requirements.txt", "a-package-that-nobody-made==1.0\n")
        made.put("dags/one.py", DAG.replace("NAME", "one"))
        made.put("others/two.py", DAG.replace("NAME", "two"))
        yield made
    finally:
        made.sandbox.stop()
        assert marked(made.sandbox.directory) == []
        assert listing(temporary) == set()


def test_creation_whose_startup_script_fails_says_so_everywhere(demo: Demo) -> None:
    demo.create(AirflowVersion="2.10.3", StartupScriptS3Path="startup.sh")
    shown = demo.settled()
    reason = "startup.sh ended with 1 before its end: the vault does not answer"
    assert (shown["Status"], shown["LastUpdate"]["Status"]) == ("CREATE_FAILED", "FAILED")
    assert shown["LastUpdate"]["Error"] == {"ErrorCode": "INCORRECT_CONFIGURATION", "ErrorMessage": reason}
    status = demo.program("status", "dev").out
    assert "CREATE_FAILED" in status
    assert reason in status
    assert "the vault does not answer" in demo.program("logs", "dev", "--type", "scheduler").out
    assert reason in demo.program("logs", "dev").err
    demo.delete()


def test_creation_with_an_option_that_airflow_rejects_says_so_everywhere(demo: Demo) -> None:
    demo.create(AirflowVersion="2.10.3", AirflowConfigurationOptions={"core.parallelism": "many"})
    shown = demo.settled()
    assert shown["Status"] == "CREATE_FAILED"
    reason = 'Please check "PARALLELISM" key in "core" section. Current value: "many".'
    assert shown["LastUpdate"]["Error"]["ErrorMessage"].endswith(reason)
    assert reason in demo.program("status", "dev").out
    assert reason in demo.program("logs", "dev", "--type", "scheduler").out.splitlines()[-1]
    assert reason in demo.program("logs", "dev").err
    demo.delete()


@pytest.fixture(scope="class")
def pair(demo: Demo) -> Iterator[None]:
    """Two environments, made side by side."""
    demo.create(AirflowVersion="2.10.3", RequirementsS3Path="requirements.txt")
    beside = {"AirflowVersion": "3.3.1", "DagS3Path": "others", "LoggingConfiguration": LOGGING}
    demo.mwaa.create_environment(**demo.ground.arguments(OTHER, **beside))
    wait_for(lambda: not {status(demo, name) for name in (NAME, OTHER)} & set(WAYS))
    yield
    for name in (NAME, OTHER):
        demo.mwaa.delete_environment(Name=name)
    wait_for(lambda: demo.mwaa.list_environments()["Environments"] == [])
    assert marked(demo.sandbox.directory) == []


@pytest.mark.usefixtures("pair")
class TestTwoAtOnce:
    """NAME with Airflow 2, whose requirements cannot be installed, and OTHER with Airflow 3."""

    def test_requirements_that_cannot_be_installed_are_told_everywhere(self, demo: Demo) -> None:
        assert status(demo, NAME) == "AVAILABLE"
        for said in (
            demo.program("status", "dev").out,
            demo.program("logs", "dev", "--type", "scheduler").out,
            demo.program("logs", "dev").err,
        ):
            assert "a-package-that-nobody-made" in said

    def test_ports_dags_and_memory_are_apart_and_no_more_than_the_docs_say(self, demo: Demo) -> None:
        assert status(demo, OTHER) == "AVAILABLE"
        documented = dict(re.findall(r"(\d+\.\d+\.\d+): (\d+) MB", DOCS.read_text(encoding="utf-8")))
        ports: set[int] = set()
        for database in demo.folder.glob("*/home/airflow.db"):
            processes = marked(database.parent.parent)
            version = variable(processes[0], "AIRFLOW_VERSION")
            own = listeners(processes)
            assert own, version
            assert not own & ports
            ports |= own
            wait_for(lambda database=database: parsed(database))  # type: ignore[misc]
            assert parsed(database) == {"one" if version == "2.10.3" else "two"}
            assert memory(processes) < int(documented[version]) * 1_000_000
        assert len(ports) >= 2


@pytest.mark.last  # what the others load and open stays
def test_twenty_environments_leave_no_process_handle_or_folder(demo: Demo, temporary: Path) -> None:
    before = None
    for number in range(ROUNDS + 1):  # the first is to load and open what stays
        settings: dict[str, Any] = {"StartupScriptS3Path": "startup.sh"}
        if number % 5 == 3:
            settings = {"AirflowConfigurationOptions": {"core.parallelism": "many"}}
        comes_up = number % 10 == 0 and number < ROUNDS
        demo.create(AirflowVersion="2.10.3", **({} if comes_up else settings))
        assert demo.settled()["Status"] == ("AVAILABLE" if comes_up else "CREATE_FAILED")
        assert listing(temporary)  # an environment has a folder there
        demo.delete()
        gc.collect()  # clients of AWS keep their connections as long as they are there
        before = before or (held(demo.state.pid), listing(demo.sandbox.directory), listing(temporary))
    assert marked(demo.sandbox.directory) == []
    assert (listing(demo.sandbox.directory), listing(temporary)) == before[1:]
    wait_for(lambda: held(demo.state.pid) == before[0], 10)


def status(demo: Demo, name: str) -> str:
    return str(demo.mwaa.get_environment(Name=name)["Environment"]["Status"])


def parsed(database: Path) -> set[str]:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        return {row[0] for row in connection.execute("SELECT dag_id FROM dag")}


def variable(pid: int, name: str) -> str:
    entries = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return next(one for one in entries if one.startswith(f"{name}=".encode())).decode().partition("=")[2]
