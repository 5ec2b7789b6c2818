"""The logs of an environment in CloudWatch Logs: groups, streams, and what an event says.

Sources: aws/amazon-mwaa-docker-images, mwaa/logging (groups, streams of the components); Airflow's
`log_filename_template` and providers-amazon's cloudwatch_task_handler, which writes `_` for `:` in streams of tasks.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class LogType(StrEnum):
    """The five logs, as the command line names them."""

    TASK = "task"
    SCHEDULER = "scheduler"
    WORKER = "worker"
    WEBSERVER = "webserver"
    DAG_PROCESSING = "dag-processing"

    @property
    def section(self) -> str:
        """Its key in `mwaa.logging_configuration`."""
        return f"{self.value.replace('-', '_')}_logs"


REQUIREMENTS_STREAM, STARTUP_STREAM = "requirements_install", "startup_script_execution"
"""What the names of the streams begin with in which MWAA tells of requirements.txt and of startup.sh (user guide)."""

_SUFFIXES = {
    LogType.TASK: "Task",
    LogType.SCHEDULER: "Scheduler",
    LogType.WORKER: "Worker",
    LogType.WEBSERVER: "WebServer",
    LogType.DAG_PROCESSING: "DAGProcessing",
}
_STREAM = re.compile(
    r"dag_id=(?P<dag>[^/]+)/run_id=(?P<run>[^/]+)/task_id=(?P<task>[^/]+)/(?:map_index=(?P<index>\d+)/)?"
    r"attempt=(?P<attempt>\d+)\.log.*"
)
_COMPONENT = re.compile(r"(?P<name>[a-z_]+)_ip-[\w.-]+\.log")
_LINE = re.compile(
    r"\s*\[(?P<time>\d{4}-\d\d-\d\dT[\d:.,]+(?:[+-]\d\d:?\d\d|Z)?)\]\s*(?:\{[^}]*\}\s*)?"
    r"(?:(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL)\b\s*(?:-\s*)?)?(?P<rest>.*)",
    re.DOTALL,
)
_LEVEL = re.compile(r"\b(DEBUG|INFO|WARNING|ERROR|CRITICAL)\b")
_LEVELS = frozenset({"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"})
_STRUCTURED = frozenset({"event", "level", "timestamp"})


@dataclass(frozen=True)
class LogEvent:
    """One event. `time` is when it was written, in UTC."""

    id: str
    time: datetime
    stream: str
    message: str

    @property
    def source(self) -> str:
        """A short name of the stream: `dag.task#2`, `dag.task[3]#1`, `scheduler`, or the stream's own."""
        found = _STREAM.fullmatch(self.stream)
        if found:
            index = f"[{found['index']}]" if found["index"] else ""
            return f"{found['dag']}.{found['task']}{index}#{found['attempt']}"
        component = _COMPONENT.fullmatch(self.stream)
        return component["name"] if component else self.stream.removesuffix(".log")

    @property
    def parts(self) -> tuple[str, str]:
        """Level ("" when not known) and words: Airflow 3 logs tasks as JSON, Airflow 2 as `[time] {place} LEVEL - `."""
        document = _structured(self.message)
        if document is not None:
            words, level = str(document.pop("event")), str(document.pop("level", "")).upper()
            error = document.pop("error_detail", None)
            for one in error if isinstance(error, list) else ():
                words += f"\n{one.get('exc_type', '')}: {one.get('exc_value', '')}"
            return (level if level in _LEVELS else ""), words
        line = _LINE.fullmatch(self.message)
        if line and line["level"]:
            return line["level"], line["rest"]
        found = _LEVEL.search(self.message[:200].partition("\n")[0])
        level = found[0] if found else ""
        return level, (line["rest"] if line else self.message).removeprefix(f"{level}: ")  # as pip writes it


@dataclass(frozen=True)
class StreamFilter:
    """Which streams of the task log are wanted; empty parts mean any."""

    dag: str = ""
    run: str = ""
    task: str = ""

    @property
    def prefix(self) -> str:
        """What the names of all wanted streams begin with, as far as that is known."""
        if not self.dag:
            return ""
        prefix = f"dag_id={_written(self.dag)}/"
        if self.run:
            prefix += f"run_id={_written(self.run)}/"
            if self.task:
                prefix += f"task_id={_written(self.task)}/"
        return prefix

    def has(self, stream: str) -> bool:
        """Is this stream wanted?"""
        if not (self.dag or self.run or self.task):
            return True
        found = _STREAM.fullmatch(stream)
        wanted = {"dag": self.dag, "run": self.run, "task": self.task}
        if found is None:
            return False
        return all(not value or found[part] == _written(value) for part, value in wanted.items())


def log_group(environment: str, kind: LogType) -> str:
    """The log group of an MWAA environment's log; MWAA takes no other name."""
    return f"airflow-{environment}-{_SUFFIXES[kind]}"


def log_event_of(document: dict[str, object]) -> LogEvent:
    """One event of FilterLogEvents; times are milliseconds since 1970."""
    time = datetime.fromtimestamp(int(str(document["timestamp"])) / 1000, UTC)
    stream, message = str(document.get("logStreamName", "")), str(document.get("message", ""))
    return LogEvent(str(document.get("eventId", "")), time, stream, message)


def _structured(message: str) -> dict[str, object] | None:
    if not message.startswith("{"):
        return None
    try:
        document = json.loads(message)
    except ValueError:
        return None
    return document if isinstance(document, dict) and "event" in document and _STRUCTURED & document.keys() else None


def _written(name: str) -> str:
    return name.replace(":", "_")
