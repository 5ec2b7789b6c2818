"""Copies variables, pools and connections from one Airflow to another, and pauses DAGs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mwaactl.errors import AirflowError
from mwaactl.model.airflow_object import Copying, NotCopied, copying
from mwaactl.model.progress import Moment, Progress
from mwaactl.workflows.airflow_access import Access
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.airflow_objects import AirflowObjects

SECRETS_BACKEND = "secrets.backend"


@dataclass(frozen=True)
class CopyReport:
    """Names of what is in the target now, by kind, and what stayed behind. Values are never part of a report."""

    variables: tuple[str, ...] = ()
    pools: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()
    left: tuple[NotCopied, ...] = ()
    notes: tuple[str, ...] = ()


def to_copy(source: Access, target: Access | None, *, copies_secrets: bool) -> Copying:
    """What a copy would write; without a target, as into an empty Airflow. Raises AirflowError, AwsError."""
    present = _objects(target).all() if target else []
    return copying(_objects(source).all(), present, copies_secrets=copies_secrets)


def copied(tools: Toolbox, source: Access, target: Access, *, copies_secrets: bool) -> CopyReport:
    """Copy what is not there yet; nothing is written over. Raises AirflowError, AwsError."""
    found = to_copy(source, target, copies_secrets=copies_secrets)
    objects, name = _objects(target), target.environment.name
    todo = [*found.creates, *([found.default_pool] if found.default_pool else [])]
    refused = []
    for count, one in enumerate(todo, start=1):
        tools.interrupt.check()
        try:
            if one is found.default_pool:
                objects.change_default_pool(one)
            else:
                objects.create(one)
        except AirflowError as error:
            if error.status not in (400, 409, 422):  # Airflow is well, and does not want this one
                raise
            refused.append(NotCopied(one.kind, one.name, error.what))
        tools.on_event(Progress(name, Moment.RUNNING, "copying", one.kind.collection, done=count, total=len(todo)))
    return report_of(source, found, refused)


def report_of(source: Access, found: Copying, refused: list[NotCopied] | None = None) -> CopyReport:
    """What was, or would be, copied."""
    lost = {(one.kind, one.name) for one in refused or []}
    there = [*found.creates, *([found.default_pool] if found.default_pool else []), *found.present]
    names: dict[str, list[str]] = {"variables": [], "pools": [], "connections": []}
    for one in there:
        if (one.kind, one.name) not in lost:
            names[one.kind.collection].append(one.name)
    backend = source.environment.mwaa.airflow_configuration_options.get(SECRETS_BACKEND)
    notes = (f"entries of the secrets backend ({backend.rpartition('.')[2]}) are not looked at",) if backend else ()
    lists = {kind: tuple(sorted(found_names)) for kind, found_names in names.items()}
    return CopyReport(**lists, left=(*found.left, *(refused or [])), notes=notes)


def paused(tools: Toolbox, target: Access) -> tuple[str, ...]:
    """Pause every DAG that Airflow sees and that is not paused; their ids. Raises AirflowError, AwsError."""
    found = [dag.dag_id for dag in target.rest.dags() if not dag.is_paused]
    for dag_id in found:
        if target.rest.can_change(dag_id):
            target.rest.pause(dag_id)
        else:
            target.cli("dags", "pause", dag_id)
        tools.note(target.environment.name, f"{dag_id} said that it begins unpaused: paused it")
    return tuple(found)


def _objects(found: Access) -> AirflowObjects:
    from mwaactl.adapters.airflow_objects import AirflowObjects

    return AirflowObjects(found.api, found.rest.major)
