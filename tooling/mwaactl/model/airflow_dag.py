"""DAGs and import errors as Airflow's REST API tells of them: version 1 of the API (Airflow 2) and version 2 (3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from mwaactl.model.dag_run import DagRun
from mwaactl.model.import_trace import trace_place

DAGS_FOLDER = "/dags/"
"""Below it a path is relative, on MWAA it is /usr/local/airflow/dags/."""

_DURATIONS = ("years", "months", "days", "hours", "minutes", "seconds")


@dataclass(frozen=True)
class AirflowDag:
    """One DAG that Airflow knows. Times are ISO 8601, as Airflow writes them.

    `file` is relative to the DAG folder. `next_run` is when the next run may begin; None for no schedule.
    """

    dag_id: str
    is_paused: bool
    schedule: str
    file: str
    next_run: str | None = None
    last_run_state: str | None = None
    last_run_at: str | None = None
    owners: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    has_import_errors: bool = False
    last_parsed_time: str | None = None

    @property
    def parsed_at(self) -> datetime | None:
        """When Airflow parsed its file the last time."""
        return _time(self.last_parsed_time)

    def with_run(self, run: DagRun | None) -> AirflowDag:
        """The same with its latest run."""
        return replace(self, last_run_state=run.state, last_run_at=run.at) if run else self


@dataclass(frozen=True)
class ImportFailure:
    """A file that Airflow could not import. `line` is the last one of the user's own code, 0 when not known."""

    file: str
    line: int
    message: str
    frames: tuple[str, ...]
    trace: str
    timestamp: str | None = None

    @property
    def found_at(self) -> datetime | None:
        """When Airflow found it the last time."""
        return _time(self.timestamp)


def dag_of(document: Mapping[str, Any]) -> AirflowDag:
    """One item of `GET /dags`, of either version."""
    return AirflowDag(
        dag_id=document["dag_id"],
        is_paused=bool(document.get("is_paused")),
        schedule=_schedule(document),
        file=document.get("relative_fileloc") or relative_file(document.get("fileloc") or ""),
        next_run=document.get("next_dagrun_run_after") or document.get("next_dagrun_create_after"),
        owners=tuple(document.get("owners") or ()),
        tags=tuple(sorted(tag["name"] for tag in document.get("tags") or ())),
        has_import_errors=bool(document.get("has_import_errors")),
        last_parsed_time=document.get("last_parsed_time"),
    )


def import_failure_of(document: Mapping[str, Any]) -> ImportFailure:
    """One item of `GET /importErrors`: version 1 tells absolute paths, version 2 those below the DAG folder."""
    file, trace = relative_file(document.get("filename") or ""), document.get("stack_trace") or ""
    place = trace_place(trace, file)
    return ImportFailure(file, place.line, place.message, place.frames, trace, document.get("timestamp"))


def relative_file(path: str) -> str:
    """A path below the DAG folder; one that already is relative stays."""
    return path.partition(DAGS_FOLDER)[2] or path if path.startswith("/") else path


def _time(text: str | None) -> datetime | None:
    """Airflow's times are UTC where they do not say."""
    found = datetime.fromisoformat(text) if text else None
    return found.replace(tzinfo=UTC) if found and not found.tzinfo else found


def _schedule(document: Mapping[str, Any]) -> str:
    if "timetable_summary" in document:
        return document["timetable_summary"] or document.get("timetable_description") or "none"
    interval = document.get("schedule_interval")
    if not isinstance(interval, Mapping):
        return "none"
    if "value" in interval:
        return str(interval["value"])
    if interval.get("__type") == "TimeDelta":
        return f"every {timedelta(days=interval['days'], seconds=interval['seconds'])}"
    parts = [f"{interval[unit]} {unit}" for unit in _DURATIONS if interval.get(unit)]
    return f"every {' '.join(parts)}" if parts else str(document.get("timetable_description") or "none")
