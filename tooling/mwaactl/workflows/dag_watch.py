"""Seeing a run of a DAG through: every change of a task is told as it happens."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from mwaactl.errors import Aborted, AirflowError, NotReady
from mwaactl.model.dag_run import DagRun, TaskRun
from mwaactl.model.moment import clock
from mwaactl.model.progress import Moment, Progress
from mwaactl.workflows.airflow_access import Access, pause
from mwaactl.workflows.tools import Toolbox

FIRST_POLL_S = 0.5
LONGEST_POLL_S = 5.0  # two calls per poll, of the ten per second that AWS grants
PATIENCE = 6  # polls in a row that may fail while web servers are replaced


@dataclass
class Watch:
    """What was told of each task so far, by label."""

    tools: Toolbox
    environment: str
    told: dict[str, str] = field(default_factory=dict)

    def tell(self, tasks: list[TaskRun]) -> None:
        """Tell what changed."""
        ended = sum(task.has_ended for task in tasks)
        for task in tasks:
            if self.told.get(task.label) == task.state:
                continue
            self.told[task.label] = task.state
            moment = _moment(task)
            if moment is not None:
                elapsed_s = (task.duration_s or 0.0) if task.has_ended else 0.0
                progress = Progress(
                    self.environment, moment, task.state, task.label, elapsed_s, done=ended, total=len(tasks)
                )
                self.tools.on_event(progress)


def watched(tools: Toolbox, found: Access, run: DagRun, timeout_s: float) -> tuple[DagRun, list[TaskRun], float]:
    """The run once it has ended, its tasks, and the seconds waited. Ctrl-C leaves the run running.

    Raises NotReady when it has not ended within `timeout_s`.
    """
    name = found.environment.name
    began, poll_s, failures = time.monotonic(), FIRST_POLL_S, 0
    watch = Watch(tools, name)
    follow = f"mwaactl logs {name} --dag {run.dag_id} --run {run.run_id} --follow"
    tools.stage(name, run.dag_id)
    try:
        while True:
            try:
                run = found.rest.find_run(run.dag_id, run.run_id) or run
                tasks, failures = found.rest.tasks(run.dag_id, run.run_id), 0
                watch.tell(tasks)
                if run.has_ended:
                    return run, tasks, time.monotonic() - began
            except AirflowError as error:
                failures += 1
                if error.status < 500 or failures > PATIENCE:
                    raise
                tools.warn(name, f"{error.what} Asking again.")
            waited_s = time.monotonic() - began
            if waited_s >= timeout_s:
                raise NotReady(
                    f"Run {run.run_id} of {run.dag_id} is still {run.state} after {clock(waited_s)}, and goes on.",
                    hint=follow,
                )
            pause(tools, min(poll_s, max(timeout_s - waited_s, 0.05)))
            poll_s = min(poll_s * 1.3, LONGEST_POLL_S)
    except (Aborted, KeyboardInterrupt) as error:
        raise Aborted(f"Interrupted. Run {run.run_id} of {run.dag_id} goes on in Airflow.", hint=follow) from error


def _moment(task: TaskRun) -> Moment | None:
    if task.has_failed:
        return Moment.FAILED
    if task.has_ended:
        return Moment.DONE
    if task.state in ("up_for_retry", "up_for_reschedule", "deferred", "restarting"):
        return Moment.NOTE
    return Moment.STARTED if task.state == "running" else None
