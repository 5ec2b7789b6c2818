"""Airflow's CLI in the sandbox: what it writes is what `airflow` itself writes, and nothing of it stays behind."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from mwaactl.adapters.airflow.cache import cache_folder
from mwaactl.adapters.airflow.runtime import Runtimes
from mwaactl.adapters.orphans import marked
from mwaactl.adapters.process import Command, run
from mwaactl.sandbox.airflow import configuration, database
from mwaactl.sandbox.airflow.configuration import Keys, Surrounding
from mwaactl.sandbox.airflow.spec import Place, Running, Spec
from mwaactl.sandbox.web.cli import Cli, FailedError

LOGS = ("TaskLogs", "SchedulerLogs", "DagProcessingLogs", "WebserverLogs", "WorkerLogs")
DAG = """
import time
from datetime import datetime
from airflow.decorators import dag, task

@dag(schedule=None, start_date=datetime(2024, 1, 1), catchup=False)
def slow():
    @task
    def sleep():
        time.sleep(60)
    sleep()

slow()
"""


def airflow(runtimes: Runtimes, version: str, root: Path) -> Running:
    """An Airflow with a database and a DAG, in which nothing runs: the CLI needs no more."""
    runtime, place = runtimes.runtime(version), Place(root)
    for folder in (place.home, root / "short", place.dags, place.plugins, place.task_logs, place.output):
        folder.mkdir(parents=True)
    place.temporary.symlink_to(root / "short")
    settings = {
        "AirflowVersion": version,
        "SourceBucketArn": "arn:aws:s3:::none",
        "LoggingConfiguration": {kind: {"Enabled": True, "LogLevel": "INFO"} for kind in LOGS},
    }
    spec = Spec("demo", "1" * 12, "eu-west-1", "aws", settings, uuid.uuid4())
    template = database.template(runtime, cache_folder(os.environ), str(root), lambda: None)
    template.copy_to(place.database)
    keys = Keys("x" * 43 + "=", password=template.password)
    variables = configuration.variables(spec, place, keys, Surrounding(runtime.bin, 1, 1, {}), {})
    (place.dags / "slow.py").write_text(DAG)
    return Running(spec, place, "http://127.0.0.1:1", "admin", keys.password, runtime.python, variables)


@pytest.fixture(scope="module", params=["2.10.3", "3.3.1"])
def running(request: pytest.FixtureRequest, runtimes: Runtimes, tmp_path_factory: Any) -> Iterator[Running]:
    root = tmp_path_factory.mktemp("airflow")
    yield airflow(runtimes, request.param, root)
    assert marked(root) == []
    shutil.rmtree(root)


@pytest.fixture(scope="module")
def cli(running: Running) -> Iterator[Cli]:
    made = Cli(running)
    yield made
    made.end()


def itself(running: Running, *words: str) -> tuple[str, str]:
    """What `airflow` writes when it is started for one command."""
    variables = {**running.variables, "MWAA_AIRFLOW_COMPONENT": "webserver"}
    argv = (str(running.python), "-m", "airflow", *words)
    done = run(Command(argv, running.place.home, variables), timeout_s=120)
    return done.stdout, done.stderr


def essential(text: str) -> list[str]:
    """Without the time of log lines, and without what Airflow warns of while it is imported: here it was before."""
    lines = [re.sub(r"^\[?20\S+", "", line) for line in text.splitlines()]
    return [line for line in lines if "Warning" not in line and "graphviz" not in line]


def said(cli: Cli, *words: str) -> tuple[str, str]:
    output = cli.run(words)
    return output.stdout.decode(), output.stderr.decode()


@pytest.mark.parametrize(
    "words",
    [
        ("version",),
        ("variables", "get", "absent"),
        ("variables", "list", "-o", "json"),
        ("dags", "no-such-command"),
        ("dags", "trigger", "absent"),
    ],
    ids=" ".join,
)
def test_output_is_that_of_airflow_itself(running: Running, cli: Cli, words: tuple[str, ...]) -> None:
    out, err = said(cli, *words)
    own_out, own_err = itself(running, *words)
    assert essential(out) == essential(own_out)
    assert essential(err)[-1:] == essential(own_err)[-1:]


def test_value_comes_back_as_it_was_given(cli: Cli) -> None:
    assert said(cli, "variables", "set", "greeting", "good morning & $HOME")[0] == "Variable greeting created\n"
    assert said(cli, "variables", "get", "greeting")[0] == "good morning & $HOME\n"
    assert {"key": "greeting"} in json.loads(said(cli, "variables", "list", "-o", "json")[0])


def test_commands_run_one_after_another(cli: Cli) -> None:
    said(cli, "version")
    work = [Thread(target=said, args=(cli, "variables", "set", f"key{number}", "x")) for number in range(6)]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    keys = {one["key"] for one in json.loads(said(cli, "variables", "list", "-o", "json")[0])}
    assert {f"key{number}" for number in range(6)} <= keys


def test_command_that_takes_too_long_is_ended_with_all_it_started(running: Running, cli: Cli) -> None:
    said(cli, "version")
    before = set(marked(running.place.root))
    with pytest.raises(TimeoutError, match="takes longer than 4 s"):
        cli.run(["tasks", "test", "slow", "sleep", "2024-01-01"], limit_s=4.0)
    assert set(marked(running.place.root)) == before
    assert said(cli, "version")[0].strip() == running.spec.airflow_version


def test_interpreter_that_was_killed_is_started_anew(running: Running, cli: Cli) -> None:
    said(cli, "version")
    for pid in marked(running.place.root):
        os.kill(pid, signal.SIGKILL)
    assert said(cli, "version")[0].strip() == running.spec.airflow_version


def test_no_secret_is_in_the_arguments_of_a_process(running: Running, cli: Cli) -> None:
    said(cli, "version")
    thread = Thread(target=said, args=(cli, "variables", "set", "password", "hunter2"))
    thread.start()
    seen = set()
    while thread.is_alive():
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                seen.add(entry.read_bytes())
            except OSError:
                continue
    assert not any(b"hunter2" in line for line in seen)


def test_interpreter_ends_with_whoever_started_it(running: Running) -> None:
    before = set(marked(running.place.root))
    own = Cli(running)
    own.run(["version"])
    assert set(marked(running.place.root)) > before
    own.end()
    assert set(marked(running.place.root)) == before


def test_airflow_that_cannot_start_is_an_error_with_its_reason(running: Running) -> None:
    broken = {**running.variables, "AIRFLOW__LOGGING__LOGGING_LEVEL": "no such level"}
    own = Cli(Running(running.spec, running.place, "", "", "", running.python, broken))
    with pytest.raises(FailedError, match=r"cli\.log"):
        own.run(["version"])
    own.end()
