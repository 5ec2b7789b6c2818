"""What is read out of Airflow's answers, logs and stack traces."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mwaactl.adapters.aws.airflow_api import problem_words
from mwaactl.errors import ConfigError
from mwaactl.model.airflow_cli import CliReply, command_of, is_impossible, supported_commands
from mwaactl.model.airflow_dag import AirflowDag, ImportFailure, dag_of, relative_file
from mwaactl.model.import_trace import trace_place
from mwaactl.model.json_object import json_object
from mwaactl.model.log_event import LogEvent, LogType, StreamFilter, log_group
from mwaactl.model.moment import clock, length_of, moment_of
from mwaactl.model.parsing import SYNC, Awaited, ParseState, awaited_files, defines_dag, parsed_files
from mwaactl.model.release import Release, ReleasedFile

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
STREAM = "dag_id=daily/run_id=manual__2026-11-23T06_00_00+00_00/task_id=load/map_index=3/attempt=2.log"
INTERVAL = {"__type": "TimeDelta", "days": 1, "seconds": 3600, "microseconds": 0}
RELATIVE = {"__type": "RelativeDelta", "months": 2, "days": 0, "hours": 3}


@pytest.mark.parametrize(
    ("document", "schedule"),
    [
        ({"schedule_interval": {"__type": "CronExpression", "value": "@daily"}}, "@daily"),
        ({"schedule_interval": INTERVAL}, "every 1 day, 1:00:00"),
        ({"schedule_interval": RELATIVE}, "every 2 months 3 hours"),
        ({"schedule_interval": None}, "none"),
        ({"timetable_summary": "0 0 * * *"}, "0 0 * * *"),
        ({"timetable_summary": None, "timetable_description": "Never"}, "Never"),
    ],
)
def test_schedule_when_worded_by_either_version_then_one_line(document: dict[str, Any], schedule: str) -> None:
    assert dag_of({"dag_id": "x", "fileloc": "/usr/local/airflow/dags/a/x.py", **document}).schedule == schedule


def test_relative_file_when_below_the_dag_folder_then_without_it() -> None:
    assert relative_file("/usr/local/airflow/dags/team/dags/x.py") == "team/dags/x.py"
    assert relative_file("team/x.py") == "team/x.py"
    assert relative_file("/elsewhere/x.py") == "/elsewhere/x.py"


def test_trace_place_when_it_is_a_syntax_error_then_its_line_and_words() -> None:
    place = trace_place(
        '  File "/usr/local/airflow/dags/x.py", line 5\n    def (\n        ^\nSyntaxError: invalid\n', "x.py"
    )
    assert (place.line, place.message, place.frames) == (5, "SyntaxError: invalid", ("x.py:5",))


def test_trace_place_when_libraries_raise_then_the_users_last_line_counts() -> None:
    trace = (
        'Traceback (most recent call last):\n  File "/usr/local/airflow/dags/x.py", line 9, in <module>\n    v()\n'
        '  File "/usr/local/lib/python3.11/site-packages/airflow/models/variable.py", line 140, in get\n'
        "KeyError: 'Variable stores does not exist'\n"
    )
    place = trace_place(trace, "x.py")
    assert (place.line, place.frames) == (9, ("x.py:9 in <module>",))
    assert place.message == "KeyError: 'Variable stores does not exist'"
    assert trace_place("", "x.py").message == "no stack trace"


@pytest.mark.parametrize(
    ("message", "level", "words"),
    [
        ("[2026-11-23T06:00:01.000+0000] {x.py:7} INFO - began", "INFO", "began"),
        ("[2026-11-23T06:00:01.000+0000] {x.py:7} ERROR - a\nb", "ERROR", "a\nb"),
        ("[2026-11-23T06:00:01.000+0000] no level", "", "no level"),
        ('{"event": "slow", "level": "warning", "timestamp": "x"}', "WARNING", "slow"),
        (
            '{"event": "e", "level": "error", "error_detail": [{"exc_type": "KeyError", "exc_value": "x"}]}',
            "ERROR",
            "e\nKeyError: x",
        ),
        ('{"event": "of the user"}', "", "of the user"),
        ('{"a": 1}', "", '{"a": 1}'),
        ("{not json", "", "{not json"),
        ("ERROR: No matching distribution", "ERROR", "No matching distribution"),
        ("[INFO] - Requirement satisfied", "INFO", "[INFO] - Requirement satisfied"),
        ("", "", ""),
    ],
)
def test_parts_when_airflow_2_or_3_or_pip_wrote_it_then_level_and_words(message: str, level: str, words: str) -> None:
    assert LogEvent("1", NOW, STREAM, message).parts == (level, words)


@pytest.mark.parametrize(
    ("stream", "source"),
    [
        (STREAM, "daily.load[3]#2"),
        ("scheduler_ip-10-0-0-1.eu-west-1.compute.internal_1732341600.12.log", "scheduler"),
        ("requirements_install_ip-10-0-0-1.internal_1732341600.12.log", "requirements_install"),
        ("scheduler_daily.py.log", "scheduler_daily.py"),
        ("dag_processor/2026-11-23/dags-folder/daily.py.log", "dag_processor/2026-11-23/dags-folder/daily.py"),
    ],
)
def test_source_when_streams_are_named_by_mwaa_then_short(stream: str, source: str) -> None:
    assert LogEvent("1", NOW, stream, "").source == source


def test_stream_filter_when_parts_are_given_then_prefix_and_match_follow_the_names_of_streams() -> None:
    run = "manual__2026-11-23T06:00:00+00:00"
    assert StreamFilter("daily", run, "load").prefix == STREAM[: STREAM.index("map_index")]
    assert StreamFilter("daily", "", "load").prefix == "dag_id=daily/"
    assert StreamFilter("", run, "load").prefix == ""
    assert StreamFilter("daily", run, "load").has(STREAM)
    assert StreamFilter("", "", "load").has(STREAM)
    assert not StreamFilter("", "", "loa").has(STREAM)
    assert not StreamFilter("dail").has(STREAM)
    assert not StreamFilter("daily").has("scheduler.log")
    assert StreamFilter().has("scheduler.log")


def test_log_group_when_named_then_as_mwaa_does() -> None:
    names = {log_group("retail-dev", kind).rpartition("-")[2] for kind in LogType}
    assert names == {"Task", "Scheduler", "Worker", "WebServer", "DAGProcessing"}
    assert LogType.DAG_PROCESSING.section == "dag_processing_logs"


def test_moment_when_written_as_a_length_or_a_date_then_understood() -> None:
    assert length_of("1h30m") == timedelta(minutes=90)
    assert moment_of("15m", NOW) == NOW - timedelta(minutes=15)
    assert moment_of("2026-11-22T05:00", NOW) == NOW - timedelta(hours=25)
    assert moment_of("2026-11-23T06:00:00+02:00", NOW) == NOW - timedelta(hours=2)
    for text in ("", "15", "m", "yesterday", "-5m", "1.5h", "99999999999d"):
        with pytest.raises(ValueError, match=r"no time"):
            moment_of(text, NOW)
    assert [clock(8.4), clock(125), clock(3600)] == ["8 s", "2 min 05 s", "1 h 00 min"]


@pytest.mark.parametrize(
    ("stderr", "has_failed"),
    [
        ("", False),
        ("DeprecationWarning: old\n", False),
        ("/x.py:1: RemovedInAirflow3Warning: ValueError: in words\n", False),
        ("Traceback (most recent call last):\n  File x\nKeyError: 'y'\n", True),
        ("airflow.exceptions.DagNotFound: Dag id x not found in DagModel\n", True),
        ("usage: airflow [-h] GROUP_OR_COMMAND ...\n", True),
        ("airflow dags trigger command error: the following arguments are required: dag_id, see help above.\n", True),
    ],
)
def test_has_failed_when_stderr_tells_of_it_then_true(stderr: str, has_failed: bool) -> None:
    assert CliReply("out", stderr).has_failed is has_failed


def test_commands_when_compared_with_the_list_of_aws_then_known_ones_are_found() -> None:
    assert command_of(["dags", "list", "-o", "json"], 2) == "dags list"
    assert command_of(["version"], 3) == "version"
    assert command_of(["pools", "list"], 2) == "pools"
    assert {"dags list", "db clean", "version", "dags backfill"} <= supported_commands(2)
    assert "dags backfill" not in supported_commands(3)
    assert "assets list" in supported_commands(3)
    assert is_impossible(["scheduler"])
    assert is_impossible(["db", "shell"])
    assert not is_impossible(["dags", "list"])


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"title": "Not Found", "detail": "no DAG", "status": 404, "type": "x"}, "Not Found: no DAG"),
        ({"detail": "no DAG"}, "no DAG"),
        ({"detail": {"reason": "Unique", "message": "twice"}}, "twice"),
        ({"detail": [{"loc": ["body", "conf"], "msg": "must be a dict"}]}, "body.conf: must be a dict"),
        (json.dumps({"detail": "as text"}), "as text"),
        ("<html>", "<html>"),
        (None, "no reason given"),
    ],
)
def test_problem_when_worded_by_either_version_then_one_line(document: Any, words: str) -> None:
    assert problem_words(document) == words


def test_json_object_when_it_is_none_then_the_place_of_the_mistake() -> None:
    assert json_object('{"a": 1}', "f") == {"a": 1}
    for text, place in (("{", "f:1:2"), ("[]", "f:1:1"), ('{"a": NaN}', "f: NaN is no JSON")):
        with pytest.raises(ConfigError) as caught:
            json_object(text, "f")
        assert str(caught.value.problems[0]).startswith(place)


def release(**files: tuple[str, bool]) -> Release:
    released = {
        f"dags/{name}.py": ReleasedFile(digest, 1, "e", "v", is_dag) for name, (digest, is_dag) in files.items()
    }
    return Release("r", "dev", "t", "me", None, "d", released)


def test_awaited_when_dag_files_changed_then_these_alone() -> None:
    before = release(same=("1", True), changed=("1", True), gone=("1", True), module=("1", False))
    after = release(same=("1", True), changed=("2", True), new=("1", True), module=("1", False))
    assert awaited_files(after, before, "dags") == (Awaited("changed.py", "2", False), Awaited("new.py", "1", True))
    assert [file.path for file in awaited_files(after, None, "dags/")] == ["changed.py", "new.py", "same.py"]


def test_awaited_when_a_module_changed_or_went_then_all_dag_files() -> None:
    before = release(same=("1", True), module=("1", False))
    for after in (release(same=("1", True), module=("2", False)), release(same=("1", True))):
        assert [file.path for file in awaited_files(after, before, "dags")] == ["same.py"]


@pytest.mark.parametrize(
    ("is_new", "parsed", "failed", "shows_text", "state"),
    [
        (False, None, None, False, ParseState.WAITING),
        (False, timedelta(), None, False, ParseState.WAITING),
        (False, timedelta(), None, True, ParseState.PARSED),
        (False, SYNC, None, False, ParseState.PARSED),
        (True, timedelta(), None, False, ParseState.PARSED),
        (True, -SYNC, None, False, ParseState.PARSED),
        (False, None, timedelta(), False, ParseState.WAITING),
        (False, None, SYNC, False, ParseState.FAILED),
        (True, None, timedelta(), False, ParseState.FAILED),
        (True, None, -SYNC, False, ParseState.WAITING),
        (False, SYNC, -SYNC, False, ParseState.PARSED),
    ],
)
def test_parsed_when_airflow_tells_times_then_only_those_of_the_new_text_count(
    is_new: bool, parsed: timedelta | None, failed: timedelta | None, shows_text: bool, state: ParseState
) -> None:
    dags = (
        [AirflowDag("x", False, "", "x.py", last_parsed_time=(NOW + parsed).isoformat())] if parsed is not None else []
    )
    failures = [ImportFailure("x.py", 1, "m", (), "", (NOW + failed).isoformat())] if failed is not None else []
    [file] = parsed_files([Awaited("x.py", "1", is_new)], dags, failures, NOW, {"x": shows_text}, {"x.py"})
    assert file.state is state


def test_parsed_when_a_file_that_imported_well_fails_then_it_is_the_new_text() -> None:
    failure = ImportFailure("x.py", 1, "m", (), "", NOW.isoformat())
    [file] = parsed_files([Awaited("x.py", "1", False)], [], [failure], NOW, {}, {"other.py"})
    assert file.state is ParseState.FAILED


@pytest.mark.parametrize(
    ("text", "defines"),
    [
        (b"with DAG('x'):", True),
        (b"@dag(schedule=None)", True),
        (b"@task.dag\n", True),
        (b"from airflow import DAG\n", False),
        (b"# helps an Airflow DAG\n", False),
    ],
)
def test_defines_dag_when_the_text_calls_for_one_then_true(text: bytes, defines: bool) -> None:
    assert defines_dag(text) is defines
