"""clone --undo: remove what a clone made, and its files. The source is not touched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mwaactl.errors import ConfigError, NotReady, PolicyRefused
from mwaactl.model.result import Result
from mwaactl.workflows import destroy
from mwaactl.workflows.clone_files import taken_back, yaml_path
from mwaactl.workflows.tools import Question, Toolbox

if TYPE_CHECKING:
    from mwaactl.model.environment import Environment


@dataclass(frozen=True)
class UncloneReport:
    """What went: files of the repository, resources and object versions in AWS."""

    source: str
    environment: str
    files: tuple[str, ...]
    deleted_resources: int = 0
    deleted_object_versions: int = 0


def run(tools: Toolbox, name: str) -> Result[UncloneReport]:
    """Undo. Raises ConfigError where no clone of that name was begun here, PolicyRefused for a protected one.

    Raises Busy while the Terraform of a killed clone still works.
    """
    from mwaactl.adapters.clone_records import load_clone

    record = load_clone(tools.data(name)) if name.replace("-", "").isalnum() else None
    if record is None:
        raise ConfigError(
            f"No clone {name} was begun here.", hint=f"an environment is removed by: mwaactl destroy {name}"
        )
    tools.confirm(Question(f"Remove the clone {name} of {record.wish.source} ({tools.target.name}) and its files?"))
    resources = versions = 0
    if (tools.project.root / yaml_path(name)).is_file():  # else it was killed before it made anything
        environment = tools.project.environment(name)
        if environment.protected:
            raise PolicyRefused(
                f'"{name}" is protected by now, and so more than a clone.',
                hint=f"mwaactl destroy {name} --confirm {name}",
            )
        with tools.alone(environment, "clone --undo"):
            pass  # Raises Busy while Terraform works on, whose state is stored when it ends only.
        resources, versions = _destroyed(tools, environment)
    return Result("clone", UncloneReport(record.wish.source, name, taken_back(tools, name), resources, versions))


def _destroyed(tools: Toolbox, environment: Environment) -> tuple[int, int]:
    """Everything that the state knows. Raises NotReady where something is there that no state knows."""
    bucket, name = tools.state_bucket(environment), environment.name
    if not bucket.is_there():
        return 0, 0
    if bucket.state() is None:
        if bucket.lock() is not None or tools.bucket(environment).is_there():
            raise NotReady(
                f"Terraform was killed before it stored what it made for {name}.",
                hint=f"mwaactl unlock {name}, then mwaactl deploy {name}: it says what is there; delete that first",
            )
        return 0, 0
    agreed = replace(tools, confirm=lambda _question: None, show=lambda _data: None)
    result = destroy.run(agreed, [name])
    if result.errors:
        raise result.errors[0]
    [report] = [outcome.data for outcome in result.data if outcome.data]
    return report.deleted_resources, report.deleted_object_versions
