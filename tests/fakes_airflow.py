"""A tiny Airflow behind its REST API; answers have the shape of the OpenAPI documents of 2.10.3 (v1) and 3.0.6 (v2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

Reply = tuple[int, Any]
FOLDER = "/usr/local/airflow/dags/"
NEXT = "2026-11-24T00:00:00+00:00"


@dataclass
class FakeDag:
    """A DAG. `file` is below the DAG folder."""

    dag_id: str
    file: str = "daily.py"
    is_paused: bool = False
    schedule: str | None = "0 0 * * *"
    parsed_at: str = "2026-11-23T06:00:00+00:00"
    has_import_errors: bool = False
    source: str = ""


@dataclass
class FakeRun:
    """A run. `course` are the states of its tasks at one look after the other; the last one stays."""

    dag_id: str
    run_id: str
    course: Sequence[Mapping[str, str | None]] = ({},)
    conf: Mapping[str, Any] = field(default_factory=dict)
    logical_date: str | None = "2026-11-22T00:00:00+00:00"
    looks: int = 0

    @property
    def tasks(self) -> Mapping[str, str | None]:
        """The tasks' states now."""
        return self.course[min(self.looks, len(self.course) - 1)]

    @property
    def state(self) -> str:
        """Of the run: as its tasks."""
        if not self.looks:
            return "queued"
        if self.looks < len(self.course) - 1:
            return "running"
        return "failed" if {"failed", "upstream_failed"} & set(self.tasks.values()) else "success"


@dataclass
class FakeAirflow:
    """An Airflow of one major version. `asked` records the calls; `troubles` are answers that come first."""

    major: int
    dags: list[FakeDag] = field(default_factory=list)
    runs: list[FakeRun] = field(default_factory=list)
    import_errors: list[dict[str, str]] = field(default_factory=list)
    course: Sequence[Mapping[str, str | None]] = ({"extract": "success"},)
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    troubles: list[Reply] = field(default_factory=list)
    reads_code: bool = True
    on_trigger: Callable[[], None] = lambda: None

    def answer(self, method: str, path: str, query: Mapping[str, Any], body: Mapping[str, Any]) -> Reply:
        """One call of the REST API, path without /api/vN."""
        self.asked.append((method, path, dict(query) or dict(body)))
        if self.troubles:
            return self.troubles.pop(0)
        if path == "/dags":
            wanted = [dag for dag in self.dags if query.get("dag_id_pattern", "") in dag.dag_id]
            return 200, page("dags", [self.dag(dag) for dag in wanted], query["limit"], query["offset"])
        if path == "/importErrors":
            errors = [self.import_error(number, error) for number, error in enumerate(self.import_errors)]
            return 200, page("import_errors", errors, query["limit"], query.get("offset", 0))
        if path == "/dags/~/dagRuns/list":
            runs = [self.run(run) for run in reversed(self.runs) if run.dag_id in body["dag_ids"]]
            return 200, page("dag_runs", runs, body["page_limit"], body.get("page_offset", 0))
        if path == "/dags/~/dagRuns/~/taskInstances/list":
            return self._tasks(body)
        return self._of_one_dag(method, path, body)

    def _of_one_dag(self, method: str, path: str, body: Mapping[str, Any]) -> Reply:
        _, kind, dag_id, *rest = (unquote(part) for part in path.split("/"))
        dag = next((one for one in self.dags if one.dag_id == dag_id), None)
        if dag is None:
            return self.problem(404, "DAG not found", f"DAG with dag_id: '{dag_id}' not found")
        if kind == "dagSources" and self.major >= 3:
            source = {"content": dag.source, "dag_id": dag_id, "version_number": 1, "dag_display_name": dag_id}
            return (200, source) if self.reads_code else self.problem(403, "Forbidden", "Forbidden")
        if method == "PATCH" and not rest:
            dag.is_paused = body["is_paused"]
            return 200, self.dag(dag)
        if method == "POST" and rest == ["dagRuns"]:
            if self.major >= 3 and "logical_date" not in body:
                return 422, {"detail": [{"type": "missing", "loc": ["body", "logical_date"], "msg": "Field required"}]}
            return 200, self.run(self.triggered(dag_id, body.get("conf", {}), body.get("logical_date")))
        return self.problem(404, "Not Found", path)

    def triggered(self, dag_id: str, conf: Mapping[str, Any], date: str | None) -> FakeRun:
        """A new run."""
        stamp = date or f"2026-11-23T06:00:{len(self.runs):02}+00:00"  # the id must be one of its own
        run = FakeRun(dag_id, f"manual__{stamp}", self.course, conf, stamp if self.major < 3 else date)
        self.runs.append(run)
        self.on_trigger()
        return run

    def _tasks(self, body: Mapping[str, Any]) -> Reply:
        run = next(run for run in self.runs if run.run_id in body["dag_run_ids"] and run.dag_id in body["dag_ids"])
        found = [self.task(run, name, state) for name, state in run.tasks.items()]
        run.looks += 1
        return 200, page("task_instances", found, body["page_limit"], body["page_offset"])

    def problem(self, status: int, title: str, detail: str) -> Reply:
        """An error, as this version words it."""
        if self.major >= 3:
            return status, {"detail": detail}
        return status, {"detail": detail, "status": status, "title": title, "type": "about:blank"}

    def dag(self, dag: FakeDag) -> dict[str, Any]:
        """An item of GET /dags."""
        common = {
            "dag_id": dag.dag_id,
            "dag_display_name": dag.dag_id,
            "description": None,
            "fileloc": FOLDER + dag.file,
            "file_token": "Ii91c3IvbG9jYWwi",
            "has_import_errors": dag.has_import_errors,
            "has_task_concurrency_limits": False,
            "is_paused": dag.is_paused,
            "last_expired": None,
            "last_parsed_time": dag.parsed_at,
            "max_active_runs": 16,
            "max_active_tasks": 16,
            "max_consecutive_failed_dag_runs": 0,
            "next_dagrun_data_interval_end": NEXT,
            "next_dagrun_data_interval_start": "2026-11-23T00:00:00+00:00",
            "owners": ["data"],
            "timetable_description": "At 00:00" if dag.schedule else "Never, external triggers only",
        }
        if self.major >= 3:
            return common | {
                "bundle_name": "dags-folder",
                "bundle_version": None,
                "is_stale": False,
                "next_dagrun_logical_date": NEXT,
                "next_dagrun_run_after": NEXT,
                "relative_fileloc": dag.file,
                "tags": [{"name": "retail", "dag_id": dag.dag_id}],
                "timetable_summary": dag.schedule,
            }
        return common | {
            "default_view": "grid",
            "is_active": True,
            "is_subdag": False,
            "last_pickled": None,
            "next_dagrun": NEXT,
            "next_dagrun_create_after": NEXT if dag.schedule else None,
            "pickle_id": None,
            "root_dag_id": None,
            "schedule_interval": {"__type": "CronExpression", "value": dag.schedule} if dag.schedule else None,
            "scheduler_lock": None,
            "tags": [{"name": "retail"}],
        }

    def run(self, run: FakeRun) -> dict[str, Any]:
        """An item of the list of runs."""
        common = {
            "conf": dict(run.conf),
            "dag_id": run.dag_id,
            "dag_run_id": run.run_id,
            "data_interval_end": NEXT,
            "data_interval_start": "2026-11-23T00:00:00+00:00",
            "end_date": None,
            "last_scheduling_decision": None,
            "logical_date": run.logical_date,
            "note": None,
            "run_type": "manual",
            "start_date": "2026-11-23T06:00:01.123456+00:00" if run.looks else None,
            "state": run.state,
        }
        if self.major >= 3:
            return common | {
                "bundle_version": None,
                "dag_versions": [],
                "queued_at": "2026-11-23T06:00:00+00:00",
                "run_after": "2026-11-23T06:00:00+00:00",
                "triggered_by": "rest_api",
            }
        return common | {"execution_date": run.logical_date, "external_trigger": True}

    def task(self, run: FakeRun, name: str, state: str | None) -> dict[str, Any]:
        """An item of the list of task instances; `name[2]` is mapped."""
        task_id, _, index = name.partition("[")
        has_begun = state not in (None, "queued", "scheduled")
        common = {
            "dag_id": run.dag_id,
            "dag_run_id": run.run_id,
            "duration": 83.4 if state in ("success", "failed") else None,
            "end_date": None,
            "executor": None,
            "executor_config": "{}",
            "hostname": "ip-10-10-0-1.eu-west-1.compute.internal",
            "map_index": int(index.rstrip("]")) if index else -1,
            "max_tries": 1,
            "note": None,
            "operator": "PythonOperator",
            "pid": 7,
            "pool": "default_pool",
            "pool_slots": 1,
            "priority_weight": 1,
            "queue": "default",
            "queued_when": None,
            "rendered_fields": {},
            "rendered_map_index": None,
            "start_date": "2026-11-23T06:00:02+00:00" if has_begun else None,
            "state": state,
            "task_display_name": task_id,
            "task_id": task_id,
            "trigger": None,
            "triggerer_job": None,
            "try_number": 2 if state == "failed" else int(has_begun),
            "unixname": "airflow",
        }
        if self.major >= 3:
            return common | {
                "dag_version": None,
                "id": "0193e3a0-0000-7000-8000-000000000000",
                "logical_date": run.logical_date,
                "run_after": "2026-11-23T06:00:00+00:00",
                "scheduled_when": None,
            }
        return common | {"execution_date": run.logical_date, "sla_miss": None}

    def import_error(self, number: int, error: Mapping[str, str]) -> dict[str, Any]:
        """An item of GET /importErrors: absolute in version 1, relative in version 2."""
        common = {
            "import_error_id": number,
            "stack_trace": error["trace"],
            "timestamp": error.get("timestamp", "2026-11-23T06:00:00+00:00"),
        }
        if self.major >= 3:
            return common | {"filename": error["file"], "bundle_name": "dags-folder"}
        return common | {"filename": FOLDER + error["file"]}


def page(key: str, items: Sequence[Any], limit: int, offset: int) -> dict[str, Any]:
    """One page of a collection: never more than 100 items, whatever was asked for."""
    return {key: list(items[offset : offset + min(int(limit), 100)]), "total_entries": len(items)}
