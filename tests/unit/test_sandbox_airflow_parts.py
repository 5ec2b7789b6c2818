"""What an Airflow of the sandbox is made of: variables, startup.sh, artifacts, DAGs, log groups. No Airflow runs."""

from __future__ import annotations

import io
import time
import uuid
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from moto.logs.models import logs_backends
from moto.s3.models import s3_backends

from mwaactl.sandbox.airflow import artifacts, configuration, startup_script
from mwaactl.sandbox.airflow.components import COMPONENTS, last_words
from mwaactl.sandbox.airflow.configuration import Keys, Surrounding
from mwaactl.sandbox.airflow.dag_sync import DagSync
from mwaactl.sandbox.airflow.log_groups import LogGroups
from mwaactl.sandbox.airflow.spec import Place, Spec, StartError

ACCOUNT, REGION, BUCKET = "123456789012", "eu-west-1", "the-bucket"
KINDS = ("DagProcessingLogs", "SchedulerLogs", "TaskLogs", "WebserverLogs", "WorkerLogs")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path / "airflow")
    for folder in (made.home, made.dags, made.task_logs, made.output, made.artifacts):
        folder.mkdir(parents=True)
    made.temporary.symlink_to(tmp_path)
    return made


@pytest.fixture
def bucket() -> Iterator[Any]:
    """A bucket of moto, without a server."""
    backend = s3_backends[ACCOUNT]["aws"]
    backend.create_bucket(BUCKET, REGION)
    backend.buckets[BUCKET].versioning_status = "Enabled"
    yield backend
    backend.reset()
    logs_backends[ACCOUNT][REGION].reset()


def spec(**settings: Any) -> Spec:
    logging = {kind: {"Enabled": True, "LogLevel": "WARNING"} for kind in KINDS}
    known = {
        "AirflowVersion": "2.10.3",
        "SourceBucketArn": f"arn:aws:s3:::{BUCKET}",
        "DagS3Path": "dags",
        "LoggingConfiguration": logging,
    }
    return Spec("demo", ACCOUNT, REGION, "aws", {**known, **settings}, uuid.UUID(int=7))


class TestVariables:
    def variables(self, place: Place, startup: dict[str, str], **options: str) -> dict[str, str]:
        around = Surrounding(Path("/runtime/bin"), 8000, 8001, {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"})
        asked = {name.replace("__", "."): value for name, value in options.items()}
        wanted = spec(AirflowConfigurationOptions=asked)
        return configuration.variables(wanted, place, Keys("f", "s", "p"), around, startup)

    def test_startup_script_goes_before_mwaas_suggestions_and_options_before_it(self, place: Place) -> None:
        key = "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT"
        assert self.variables(place, {})[key] == "1800"
        assert self.variables(place, {key: "7"})[key] == "7"
        assert self.variables(place, {key: "7"}, scheduler__task_queued_timeout="8")[key] == "8"

    @pytest.mark.parametrize("name", ["AIRFLOW_HOME", "MWAA__X", "AWS_ENDPOINT_URL", "AIRFLOW_ENV_NAME", "AWS_REGION"])
    def test_startup_script_does_not_reach_protected_variables(self, place: Place, name: str) -> None:
        assert self.variables(place, {name: "mine"}).get(name) != "mine"

    def test_airflow_logs_what_the_most_talkative_module_wants(self, place: Place) -> None:
        logging: dict[str, dict[str, Any]] = {
            kind: {"Enabled": kind != "WorkerLogs", "LogLevel": "ERROR"} for kind in KINDS
        }
        logging["TaskLogs"]["LogLevel"], logging["WorkerLogs"]["LogLevel"] = "INFO", "DEBUG"
        around = Surrounding(Path("/runtime/bin"), 8000, 8001, {})
        found = configuration.variables(spec(LoggingConfiguration=logging), place, Keys("f", "s", "p"), around, {})
        assert found["AIRFLOW__LOGGING__LOGGING_LEVEL"] == "INFO"

    def test_forced_options_stay(self, place: Place) -> None:
        found = self.variables(place, {"AIRFLOW__CORE__LOAD_EXAMPLES": "True"}, core__executor="CeleryExecutor")
        assert (found["AIRFLOW__CORE__LOAD_EXAMPLES"], found["AIRFLOW__CORE__EXECUTOR"]) == ("False", "LocalExecutor")


class TestStartupScript:
    def run(self, place: Place, text: str, **options: Any) -> startup_script.Started:
        script = place.artifacts / "startup.sh"
        script.write_text(text)
        return startup_script.run(script, {"PATH": "/usr/bin:/bin", "KEPT": "before"}, **options)

    @pytest.mark.parametrize(
        "text",
        [
            "export A='x\ny'",
            "export A='x\ny'; exit 3",
            "export A='x\ny'; (exit 1)",
            "f() { export A='x\ny'; exit; }; f",
        ],
    )
    def test_exports_are_kept_however_it_ends(self, place: Place, text: str) -> None:
        started = self.run(place, f"{text}\n")
        assert started.variables["A"] == "x\ny"
        assert "KEPT" not in started.variables
        assert not list(place.artifacts.glob(".env*"))

    def test_variables_that_are_not_exported_are_not_kept(self, place: Place) -> None:
        started = self.run(place, "A=1\necho words\necho more >&2\n")
        assert not {"A", "MWAACTL_DUMP"} & started.variables.keys()
        assert started.output.split() == ["words", "more"]

    @pytest.mark.parametrize("text", ["set -e\necho why\nfalse\n", "echo why\nkill -9 $$\n", "echo why\nexec false\n"])
    def test_one_that_leaves_no_environment_fails_with_its_words(self, place: Place, text: str) -> None:
        with pytest.raises(
            startup_script.ScriptError, match=r"startup\.sh ended with -?\d+ before its end: .*why"
        ) as caught:
            self.run(place, "echo first\n" * 9 + text)
        assert caught.value.output.count("first") == 9

    def test_one_that_takes_too_long_fails(self, place: Place) -> None:
        with pytest.raises(StartError, match=r"longer than 0\.5 s"):
            self.run(place, "sleep 30\n", limit_s=0.5)


def zipped(*names: str, link: bool = False) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            info = zipfile.ZipInfo(name)
            info.external_attr = (0o120777 if link else 0o100644) << 16
            archive.writestr(info, "x = 1\n")
    return made.getvalue()


class TestArtifacts:
    def test_pinned_versions_are_fetched(self, place: Place, bucket: Any) -> None:
        first = bucket.put_object(BUCKET, "plugins.zip", zipped("a/b.py")).version_id
        bucket.put_object(BUCKET, "plugins.zip", zipped("other.py"))
        artifacts.fetch(spec(PluginsS3Path="plugins.zip", PluginsS3ObjectVersion=first), place)
        assert [path.name for path in place.plugins.rglob("*.py")] == ["b.py"]

    @pytest.mark.parametrize(
        "content", [zipped("../evil.py"), zipped("/evil.py"), zipped("evil", link=True), b"no archive"]
    )
    def test_archive_that_is_none_or_leads_out_is_refused(self, place: Place, bucket: Any, content: bytes) -> None:
        bucket.put_object(BUCKET, "plugins.zip", content)
        with pytest.raises(StartError, match=r"plugins\.zip"):
            artifacts.fetch(spec(PluginsS3Path="plugins.zip"), place)

    def test_object_that_is_gone_is_told(self, place: Place, bucket: Any) -> None:
        bucket.put_object(BUCKET, "requirements.txt", b"")
        bucket.delete_object(BUCKET, "requirements.txt")
        with pytest.raises(StartError, match=r"s3://the-bucket/requirements\.txt"):
            artifacts.fetch(spec(RequirementsS3Path="requirements.txt"), place)


def test_dag_folder_becomes_as_the_bucket_is(place: Place, bucket: Any) -> None:
    for key in ("dags/a.py", "dags/deep/b.py", "other/c.py", "dags/../evil.py", "dags/folder/"):
        bucket.put_object(BUCKET, key, key.encode())
    sync = DagSync(spec(), place)
    assert sync.once()
    assert not sync.once()
    files = {path.relative_to(place.dags).as_posix() for path in place.dags.rglob("*") if path.is_file()}
    assert files == {"a.py", "deep/b.py"}
    bucket.delete_object(BUCKET, "dags/deep/b.py")
    bucket.put_object(BUCKET, "dags/a.py", b"new")
    (place.dags / "a.py").unlink()
    assert sync.once()
    assert [path.read_bytes() for path in place.dags.rglob("*.py")] == [b"new"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        ("one\ntwo\n\nthree\nfour\n", "two | three | four"),
        (
            'Traceback (most recent call last):\n  File "a.py", line 1\n    x()\nValueError: no number\n',
            "ValueError: no number",
        ),
        ("ValueError: no number,\n  of two\n", "ValueError: no number, | of two"),
    ],
)
def test_last_words_of_a_stack_trace_are_the_exception(text: str, words: str) -> None:
    assert last_words(text) == words


class TestLogGroups:
    def messages(self, group: str) -> list[str]:
        streams = logs_backends[ACCOUNT][REGION].groups[f"airflow-demo-{group}"].streams
        return [f"{name}: {event.message}" for name, stream in streams.items() for event in stream.events]

    def test_lines_from_the_level_on_are_brought_once_and_whole(self, place: Place, bucket: Any) -> None:
        path = place.task_logs / "dag_id=d" / "run_id=manual__2026-01-01T00:00:00+00:00" / "task_id=t" / "attempt=1.log"
        path.parent.mkdir(parents=True)
        groups = LogGroups(spec(), place)
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        path.write_text(f"[{now}] {{a.py:1}} INFO - small\n  of it\n[{now}] ERROR - bi")
        groups.once()
        with path.open("a") as file:
            file.write("g\nTraceback\n")
        groups.once()
        groups.once()
        stream = "dag_id=d/run_id=manual__2026-01-01T00_00_00+00_00/task_id=t/attempt=1.log"
        assert self.messages("Task") == [
            f"{stream}: [{now}] ERROR - big",
            f"{stream}: Traceback",
        ]

    def test_what_was_there_before_is_not_brought_again(self, place: Place, bucket: Any) -> None:
        (place.output / "scheduler.log").write_text("ERROR old\n")
        groups = LogGroups(spec(), place)
        with (place.output / "scheduler.log").open("a") as file:
            file.write("ERROR new\n")
        groups.once()
        assert self.messages("Scheduler") == ["scheduler_ip-127-0-0-1.log: ERROR new"]

    def test_last_line_without_its_end_comes_when_airflow_has_ended(self, place: Place, bucket: Any) -> None:
        groups = LogGroups(spec(), place)
        (place.output / "scheduler.log").write_text("ERROR one\nERROR and the rea")
        groups.once()
        assert len(self.messages("Scheduler")) == 1
        with (place.output / "scheduler.log").open("a") as file:
            file.write("son")
        groups.stop()
        assert self.messages("Scheduler")[1].endswith(": ERROR and the reason")

    def test_letters_made_of_strokes_are_left_out(self, place: Place, bucket: Any) -> None:
        groups = LogGroups(spec(), place)
        (place.output / "scheduler.log").write_text(" ____ |__( )__ \n[SQL: x]\n")
        groups.once()
        assert [line.partition(": ")[2] for line in self.messages("Scheduler")] == ["[SQL: x]"]

    def test_file_that_began_anew_is_read_anew(self, place: Place, bucket: Any) -> None:
        path = place.output / "scheduler.log"
        path.write_text("ERROR of a long time ago\n")
        groups = LogGroups(spec(), place)
        path.write_text("ERROR new\n")
        groups.once()
        path.unlink()
        groups.once()
        assert [line.partition(": ")[2] for line in self.messages("Scheduler")] == ["ERROR new"]

    def test_module_that_is_off_is_not_logged(self, place: Place, bucket: Any) -> None:
        off = {kind: {"Enabled": kind != "TaskLogs", "LogLevel": "INFO"} for kind in KINDS}
        LogGroups(spec(LoggingConfiguration=off), place).write("TaskLogs", "s", ["ERROR x"])
        assert "airflow-demo-Task" not in logs_backends[ACCOUNT][REGION].groups

    @pytest.mark.parametrize("component", sorted({name for major in COMPONENTS.values() for name in major}))
    def test_every_component_is_followed(self, place: Place, bucket: Any, component: str) -> None:
        groups = LogGroups(spec(), place)
        (place.output / f"{component}.log").write_text("ERROR of it\n")
        groups.once()
        found = logs_backends[ACCOUNT][REGION].groups.values()
        events = [event for group in found for stream in group.streams.values() for event in stream.events]
        assert [event.message for event in events] == ["ERROR of it"]

    def test_what_is_told_later_is_behind_what_it_explains(self, place: Place, bucket: Any) -> None:
        groups = LogGroups(spec(), place)
        groups.write("SchedulerLogs", "sandbox.log", ["ERROR first"])
        time.sleep(0.01)
        (place.output / "triggerer.log").write_text("ERROR between\n")
        groups.once()
        time.sleep(0.01)
        groups.write("SchedulerLogs", "sandbox.log", ["ERROR last"])
        streams = logs_backends[ACCOUNT][REGION].groups["airflow-demo-Scheduler"].streams
        events = sorted((event.timestamp, event.message) for one in streams.values() for event in one.events)
        assert [message for _, message in events] == ["ERROR first", "ERROR between", "ERROR last"]
