"""What mwaactl asks of Airflow's REST API, the same for version 1 (Airflow 2) and version 2 (Airflow 3).

Runs and tasks are asked for by the `/list` endpoints, which take ids in the body: paths are limited to 64 characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from mwaactl.adapters.aws.airflow_api import PAGE, PATH_LIMIT, AirflowApi
from mwaactl.model.airflow_dag import AirflowDag, ImportFailure, dag_of, import_failure_of
from mwaactl.model.dag_run import DagRun, TaskRun, dag_run_of, task_run_of

MAXIMUM_ROUNDS = 20  # of asking for latest runs: each finds that of at least one more DAG


@dataclass(frozen=True)
class AirflowRest:
    """Airflow `major` (2 or 3) of one environment. Everything raises AirflowError and AwsError."""

    api: AirflowApi
    major: int

    def dags(self) -> list[AirflowDag]:
        """All DAGs that Airflow sees at present, by id."""
        return sorted(map(dag_of, self.api.items("/dags", "dags")), key=lambda dag: dag.dag_id)

    def find_dag(self, dag_id: str) -> AirflowDag | None:
        """One DAG; asked for by a pattern, as its id may not fit into a path."""
        found = self.api.items("/dags", "dags", dag_id_pattern=dag_id)
        return next((dag_of(one) for one in found if one["dag_id"] == dag_id), None)

    def import_failures(self) -> list[ImportFailure]:
        """Files that could not be imported, by name."""
        found = self.api.items("/importErrors", "import_errors")
        return sorted(map(import_failure_of, found), key=lambda failure: failure.file)

    def now(self) -> datetime | None:
        """AWS's clock, as far as an answer tells it."""
        return self.api.get("/importErrors", limit=1).at

    def latest_runs(self, dag_ids: Iterable[str]) -> dict[str, DagRun]:
        """The latest run of each DAG that has one. A DAG whose latest run is very old may be left out."""
        missing, found = set(dag_ids), dict[str, DagRun]()
        for _ in range(MAXIMUM_ROUNDS):
            runs = self._runs(sorted(missing)) if missing else []
            for run in runs:
                found.setdefault(run.dag_id, run)
            missing -= found.keys()
            if len(runs) < PAGE:
                break
        return found

    def find_run(self, dag_id: str, run_id: str) -> DagRun | None:
        """One run among the latest of its DAG."""
        return next((run for run in self._runs([dag_id]) if run.run_id == run_id), None)

    def tasks(self, dag_id: str, run_id: str) -> list[TaskRun]:
        """The tasks of a run, by name."""
        found: list[Any] = []
        while True:
            body = {"dag_ids": [dag_id], "dag_run_ids": [run_id], "page_limit": PAGE, "page_offset": len(found)}
            document = self.api.call("POST", "/dags/~/dagRuns/~/taskInstances/list", body=body).document
            found += document["task_instances"]
            if not document["task_instances"] or len(found) >= document["total_entries"]:
                return sorted(map(task_run_of, found), key=lambda task: (task.task_id, task.map_index))

    def can_change(self, dag_id: str) -> bool:
        """Does the id fit into the paths that change something? Else only the CLI can."""
        return len(_runs_path(dag_id)) <= PATH_LIMIT

    def trigger(self, dag_id: str, conf: Mapping[str, Any], logical_date: str | None) -> DagRun:
        """Ask for a run. Airflow 3 wants to be told that there is no logical date, Airflow 2 makes one up."""
        body: dict[str, Any] = {"conf": dict(conf)}
        if logical_date or self.major >= 3:
            body["logical_date"] = logical_date
        return dag_run_of(self.api.call("POST", _runs_path(dag_id), body=body).document)

    def unpause(self, dag_id: str) -> None:
        """Let the DAG run."""
        self.api.call("PATCH", _dag_path(dag_id), body={"is_paused": False})

    def pause(self, dag_id: str) -> None:
        """Keep the DAG from being scheduled."""
        self.api.call("PATCH", _dag_path(dag_id), body={"is_paused": True})

    def source(self, dag_id: str) -> str | None:
        """The text of the DAG's file as Airflow 3 parsed it; None in Airflow 2, or when the path cannot ask for it."""
        path = f"/dagSources/{quote(dag_id, safe='')}"
        if self.major < 3 or len(path) > PATH_LIMIT:
            return None
        document = self.api.get(path).document
        return document.get("content") if isinstance(document, Mapping) else None

    def _runs(self, dag_ids: Sequence[str]) -> list[DagRun]:
        body = {"dag_ids": list(dag_ids), "page_limit": PAGE, "order_by": "-id"}
        return [
            dag_run_of(one) for one in self.api.call("POST", "/dags/~/dagRuns/list", body=body).document["dag_runs"]
        ]


def _dag_path(dag_id: str) -> str:
    return f"/dags/{quote(dag_id, safe='')}"


def _runs_path(dag_id: str) -> str:
    return f"{_dag_path(dag_id)}/dagRuns"
