"""What the tests of releases share: dev and stage, of two accounts, with buckets, in one sandbox."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import pytest

from integration.project_fixtures import Copy, Run, end, make_copy
from integration.publish_fixtures import HELD_S, Shelf, empty_shelf, make_shelf
from mwaactl.cli import root as mwaactl

FOREIGN = "dags/of_another_team.py"


def dag(text: str) -> str:
    """A DAG file."""
    return f"from airflow import DAG\n# {text}\n"


FIRST = {"a_dag.py": dag("one"), "helpers/common.py": "X = 1\n", "query.sql": "select 1"}
SECOND = {"a_dag.py": dag("two"), "helpers/common.py": "X = 1\n", "b_dag.py": dag("new")}
THIRD = {**SECOND, "a_dag.py": dag("three")}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """A copy and a sandbox for all tests, whose dev and stage, of two accounts, have buckets."""
    made = make_copy(tmp_path_factory.mktemp("project"))
    made.ok("sandbox", "start", "--creation-seconds", "0.5")
    yield made
    made.ok("sandbox", "stop")


@pytest.fixture(scope="module")
def shelves(copy: Copy) -> tuple[Shelf, Shelf]:
    return make_shelf(copy, "dev"), make_shelf(copy, "stage")


@pytest.fixture
def dev(shelves: tuple[Shelf, Shelf]) -> Shelf:
    """dev with nothing published, and an empty DAG folder."""
    return emptied(shelves[0])


@pytest.fixture
def stage(shelves: tuple[Shelf, Shelf]) -> Shelf:
    return emptied(shelves[1])


def emptied(shelf: Shelf) -> Shelf:
    empty_shelf(shelf)
    return shelf


def publish(shelf: Shelf, files: dict[str, str]) -> str:
    """Make the DAG folder hold just these files, and publish them to dev; returns the release."""
    for path in shelf.wanted():
        (shelf.dags / path).unlink()
    for path, text in files.items():
        (shelf.dags / path).parent.mkdir(exist_ok=True)
        (shelf.dags / path).write_text(text)
    second = int(time.time())
    while int(time.time()) == second:
        time.sleep(0.02)  # as far apart as two runs of the program: ids tell seconds
    return str(asked(shelf, "publish", "dev", "--yes")["release"])


def asked(shelf: Shelf, *arguments: str) -> dict[str, Any]:
    """The data of a command that succeeds."""
    run = run_here(shelf, *arguments, "--output", "json")
    assert run.code == 0, run.everything
    found: dict[str, Any] = run.envelope["data"]
    return found


def refused(shelf: Shelf, *arguments: str) -> dict[str, Any]:
    """The one error of a command that fails."""
    run = run_here(shelf, *arguments, "--output", "json")
    assert run.code != 0, run.everything
    [error] = run.envelope["errors"]
    return {**error, "exit_code": run.code}


def run_here(shelf: Shelf, *arguments: str) -> Run:
    """`mwaactl --sandbox ARGUMENTS` in the copy, within this process: saves the second that every start takes."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as caught:
        mwaactl.main(["--sandbox", "--project", str(shelf.copy.root), *arguments])
    return Run(int(caught.value.code or 0), out.getvalue(), err.getvalue())


def kill(shelf: Shelf, path: str, *arguments: str) -> None:
    """kill -9 a command while its first write to `path` is under way, already carried out."""
    sandbox = shelf.copy.sandbox
    fault = {"service": "s3", "path": path, "method": "PUT", "times": 1, "cut": "answer", "delay_seconds": HELD_S}
    sandbox.set_faults([fault])
    process = shelf.copy.start("--sandbox", *arguments)
    deadline = time.monotonic() + HELD_S
    while not sandbox.faults()[0]["struck"]:
        assert process.poll() is None, shelf.copy.output_of(process)
        assert time.monotonic() < deadline
        time.sleep(0.02)
    end(process.pid)
    process.wait()
    sandbox.set_faults([])


def bodies(files: dict[str, str]) -> dict[str, bytes]:
    return {path: text.encode() for path, text in files.items()}


def without_foreign(shelf: Shelf) -> dict[str, bytes]:
    """The DAG folder in the bucket, once the other team's file has been seen in it, unharmed."""
    files = shelf.files()
    assert files.pop(FOREIGN.removeprefix("dags/")) == b"theirs"
    return files
