"""dags list: what Airflow sees in an environment, and what it could not import."""

from __future__ import annotations

from dataclasses import dataclass

from mwaactl.model.airflow_dag import AirflowDag, ImportFailure
from mwaactl.model.result import Result
from mwaactl.workflows.airflow_access import access
from mwaactl.workflows.tools import Toolbox


@dataclass(frozen=True)
class DagsListing:
    """The DAGs of one environment by id, and the files that failed to import."""

    environment: str
    airflow_version: str
    dags: tuple[AirflowDag, ...]
    import_errors: tuple[ImportFailure, ...]


def run(tools: Toolbox, name: str) -> Result[DagsListing]:
    """Ask Airflow for its DAGs, their latest runs, and import errors. Reads only."""
    found = access(tools, name)
    dags = found.rest.dags()
    runs = found.rest.latest_runs(dag.dag_id for dag in dags)
    listed = tuple(dag.with_run(runs.get(dag.dag_id)) for dag in dags)
    failures = tuple(found.rest.import_failures())
    return Result("dags list", DagsListing(name, found.live.airflow_version, listed, failures))
