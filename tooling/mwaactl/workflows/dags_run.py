"""dags run: trigger a DAG, and with `--wait` see it through."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mwaactl.errors import AirflowError, DagError, MwaactlError, NotReady
from mwaactl.model.dag_run import DagRun, TaskRun
from mwaactl.model.fields import did_you_mean
from mwaactl.model.result import Outcome, Result, result_of
from mwaactl.workflows.airflow_access import Access, access
from mwaactl.workflows.dag_watch import watched
from mwaactl.workflows.tools import Question, Toolbox

if TYPE_CHECKING:
    from mwaactl.model.airflow_dag import AirflowDag


@dataclass(frozen=True)
class RunWanted:
    """What to run. `logical_date` is ISO 8601; `timeout_s` bounds the wait, not the run."""

    dag_id: str
    conf: Mapping[str, Any] = field(default_factory=dict)
    logical_date: str | None = None
    is_waiting: bool = False
    timeout_s: float = 3600.0
    unpauses: bool = False


@dataclass(frozen=True)
class RunReport:
    """The run that was asked for. `tasks` and `seconds` are those of a run that was waited for."""

    environment: str
    run: DagRun
    is_paused: bool
    tasks: tuple[TaskRun, ...] = ()
    seconds: float | None = None


def run(tools: Toolbox, name: str, wanted: RunWanted) -> Result[tuple[Outcome[RunReport], ...]]:
    """Trigger. Raises AirflowError where there is no such DAG, NotReady where it is paused and would be waited for.

    A run that was waited for and failed is reported with its tasks, and a DagError beside them.
    """
    found = access(tools, name)
    dag = _dag(found, wanted.dag_id)
    stays_paused = dag.is_paused and not wanted.unpauses
    if stays_paused and wanted.is_waiting:
        raise NotReady(
            f"{dag.dag_id} is paused in {name}: a run of it would stay queued.",
            hint="add --unpause, or leave out --wait",
        )
    if found.environment.protected:
        also = " and unpause it" if dag.is_paused and wanted.unpauses else ""
        tools.confirm(Question(f'Run {dag.dag_id}{also} in "{name}", which is protected?'))
    triggered = _triggered(found, wanted)
    tools.note(name, f"run {triggered.run_id} of {dag.dag_id} is {triggered.state}")
    if dag.is_paused and wanted.unpauses:  # afterwards: a scheduled run would be made at once, and go first
        _unpause(found, dag.dag_id)
        tools.note(name, f"{dag.dag_id} is no longer paused")
    if stays_paused:
        tools.warn(
            name,
            f"{dag.dag_id} is paused, so its run stays queued: mwaactl airflow {name} -- dags unpause {dag.dag_id}",
        )
    if not wanted.is_waiting:
        return result_of("dags run", [Outcome(name, RunReport(name, triggered, stays_paused))])
    ended, tasks, seconds = watched(tools, found, triggered, wanted.timeout_s)
    report = RunReport(name, ended, stays_paused, tuple(tasks), seconds)
    return result_of("dags run", [Outcome(name, report, _failure(name, ended, tasks))])


def _dag(found: Access, dag_id: str) -> AirflowDag:
    name = found.environment.name
    dag = found.rest.find_dag(dag_id)
    if dag is None:
        known = [one.dag_id for one in found.rest.dags()]
        raise AirflowError(
            f"Airflow in {name} has no DAG {dag_id}.",
            status=404,
            hint=did_you_mean(dag_id, known) or f"mwaactl dags list {name} shows the DAGs and import errors",
        )
    if dag.has_import_errors:
        failures = [one for one in found.rest.import_failures() if one.file == dag.file]
        said = "; ".join(f"{one.file}:{one.line}: {one.message}" for one in failures)
        raise DagError(f"{dag.file} of {dag_id} could not be imported: {said}", hint=f"mwaactl dags list {name}")
    return dag


def _unpause(found: Access, dag_id: str) -> None:
    if found.rest.can_change(dag_id):
        found.rest.unpause(dag_id)
    else:
        _checked_cli(found, "dags", "unpause", dag_id)


def _triggered(found: Access, wanted: RunWanted) -> DagRun:
    """Ask for the run: by REST, or by the CLI where the id is too long for REST's paths."""
    if found.rest.can_change(wanted.dag_id):
        return found.rest.trigger(wanted.dag_id, wanted.conf, wanted.logical_date)
    before = found.rest.latest_runs([wanted.dag_id]).get(wanted.dag_id)
    words = ["dags", "trigger", wanted.dag_id, "--conf", json.dumps(wanted.conf)]
    if wanted.logical_date:
        words += ["--logical-date" if found.rest.major >= 3 else "--exec-date", wanted.logical_date]
    _checked_cli(found, *words)
    after = found.rest.latest_runs([wanted.dag_id]).get(wanted.dag_id)
    if after is None or after == before:
        raise AirflowError(f"Airflow took the run of {wanted.dag_id}, and does not show it.")
    return after


def _checked_cli(found: Access, *words: str) -> None:
    reply = found.cli(*words)
    if reply.has_failed:
        raise AirflowError(f"airflow {' '.join(words[:2])} failed.", cause=reply.stderr.strip().splitlines()[-1])


def _failure(name: str, ended: DagRun, tasks: list[TaskRun]) -> MwaactlError | None:
    if ended.state == "success":
        return None
    failed = [task for task in tasks if task.state == "failed"]
    names = ", ".join(task.label for task in failed) or "no task of it"
    hint = f"mwaactl logs {name} --dag {ended.dag_id} --run {ended.run_id}"
    if failed:
        hint += f" --task {failed[0].task_id}"
    return DagError(f"Run {ended.run_id} of {ended.dag_id} {ended.state}: {names} failed.", hint=f"{hint} --since 1d")
