"""The upgrade itself, by Terraform or by the API, its wait, and what is left of one that failed."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from mwaactl.errors import ConfigError, EnvironmentFailed, Severity, TerraformError
from mwaactl.model.guards.upgrade import UPGRADE_ID
from mwaactl.workflows.apply import applied
from mwaactl.workflows.prepare import POLL_S
from mwaactl.workflows.setback import scheduler_log
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.terraform import SavedPlan, Workspace
    from mwaactl.model.environment import Environment
    from mwaactl.model.live import LiveEnvironment
    from mwaactl.model.upgrade_path import UpgradePath, WorkerReplacement
    from mwaactl.model.verdict import Verdict
    from mwaactl.workflows.version_files import VersionFiles

MOVING = ("CREATING_SNAPSHOT", "UPDATING", "ROLLING_BACK", "MAINTENANCE")
"""What AWS goes through in an update (user guide, "Upgrading the environment"); MAINTENANCE in a graceful one."""


def with_version_agreed(verdict: Verdict) -> Verdict:
    """The same, warning of the version instead of refusing it: it was named on the command line."""
    agreed = [replace(one, severity=Severity.LOW, hint="") for one in verdict.refusals if one.id == UPGRADE_ID]
    refusals = tuple(one for one in verdict.refusals if one.id != UPGRADE_ID)
    return replace(verdict, refusals=refusals, warnings=(*verdict.warnings, *agreed))


def settled(tools: Toolbox, environment: Environment, live: LiveEnvironment, why: str) -> LiveEnvironment:
    """The environment once no update is under way, telling every status. Raises Aborted, EnvironmentNotFound."""
    if live.status in MOVING:
        tools.note(environment.name, why)
    return _until_still(tools, environment, live)


def by_terraform(
    tools: Toolbox,
    environment: Environment,
    workspace: Workspace,
    saved: SavedPlan,
    files: VersionFiles,
    before: LiveEnvironment,
) -> None:
    """Apply the plan. Raises EnvironmentFailed, with the files set back, when AWS rolled the upgrade back."""
    version = environment.mwaa.airflow_version
    try:
        applied(tools, environment, workspace, saved)
    except TerraformError as error:
        live = tools.environments(environment).environment(environment.mwaa_name)
        live = settled(tools, environment, live, "waiting for the end of the update")
        if live.airflow_version == version:
            raise
        if live.last_update_error and live.last_update_at != before.last_update_at:
            raise rolled_back(tools, environment, files, live, version) from error
        files.set_back()
        raise


def by_api(
    tools: Toolbox,
    environment: Environment,
    files: VersionFiles,
    before: LiveEnvironment,
    path: UpgradePath,
    worker_replacement: WorkerReplacement | None = None,
) -> None:
    """UpdateEnvironment with the version alone, and wait. Raises AwsError, EnvironmentFailed, with the files set back.

    The update goes on at AWS when the user presses Ctrl-C: the files keep the new version then.
    """
    tools.stage(environment.name, "update")
    environments = tools.environments(environment)
    is_begun = False
    try:
        environments.update_version(environment.mwaa_name, path.after, worker_replacement)
        is_begun = True
    finally:
        if not is_begun:
            files.set_back()
    live = environments.environment(environment.mwaa_name)
    live = _until_still(tools, environment, live, before)
    if live.airflow_version != path.after:
        raise rolled_back(tools, environment, files, live, path.after)


def rolled_back(
    tools: Toolbox, environment: Environment, files: VersionFiles, live: LiveEnvironment, version: str
) -> EnvironmentFailed:
    """The error for an upgrade that came to nothing. Sets the files back to what runs."""
    name = environment.name
    files_say = f"envs/{name}.yaml says {live.airflow_version} again; "
    try:
        files.set_back(live.airflow_version)
    except ConfigError as error:  # why AWS rolled it back matters more
        files_say = f"write {live.airflow_version} into envs/{name}.yaml ({error.what}); "
    became = (
        f" and was rolled back: Airflow {live.airflow_version} runs as before"
        if live.is_usable
        else f", and so did the way back: the environment is {live.status}"
    )
    return EnvironmentFailed(
        f"The upgrade of {name} to Airflow {version} failed{became}.",
        cause=live.last_update_error,
        hint=f"{scheduler_log(tools, environment, live)} shows more; {files_say}"
        f"mend the cause, then mwaactl upgrade {name} {version}",
    )


def _until_still(
    tools: Toolbox, environment: Environment, live: LiveEnvironment, before: LiveEnvironment | None = None
) -> LiveEnvironment:
    """Wait while AWS is at work; with `before`, also until an operation shows that is younger than its last."""
    environments = tools.environments(environment)
    began, told = time.monotonic(), ""
    while live.status in MOVING or (before is not None and live.last_update_at == before.last_update_at):
        if live.status != told:
            told = live.status
            tools.note(environment.name, f"{told} ({time.monotonic() - began:.0f} s)")
        time.sleep(1.0 if tools.target.is_sandbox else POLL_S)
        tools.interrupt.check()
        live = environments.environment(environment.mwaa_name)
    return live
