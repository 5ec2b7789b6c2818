"""logs, open, dags and airflow through the real program in the sandbox, where no Airflow runs."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integration.airflow_fixtures import Call, call_in
from integration.project_fixtures import Copy, copy, wait_until

__all__ = ["call_in", "copy"]

pytestmark = pytest.mark.integration
GROUP = "airflow-retail-dev-Task"
RUN = "manual__2026-11-23T06:00:00+00:00"
STREAM = "dag_id={dag}/run_id=manual__2026-11-23T06_00_00+00_00/task_id={task}/attempt=1.log"
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def logs(copy: Copy) -> Any:
    """The log of tasks, with the lines of both lines of Airflow."""
    client = copy.client("logs")
    client.create_log_group(logGroupName=GROUP)
    # The newest first: what counts is the time of an event, and not which stream was there first.
    put(client, "daily", "load", json.dumps({"event": "slow [bold]", "level": "warning", "timestamp": "x"}), 100)
    put(client, "daily", "extract", "[2026-11-23T06:00:01.000+0000] {extract.py:7} INFO - began", 300)
    put(client, "daily", "extract", "[2026-11-23T06:00:02.000+0000] {x.py:9} ERROR - boom\nTraceback:\n  line 2", 200)
    put(client, "other", "extract", "password=hunter2hunter2 in the log", 50)
    put(client, "other", "extract", "long ago", 3600)
    return client


def put(client: Any, dag: str, task: str, message: str, seconds_ago: float) -> None:
    stream = STREAM.format(dag=dag, task=task)
    known = client.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix=stream)["logStreams"]
    if not known:
        client.create_log_stream(logGroupName=GROUP, logStreamName=stream)
    at = int((datetime.now(UTC) - timedelta(seconds=seconds_ago)).timestamp() * 1000)
    client.put_log_events(logGroupName=GROUP, logStreamName=stream, logEvents=[{"timestamp": at, "message": message}])


def test_logs_when_there_are_some_then_a_line_each_with_time_source_and_level(
    copy: Copy, call_in: Call, logs: Any
) -> None:
    run = call_in(copy, "--sandbox", "logs", "dev")
    assert [line.split(" ", 2)[2] if line[0] != " " else line for line in run.out.splitlines()] == [
        "daily.extract#1 INFO began",
        "daily.extract#1 ERROR boom",
        "    Traceback:",
        "    line 2",
        "daily.load#1 WARNING slow [bold]",
        "other.extract#1 password=(hidden) in the log",
    ]
    assert "long ago" in call_in(copy, "--sandbox", "logs", "dev", "--since", "2h").out


def test_logs_when_filtered_then_only_those_and_the_last_ones(copy: Copy, call_in: Call, logs: Any) -> None:
    chosen = call_in(
        copy, "--sandbox", "logs", "dev", "--dag", "daily", "--run", RUN, "--task", "extract", "--limit", "1"
    )
    assert chosen.out.splitlines()[0] == "... 1 earlier events left out"
    assert "boom" in chosen.out
    assert "began" not in chosen.out
    document = call_in(copy, "--sandbox", "logs", "dev", "--task", "load", "--output", "json").envelope
    [event] = document["data"]["events"]
    assert event["stream"] == STREAM.format(dag="daily", task="load")
    assert json.loads(event["message"])["level"] == "warning"


def test_logs_when_there_are_none_then_the_level_and_where_it_is_set(copy: Copy, call_in: Call, logs: Any) -> None:
    run = call_in(copy, "--sandbox", "logs", "dev", "--dag", "nobody")
    assert run.out == ""
    assert "no such events since" in run.err
    assert "its level is INFO (envs/defaults.yaml:" in run.err


def test_logs_when_there_is_no_group_then_why(copy: Copy, call_in: Call, logs: Any) -> None:
    run = call_in(copy, "--sandbox", "logs", "dev", "--type", "scheduler", ok=False)
    assert (run.code, "mwaactl --sandbox deploy dev" in run.err) == (1, True)
    path = copy.root / "envs" / "dev.yaml"
    before = path.read_text()
    off = "  logging_configuration:\n    dag_processing_logs:\n      enabled: false\n"
    try:
        path.write_text(before.replace("mwaa:\n", f"mwaa:\n{off}"))
        run = call_in(copy, "--sandbox", "logs", "dev", "--type", "dag-processing", ok=False)
    finally:
        path.write_text(before)
    assert run.code == 1
    line = before.splitlines().index("mwaa:") + 4
    assert f"dag_processing_logs is switched off at envs/dev.yaml:{line}" in run.err


@pytest.mark.parametrize(
    "arguments",
    [["--since", "yesterday"], ["--follow", "--limit", "3"], ["--type", "worker", "--dag", "x"], ["--limit", "0"]],
)
def test_logs_when_arguments_do_not_fit_then_exit_2(copy: Copy, call_in: Call, arguments: list[str]) -> None:
    assert call_in(copy, "--sandbox", "logs", "dev", *arguments, ok=False).code == 2


@pytest.mark.last  # it adds events
def test_logs_when_followed_then_each_event_once_until_interrupted(copy: Copy, logs: Any) -> None:
    process = copy.start("--sandbox", "logs", "dev", "--dag", "daily", "--since", "4m", "--follow")
    output = copy.root / "output.log"
    wait_until(lambda: "slow" in output.read_text(), "what was there", 20)
    put(logs, "daily", "load", "fresh news", 0)
    put(logs, "daily", "load", "late news", 30)
    put(logs, "other", "load", "of another", 0)
    wait_until(lambda: "fresh news" in output.read_text() and "late news" in output.read_text(), "what came", 20)
    time.sleep(1.2)
    os.kill(process.pid, signal.SIGINT)
    text = copy.output_of(process, 10)
    assert process.returncode == 130
    for words in ("boom", "slow", "fresh news", "late news"):
        assert text.count(words) == 1, text
    assert "of another" not in text
    assert "Error" not in text


@pytest.fixture(scope="module")
def environment(copy: Copy) -> Iterator[None]:
    """An MWAA environment made by boto3, without Terraform."""
    from integration.sandbox_fixtures import make_ground

    state = copy.sandbox.find()
    assert state is not None
    client, ground = copy.client("mwaa"), make_ground(state)
    client.create_environment(**ground.arguments("retail-dev", AirflowVersion="2.10.3"))
    wait_until(
        lambda: client.get_environment(Name="retail-dev")["Environment"]["Status"] == "AVAILABLE", "AVAILABLE", 20
    )
    yield
    client.delete_environment(Name="retail-dev")


@pytest.mark.last  # the environment makes log groups of its own
@pytest.mark.parametrize(
    "arguments",
    [["dags", "list", "dev"], ["dags", "run", "dev", "daily"], ["airflow", "dev", "--", "version"], ["open", "dev"]],
)
def test_airflow_commands_when_no_airflow_runs_in_the_sandbox_then_they_say_so(
    copy: Copy, call_in: Call, environment: None, arguments: list[str]
) -> None:
    run = call_in(copy, "--sandbox", *arguments, ok=False)
    assert run.code == 1
    assert "[airflow.failed]" in run.err
    assert "No Airflow runs" in run.err
    assert run.err.count("\n") <= 3
