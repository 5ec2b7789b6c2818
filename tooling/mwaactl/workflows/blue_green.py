"""upgrade --blue-green: a second environment with the other Airflow, verified, and the steps to it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mwaactl.errors import ConfigError, NotReady
from mwaactl.model.clone import CloneWish
from mwaactl.model.cutover import Side, Step, cutover
from mwaactl.model.plan import Plan, plan_from_json
from mwaactl.model.result import Result
from mwaactl.workflows import clone
from mwaactl.workflows.clone import ClonePreview, CloneReport
from mwaactl.workflows.clone_files import STAGES, check_new_name
from mwaactl.workflows.deploy import verified
from mwaactl.workflows.looking import passing_plan
from mwaactl.workflows.tools import NOTHING_ALLOWED, Allowed, Toolbox
from mwaactl.workflows.upgrade_check import require_importable
from mwaactl.workflows.version_files import tried

if TYPE_CHECKING:
    from mwaactl.model.environment import Environment
    from mwaactl.model.live import LiveEnvironment

TIME_TO_LIVE = "14d"
"""Until it is made to stay, the new environment is a clone as any other: policy wants an end of it (CKV_MWAA_21)."""


@dataclass(frozen=True)
class BlueGreen:
    """What was asked for: `name` stays as it is, `new` is made with `version`, where the DAGs must import first."""

    name: str
    version: str
    new: str
    allowed: Allowed = NOTHING_ALLOWED
    copies_objects: bool = True
    imports: bool = True
    allow_missing: tuple[str, ...] = ()

    @property
    def wish(self) -> CloneWish:
        """The clone that it is."""
        return CloneWish(
            self.name,
            self.new,
            airflow_version=self.version,
            ttl=TIME_TO_LIVE,
            copies_objects=self.copies_objects,
        )


@dataclass(frozen=True)
class BlueGreenReport:
    """The new environment as verified, and the steps to it.

    `clone` is None where the environment was complete before; `plan` is what Terraform still wants to change in it.
    """

    environment: str
    new: str
    target: str
    before: str
    airflow_version: str
    status: str
    plan: Plan
    clone: CloneReport | None
    steps: tuple[Step, ...]
    seconds: float = 0.0


AnyBlueGreen = Result[ClonePreview] | Result[BlueGreenReport]


def run(tools: Toolbox, asked: BlueGreen, *, dry_run: bool = False) -> AnyBlueGreen:
    """Build it, or go on; where it is complete, only verify and say the steps. Raises what clone raises."""
    began = time.monotonic()
    source = tools.project.environment(asked.name)
    if source.mwaa.airflow_version == asked.version:
        raise ConfigError(
            f"envs/{asked.name}.yaml says Airflow {asked.version} already.", hint=f"mwaactl status {asked.name}"
        )
    check_new_name(asked.new)  # before the import, which takes longer than a typo deserves
    is_complete = _is_complete(tools, asked)
    if asked.imports and not is_complete:
        with tried(tools, asked.name, asked.version) as (_trial, environment):
            tools.stage(asked.name, "check")
            require_importable(tools, environment, asked.allow_missing)
    if dry_run:
        shown = clone.run(tools, asked.wish, allowed=asked.allowed, dry_run=True)
        assert isinstance(shown.data, ClonePreview)
        return Result("upgrade", shown.data)
    made = None if is_complete else clone.run(tools, asked.wish, allowed=asked.allowed).data
    assert not isinstance(made, ClonePreview)
    new = tools.project.environment(asked.new)
    status, plan = _verified(tools, new, asked)
    old = tools.environments(source).environment(source.mwaa_name)
    left = made.copies.left if made and made.copies else ()
    report = BlueGreenReport(
        environment=asked.name,
        new=asked.new,
        target=tools.target.name,
        before=old.airflow_version,
        airflow_version=status.airflow_version,
        status=status.status,
        plan=plan,
        clone=made,
        steps=cutover(
            _side(source, old),
            _side(new, status),
            tuple(f"{one.kind} {one.name}" for one in left),
            sandbox=tools.target.is_sandbox,
        ),
        seconds=round(time.monotonic() - began, 1),
    )
    return Result("upgrade", report)


def _is_complete(tools: Toolbox, asked: BlueGreen) -> bool:
    """Was exactly this clone made before?"""
    from mwaactl.adapters.clone_records import load_clone

    record = load_clone(tools.data(asked.new)) if asked.new in tools.project.environment_names() else None
    return record is not None and set(STAGES) <= set(record.stages) and record.wish == asked.wish


def _verified(tools: Toolbox, new: Environment, asked: BlueGreen) -> tuple[LiveEnvironment, Plan]:
    """It runs the version, and Terraform has nothing to change. Raises EnvironmentFailed, NotReady."""
    live = verified(tools, new)
    if live.airflow_version != asked.version:
        raise NotReady(
            f"{new.name} runs Airflow {live.airflow_version}, not {asked.version}.",
            hint=f"mwaactl diff {asked.name} {new.name}",
        )
    with tools.hold(new, "upgrade") as workspace:
        saved = passing_plan(tools, new, workspace, "upgrade")
    plan = plan_from_json(new.name, saved.document) if saved.has_changes else Plan(new.name, ())
    if not plan.is_empty:
        tools.warn(new.name, f"Terraform still wants to change something: mwaactl deploy {new.name}")
    return live, plan


def _side(environment: Environment, live: LiveEnvironment) -> Side:
    return Side(
        environment.name,
        environment.mwaa_name,
        live.airflow_version,
        environment.bucket_name,
        live.execution_role,
        (live.webserver_url or "").removeprefix("https://"),
        environment.protected,
    )
