"""upgrade: another Airflow version in a running environment, in place."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mwaactl.errors import EnvironmentNotFound, Finding, NotReady, PolicyRefused
from mwaactl.model.options import options_difference
from mwaactl.model.plan import Plan, plan_from_json
from mwaactl.model.result import Result
from mwaactl.model.upgrade_path import PinChange, UpgradePath, Way, WorkerReplacement, not_kept, upgrade_path
from mwaactl.workflows.dags_check import require_sound
from mwaactl.workflows.looking import passing_plan
from mwaactl.workflows.plan import PlanReport, planned
from mwaactl.workflows.policy import judge, refusal
from mwaactl.workflows.tools import NOTHING_ALLOWED, Allowed, Question, Toolbox
from mwaactl.workflows.upgrade_check import changed_pins, require_importable
from mwaactl.workflows.upgrading import by_api, by_terraform, settled, with_version_agreed
from mwaactl.workflows.version_files import VersionFiles, heirs, tried, version_files

if TYPE_CHECKING:
    from mwaactl.adapters.terraform import Workspace
    from mwaactl.model.environment import Environment
    from mwaactl.model.live import LiveEnvironment


@dataclass(frozen=True)
class UpgradePreview:
    """What an upgrade would do, shown before the question.

    `plan` is Terraform's. For an upgrade by the API it is the plan for the version that runs, which must be empty.
    """

    environment: str
    path: UpgradePath
    plan: PlanReport | None
    pins: tuple[PinChange, ...] = ()
    heirs: tuple[str, ...] = ()


@dataclass(frozen=True)
class UpgradeReport:
    """What an upgrade did. `plan` is what was applied; for one by the API, what Terraform still wants to change."""

    environment: str
    target: str
    path: UpgradePath
    status: str
    airflow_version: str
    plan: Plan | None
    files: tuple[str, ...]
    heirs: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class Upgrade:
    """What was asked for: the names in `confirmed` were given on the command line.

    `imports`: the DAG files must import in the new Airflow, where names in `allow_missing` may be missing. With a
    `worker_replacement` the API does the upgrade, as provider 5.100.0 does not know it.
    """

    name: str
    version: str
    allowed: Allowed = NOTHING_ALLOWED
    confirmed: Collection[str] = ()
    skips_checks: bool = False
    imports: bool = True
    allow_missing: tuple[str, ...] = ()
    worker_replacement: WorkerReplacement | None = None


AnyUpgrade = Result[UpgradePreview] | Result[UpgradeReport]


def run(tools: Toolbox, asked: Upgrade, *, dry_run: bool = False) -> AnyUpgrade:
    """Upgrade one environment, or wait for the upgrade that an interrupted run began.

    Raises ConfigError for a version that MWAA does not offer, PolicyRefused for a way that it does not go, NotReady
    where nothing runs, EnvironmentFailed when AWS rolled it back.
    """
    began = time.monotonic()
    environment = tools.project.environment(asked.name)
    tools.stage(asked.name, "account")
    tools.account(environment).check_caller()
    if dry_run:
        live = _usable(environment, _live(tools, environment))
        path = _path(tools, environment, live, asked)
        return Result("upgrade", _looked(tools, asked, path))
    with tools.hold(environment, "upgrade") as workspace:
        found = _live(tools, environment)
        live = settled(tools, environment, found, "an update is under way: waiting for its end")
        files = version_files(tools, asked.name)
        has_waited = live != found
        if has_waited and live.airflow_version != asked.version:
            _report_rollback(tools, environment, files, live, asked.version)
        path = _path(tools, environment, _usable(environment, live), asked)
        followers = heirs(tools, asked.name)
        plan = None
        if path.way is not Way.NOTHING:
            plan = _Held(tools, asked, path, workspace, files, live).carry_out()
        else:
            environment, changed = files.write(asked.version)
            if changed or has_waited:
                plan = _recorded(tools, environment, workspace, asked)
        now = _live(tools, environment)
        report = UpgradeReport(
            environment=asked.name,
            target=tools.target.name,
            path=path,
            status=now.status,
            airflow_version=now.airflow_version,
            plan=plan,
            files=files.changed,
            heirs=followers,
            seconds=round(time.monotonic() - began, 1),
        )
    return Result("upgrade", report)


@dataclass(frozen=True)
class _Held:
    """One upgrade whose environment nobody else touches meanwhile. `live` is what ran before."""

    tools: Toolbox
    asked: Upgrade
    path: UpgradePath
    workspace: Workspace
    files: VersionFiles
    live: LiveEnvironment

    def carry_out(self) -> Plan:
        """Upgrade, and what Terraform planned; for the API's way, what it plans afterwards."""
        tools, asked, path = self.tools, self.asked, self.path
        said = tools.project.environment(asked.name).mwaa.airflow_version
        if said != path.before:  # as after a killed run whose upgrade AWS rolled back
            back = f"unless this upgrade succeeds, write {path.before} there, or the next deploy does it"
            tools.warn(asked.name, f"envs/{asked.name}.yaml says Airflow {said}, but {path.before} runs: {back}")
        for warning in path.warnings:
            tools.warn(asked.name, warning)
        _check(tools, asked)
        return self._through_api() if path.way is Way.API else self._through_terraform()

    def _through_terraform(self) -> Plan:
        tools, asked = self.tools, self.asked
        environment, _ = self.files.write(asked.version)
        is_agreed = False
        try:
            saved, report = planned(tools, environment, self.workspace, asked.allowed)
            report = replace(report, verdict=with_version_agreed(report.verdict))
            tools.show(_preview(tools, asked, self.path, report))
            if report.verdict.is_refused:
                raise refusal(report.verdict)
            if lost := not_kept(report.plan, asked.name, asked.allowed.replace):
                raise PolicyRefused(f"This is no upgrade of {asked.name} in place.", findings=lost, hint=lost[0].hint)
            _ask(tools, environment, asked, self.path)
            is_agreed = True
        finally:
            if not is_agreed:
                self.files.set_back()
        by_terraform(tools, environment, self.workspace, saved, self.files, self.live)
        return report.plan

    def _through_api(self) -> Plan:
        tools, asked, path = self.tools, self.asked, self.path
        preview = _looked(tools, replace(asked, skips_checks=True), path)
        tools.show(preview)
        if preview.plan and preview.plan.plan.changes:
            raise NotReady(
                f"The API changes nothing but the version, and other changes of {asked.name} are not deployed yet.",
                hint=f"with Airflow {path.before} in the YAML: mwaactl deploy {asked.name}; then upgrade",
            )
        environment = tools.project.environment(asked.name)
        _ask(tools, environment, asked, path)
        environment, _ = self.files.write(asked.version)
        by_api(tools, environment, self.files, self.live, path, asked.worker_replacement)
        return _recorded(tools, environment, self.workspace, asked)


def _recorded(tools: Toolbox, environment: Environment, workspace: Workspace, asked: Upgrade) -> Plan:
    """Put what AWS did into Terraform's state, unless Terraform still wants to change something; its plan."""
    saved, report = planned(tools, environment, workspace, asked.allowed)
    for finding in report.verdict.refusals:  # the plan before the upgrade was for the old version
        tools.warn(asked.name, f"policy refuses the next deploy: {finding.message} [{finding.id}]")
    if report.plan.changes:
        tools.warn(asked.name, f"Terraform still wants to change something: mwaactl deploy {asked.name}")
    else:
        tools.stage(asked.name, "record")
        workspace.apply(saved, tools.on_event)  # nothing but state and outputs
    return report.plan


def _looked(tools: Toolbox, asked: Upgrade, path: UpgradePath) -> UpgradePreview:
    """The plan, without a trace."""
    if path.way is Way.NOTHING:
        return UpgradePreview(asked.name, path, None)
    _check(tools, asked)
    version = path.before if path.way is Way.API else path.after
    with tried(tools, asked.name, version) as (trial, environment):
        with trial.hold(environment, "upgrade") as workspace:
            saved = passing_plan(trial, environment, workspace, "upgrade")
            plan = plan_from_json(asked.name, saved.document)
            verdict = with_version_agreed(judge(trial, environment, saved, asked.allowed))
        report = PlanReport(asked.name, plan, verdict, options_difference(saved.document))
    return _preview(tools, asked, path, report)


def _preview(tools: Toolbox, asked: Upgrade, path: UpgradePath, report: PlanReport) -> UpgradePreview:
    pins = changed_pins(tools, tools.project.environment(asked.name), path)
    return UpgradePreview(asked.name, path, report, pins, heirs(tools, asked.name))


def _check(tools: Toolbox, asked: Upgrade) -> None:
    """YAML, DAG files and requirements under the new version. Raises ConfigError, DagError."""
    with tried(tools, asked.name, asked.version) as (_trial, environment):
        if not asked.skips_checks:
            tools.stage(asked.name, "check")
            require_sound(tools, environment)
            if asked.imports:
                require_importable(tools, environment, asked.allow_missing)


def _live(tools: Toolbox, environment: Environment) -> LiveEnvironment:
    try:
        return tools.environments(environment).environment(environment.mwaa_name)
    except EnvironmentNotFound as error:
        name = environment.name
        raise NotReady(f'"{name}" is not deployed: nothing to upgrade.', hint=f"mwaactl deploy {name}") from error


def _usable(environment: Environment, live: LiveEnvironment) -> LiveEnvironment:
    if live.is_usable:
        return live
    raise NotReady(
        f'"{environment.name}" is {live.status}: only a running environment can be upgraded.',
        hint=f"mwaactl status {environment.name}",
        cause=live.last_update_error,
    )


def _path(tools: Toolbox, environment: Environment, live: LiveEnvironment, asked: Upgrade) -> UpgradePath:
    """The way from what really runs. Raises PolicyRefused where MWAA does not go it."""
    version = asked.version
    path = upgrade_path(live.airflow_version, version, tools.now().date())
    if path.way is Way.TERRAFORM and asked.worker_replacement:
        return replace(path, way=Way.API)
    if path.way is not Way.REFUSED:
        return path
    name = environment.name
    beside = f"build a second one beside it: mwaactl upgrade {name} {version} --blue-green NEW"
    through = f"go by way of {path.steps[0]}: mwaactl upgrade {name} {path.steps[0]}; or " if path.steps else ""
    what = f"MWAA does not go from Airflow {path.before} to {version} in place."
    finding = Finding("UPGRADE_PATH", environment.mwaa_name, what, f"{through}{beside}", environment=name)
    raise PolicyRefused(what, findings=[finding], hint=f"{through}{beside}")


def _report_rollback(
    tools: Toolbox, environment: Environment, files: VersionFiles, live: LiveEnvironment, version: str
) -> None:
    """Where the update that was waited for was this upgrade, begun by an interrupted run, and came to nothing."""
    from mwaactl.workflows.upgrading import rolled_back

    if live.last_update_error and environment.mwaa.airflow_version == version:
        raise rolled_back(tools, environment, files, live, version)


def _ask(tools: Toolbox, environment: Environment, asked: Upgrade, path: UpgradePath) -> None:
    name = environment.name
    if name in asked.confirmed:
        return
    how = "by UpdateEnvironment" if path.way is Way.API else "by Terraform"
    if asked.worker_replacement is WorkerReplacement.GRACEFUL:
        how += ", with up to 12 hours for tasks that run"
    text = f"Take {name} ({tools.target.name}) from Airflow {path.before} to {path.after}, {how}?"
    if not environment.protected:
        tools.confirm(Question(text))
        return
    if not tools.can_ask:
        finding = Finding("UPGRADE_PROTECTED", environment.mwaa_name, "is protected", environment=name)
        raise PolicyRefused(
            f'"{name}" is protected: upgrading it needs its name typed.',
            findings=[finding],
            hint=f"mwaactl upgrade {name} {path.after} --confirm {name}",
        )
    tools.confirm(Question(text, name=name))
