"""Runs of a DAG and their tasks, as Airflow's REST API tells of them: versions 1 (Airflow 2) and 2 (Airflow 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ENDED_RUN = frozenset({"success", "failed"})
FAILED_TASK = frozenset({"failed", "upstream_failed"})
ENDED_TASK = FAILED_TASK | {"success", "skipped", "removed"}
NO_STATE = "not started"


@dataclass(frozen=True)
class DagRun:
    """One run. Times are ISO 8601; `logical_date` is None for a run that Airflow 3 was asked for without one."""

    dag_id: str
    run_id: str
    state: str
    logical_date: str | None = None
    start_date: str | None = None
    end_date: str | None = None

    @property
    def at(self) -> str | None:
        """When it began, or else what it stands for."""
        return self.start_date or self.logical_date

    @property
    def has_ended(self) -> bool:
        """Will its state stay?"""
        return self.state in ENDED_RUN


@dataclass(frozen=True)
class TaskRun:
    """One task of a run. `duration_s` is in seconds, `tries` counts from 1; `map_index` is -1 unless it is mapped."""

    task_id: str
    map_index: int
    state: str
    duration_s: float | None
    tries: int
    operator: str = ""

    @property
    def label(self) -> str:
        """`extract`, or `extract[3]` when it is mapped."""
        return self.task_id if self.map_index < 0 else f"{self.task_id}[{self.map_index}]"

    @property
    def has_ended(self) -> bool:
        """Will its state stay?"""
        return self.state in ENDED_TASK

    @property
    def has_failed(self) -> bool:
        """Did it fail, or was it never begun because another did?"""
        return self.state in FAILED_TASK


def dag_run_of(document: Mapping[str, Any]) -> DagRun:
    """A run of either version: `execution_date` is what version 1 called it before 2.2."""
    return DagRun(
        dag_id=document["dag_id"],
        run_id=document["dag_run_id"],
        state=document["state"],
        logical_date=document.get("logical_date") or document.get("execution_date"),
        start_date=document.get("start_date"),
        end_date=document.get("end_date"),
    )


def task_run_of(document: Mapping[str, Any]) -> TaskRun:
    """A task instance of either version; its state is null until the scheduler has looked at it."""
    return TaskRun(
        task_id=document["task_id"],
        map_index=document.get("map_index", -1),
        state=document.get("state") or NO_STATE,
        duration_s=document.get("duration"),
        tries=max(document.get("try_number") or 0, 0),
        operator=document.get("operator") or "",
    )
