"""dags run through the real command line, against the wire of AWS with both lines of Airflow's REST API."""

from __future__ import annotations

import json
import os
import signal
import time

import pytest

from fakes_airflow import FakeDag
from fakes_mwaa import FakeMwaa
from integration.airflow_fixtures import Call, call, call_in, mwaa, only, project
from integration.project_fixtures import Copy, wait_until

__all__ = ["call", "call_in", "mwaa", "project"]

pytestmark = pytest.mark.integration
WAIT = ("--wait", "--timeout", "30s")
LONG = "a_dag_whose_id_is_longer_than_the_paths_that_InvokeRestApi_takes"
COURSE = (
    {"extract": None, "load[0]": None, "load[1]": None},
    {"extract": "running", "load[0]": None, "load[1]": None},
    {"extract": "success", "load[0]": "running", "load[1]": "skipped"},
    {"extract": "success", "load[0]": "success", "load[1]": "skipped"},
)


def test_run_when_not_waited_for_then_it_is_asked_for_and_named(mwaa: FakeMwaa, call: Call) -> None:
    mwaa.airflow.dags = [FakeDag("daily")]
    run = call("dags", "run", "dev", "daily", "--conf", '{"stores": ["berlin"]}')
    assert "daily manual__2026-11-23T06:00:00+00:00 queued" in run.out
    assert mwaa.airflow.runs[0].conf == {"stores": ["berlin"]}


def test_run_when_given_a_logical_date_then_it_has_it_and_none_otherwise(mwaa: FakeMwaa, call: Call) -> None:
    mwaa.airflow.dags = [FakeDag("daily")]
    dated = call("dags", "run", "dev", "daily", "--logical-date", "2026-11-20", "--output", "json").envelope
    assert dated["data"][0]["data"]["run"]["logical_date"] == "2026-11-20T00:00:00+00:00"
    plain = call("dags", "run", "dev", "daily", "--output", "json").envelope
    assert (plain["data"][0]["data"]["run"]["logical_date"] is None) == (mwaa.airflow.major >= 3)


def test_run_when_waited_for_then_its_tasks_are_told_as_they_go_and_listed(mwaa: FakeMwaa, call: Call) -> None:
    mwaa.airflow.dags, mwaa.airflow.course = [FakeDag("daily")], COURSE
    run = call("dags", "run", "dev", "daily", *WAIT, "--verbose")
    told = [line for line in run.err.splitlines() if "extract" in line or "load[" in line]
    assert told == [
        "dev extract: running",
        "dev ✓ extract: success 1:23",
        "dev load[0]: running",
        "dev ✓ load[1]: skipped",
        "dev ✓ load[0]: success 1:23",
    ]
    rows = [line.split() for line in run.out.splitlines()]
    assert rows[0][-4:-2] == ["success", "after"]
    assert ["extract", "success", "1", "min", "23", "s", "1"] in rows
    assert ["load[1]", "skipped", "-", "1"] in rows


def test_run_when_a_task_fails_then_exit_1_with_its_name_and_the_way_to_its_log(mwaa: FakeMwaa, call: Call) -> None:
    mwaa.airflow.dags = [FakeDag("daily")]
    mwaa.airflow.course = ({"extract": "running"}, {"extract": "failed", "load": "upstream_failed"})
    run = call("dags", "run", "dev", "daily", *WAIT, "--output", "json", ok=False)
    envelope = run.envelope
    assert (run.code, envelope["status"], envelope["exit_code"]) == (1, "error", 1)
    [error] = envelope["errors"]
    assert error["code"] == "dag.failed"
    assert "failed: extract failed." in error["message"]
    assert "mwaactl logs dev --dag daily --run manual__2026-11-23T06:00:00+00:00 --task extract" in error["hint"]
    tasks = envelope["data"][0]["data"]["tasks"]
    assert [(task["task_id"], task["state"], task["tries"]) for task in tasks] == [
        ("extract", "failed", 2),
        ("load", "upstream_failed", 1),
    ]


@only(3)
def test_run_when_the_web_server_goes_away_for_a_moment_then_the_wait_goes_on(mwaa: FakeMwaa, call: Call) -> None:
    mwaa.airflow.dags = [FakeDag("daily")]
    down = mwaa.airflow.problem(502, "Bad Gateway", "replaced")

    def asked_to_run() -> None:
        mwaa.airflow.troubles = [down] * 3

    mwaa.airflow.on_trigger = asked_to_run
    run = call("dags", "run", "dev", "daily", *WAIT)
    assert "Asking again" in run.err
    assert "success" in run.out


@only(3)
def test_run_when_it_takes_longer_than_the_timeout_then_it_is_said_to_go_on(mwaa: FakeMwaa, call: Call) -> None:
    mwaa.airflow.dags, mwaa.airflow.course = [FakeDag("daily")], ({"extract": "running"},) * 99
    run = call("dags", "run", "dev", "daily", "--wait", "--timeout", "1s", ok=False)
    assert run.code == 1
    assert all(words in run.err for words in ("is still running after", "goes on", "--follow", "[mwaa.not_ready]"))


@only(2)
def test_run_when_interrupted_then_exit_130_and_the_run_goes_on(mwaa: FakeMwaa, project: Copy) -> None:
    mwaa.airflow.dags, mwaa.airflow.course = [FakeDag("daily")], ({"extract": "running"},) * 99
    process = project.start("dags", "run", "dev", "daily", *WAIT)
    wait_until(lambda: mwaa.airflow.runs and mwaa.airflow.runs[0].looks, "the first look at the tasks", 20)
    time.sleep(0.2)
    os.kill(process.pid, signal.SIGINT)
    output = project.output_of(process, 10)
    assert process.returncode == 130
    assert "of daily goes on in Airflow" in output


def test_run_when_the_dag_is_paused_then_waiting_is_refused_unless_it_is_unpaused(mwaa: FakeMwaa, call: Call) -> None:
    mwaa.airflow.dags = [FakeDag("daily", is_paused=True)]
    refused = call("dags", "run", "dev", "daily", *WAIT, ok=False)
    assert refused.code == 1
    assert "--unpause" in refused.err
    assert mwaa.airflow.runs == []
    assert "stays queued" in call("dags", "run", "dev", "daily").err
    was_paused: list[bool] = []
    mwaa.airflow.on_trigger = lambda: was_paused.append(mwaa.airflow.dags[0].is_paused)
    assert "success" in call("dags", "run", "dev", "daily", *WAIT, "--unpause").out
    assert was_paused == [True]  # else Airflow would make a scheduled run first
    assert not mwaa.airflow.dags[0].is_paused


@only(2)
def test_run_when_there_is_no_such_dag_or_it_is_broken_then_why(mwaa: FakeMwaa, call: Call) -> None:
    mwaa.airflow.dags = [FakeDag("daily_etl"), FakeDag("broken", "broken.py", has_import_errors=True)]
    mwaa.airflow.import_errors = [
        {
            "file": "broken.py",
            "trace": '  File "/usr/local/airflow/dags/broken.py", line 4\nSyntaxError: invalid syntax',
        }
    ]
    missing = call("dags", "run", "dev", "daly_etl", ok=False)
    assert (missing.code, "did you mean daily_etl?" in missing.err) == (1, True)
    broken = call("dags", "run", "dev", "broken", ok=False)
    assert "broken.py:4: SyntaxError: invalid syntax" in broken.err
    assert mwaa.airflow.runs == []


@pytest.mark.parametrize(
    ("conf", "place"),
    [
        ('{"stores": ["berlin",]}', "--conf:1:"),
        ("[1]", "--conf:1:1"),
        ("@conf.json", "conf.json:2:11"),
        ("@none", "none"),
    ],
)
@only(2)
def test_run_when_the_parameters_are_no_json_object_then_exit_2_with_the_place(
    mwaa: FakeMwaa, project: Copy, call: Call, conf: str, place: str
) -> None:
    (project.root / "conf.json").write_text('{\n  "day": 01\n}\n')
    mwaa.airflow.dags = [FakeDag("daily")]
    run = call("dags", "run", "dev", "daily", "--conf", conf, ok=False)
    assert run.code == 2
    assert place in run.err
    assert mwaa.airflow.asked == []


def test_run_when_the_id_is_too_long_for_rest_then_it_goes_by_the_cli(mwaa: FakeMwaa, call: Call) -> None:
    mwaa.airflow.dags = [FakeDag(LONG, is_paused=True)]
    ran: list[str] = []

    def cli(words: str) -> tuple[int, str, str]:
        ran.append(words)
        if "trigger" in words:
            mwaa.airflow.triggered(LONG, {}, None)
        return 200, "", ""

    mwaa.cli = cli
    run = call("dags", "run", "dev", LONG, "--conf", '{"a": "b c"}', "--unpause", *WAIT)
    assert ran == [f"""dags trigger {LONG} --conf '{json.dumps({"a": "b c"})}'""", f"dags unpause {LONG}"]
    assert "success" in run.out


@only(2)
def test_run_when_the_environment_is_protected_then_it_asks(mwaa: FakeMwaa, project: Copy, call: Call) -> None:
    mwaa.airflow.dags = [FakeDag("daily")]
    path = project.root / "envs" / "dev.yaml"
    before = path.read_text()
    try:
        path.write_text(before.replace("force_destroy: true", "force_destroy: false") + "protected: true\n")
        assert call("dags", "run", "dev", "daily", ok=False).code == 2
        assert mwaa.airflow.runs == []
        call("dags", "run", "dev", "daily", "--yes")
        assert len(mwaa.airflow.runs) == 1
    finally:
        path.write_text(before)
