"""Words of the notices, for templates."""

from __future__ import annotations

import os
from typing import Any


def failed_tasks(ti: Any, dag_run: Any) -> list[str]:
    """Ids of the tasks that have failed in this run. Version 3 answers by its API, version 2 from its database."""
    if hasattr(ti, "get_task_states"):
        states = ti.get_task_states(dag_id=ti.dag_id, run_ids=[ti.run_id])[ti.run_id]
    else:
        states = {one.task_id: one.state for one in dag_run.get_task_instances()}
    return sorted(task_id for task_id, state in states.items() if state == "failed")


def log_hint(ti: Any, task_ids: list[str]) -> str:
    """Where the logs of tasks of this run lie in CloudWatch, which takes no colon in the name of a stream."""
    group = f"airflow-{os.environ.get('AIRFLOW_ENV_NAME', 'ENVIRONMENT')}-Task"
    streams = (f"dag_id={ti.dag_id}/run_id={ti.run_id}/task_id={task_id}".replace(":", "_") for task_id in task_ids)
    return f"log group {group}, streams " + ", ".join(streams)
