"""What has to be right before Terraform can plan: files, account, state bucket, an interrupted creation."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mwaactl.errors import EnvironmentNotFound, StateLocked
from mwaactl.workflows.tools import Question, Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.terraform import SavedPlan, Workspace
    from mwaactl.model.environment import Environment
    from mwaactl.model.live import LiveEnvironment

POLL_S = 15.0


def ensure_state_buckets(tools: Toolbox, environments: Sequence[Environment]) -> None:
    """Make the state buckets that are missing, after one question for all. Raises Aborted, AwsError."""
    found = [tools.state_bucket(environment) for environment in environments]
    buckets = {bucket.name: bucket for bucket in found}
    missing = [bucket for bucket in buckets.values() if not bucket.is_there()]
    if not missing:
        return
    names = "\n".join(f"  {bucket.name} (account {bucket.account.account_id})" for bucket in missing)
    tools.confirm(Question(f"Terraform's state bucket does not exist yet:\n{names}\nCreate it?"))
    for bucket in missing:
        bucket.create()


def write_inputs(tools: Toolbox, environment: Environment) -> None:
    """Write tfvars and backend file where they are stale, and build plugins.zip."""
    for file in tools.project.rendered(environment):
        if tools.project.write(file.path, file.text):
            tools.note(environment.name, f"rendered {file.path}: commit it")
    build_artifacts(tools, environment)


def build_artifacts(tools: Toolbox, environment: Environment) -> None:
    """Build plugins.zip, which the plan reads, in the environment's private folder."""
    from mwaactl.adapters.artifacts import build_plugins

    if environment.artifacts.plugins:
        target = tools.project.data_dir(environment.name) / "plugins.zip"
        build_plugins(tools.project.root, environment.artifacts.plugins, target, environment.artifacts.allow)


def make_plan(tools: Toolbox, environment: Environment, workspace: Workspace, *, destroy: bool = False) -> SavedPlan:
    """Check the account, initialise, plan. Raises CredentialsError, StateLocked, TerraformError."""
    from mwaactl.adapters.checkov import warm_up

    tools.stage(environment.name, "account")
    tools.account(environment).check_caller()
    try:
        workspace.init(tools.on_event)
        keep_interrupted_creation(tools, environment, workspace)
        tools.stage(environment.name, "plan")
        if not destroy:
            warm_up()
        return workspace.plan(tools.on_event, destroy=destroy)
    except StateLocked as error:
        raise explained(tools, environment, error) from error


def explained(tools: Toolbox, environment: Environment, error: StateLocked) -> StateLocked:
    """The same error, saying who holds the lock and what to do."""
    lock = tools.state_bucket(environment).lock()
    if lock is None:
        return StateLocked(
            f'The state of "{environment.name}" was locked, and is not any more.',
            diagnostics=error.diagnostics,
            hint="run the command again",
        )
    return StateLocked(
        f'The state lock of "{environment.name}" is held by {lock.who} for {lock.operation} since {lock.since} UTC.',
        hint=f"if that run is over or was killed: mwaactl unlock {environment.name}",
    )


def waited_out(tools: Toolbox, environment: Environment, status: str, why: str) -> LiveEnvironment:
    """The environment as soon as it is no longer in `status`; `why` is told when that is to wait for.

    Raises EnvironmentNotFound, and Aborted when the user presses Ctrl-C.
    """
    environments = tools.environments(environment)
    live = environments.environment(environment.mwaa_name)
    if live.status == status:
        tools.note(environment.name, why)
    while live.status == status:
        time.sleep(1.0 if tools.target.is_sandbox else POLL_S)
        tools.interrupt.check()
        live = environments.environment(environment.mwaa_name)
    return live


def keep_interrupted_creation(tools: Toolbox, environment: Environment, workspace: Workspace) -> None:
    """Spare an environment whose creation was interrupted, and which AWS went on to create.

    Terraform marks it as tainted and would delete and create it again: an hour lost, and a replacement that nobody
    asked for. So wait for AWS here, and take the mark away when the environment came up. One that failed stays marked:
    AWS lets nobody update an environment in CREATE_FAILED.
    """
    state = tools.state_bucket(environment).state()
    if state is None or not state.tainted_environments:
        return
    try:
        why = "AWS still creates the environment of an interrupted run: waiting for it"
        live = waited_out(tools, environment, "CREATING", why)
    except EnvironmentNotFound:
        return
    if live.is_usable:
        for address in state.tainted_environments:
            workspace.untaint(address)
        tools.note(environment.name, "kept the environment whose creation was interrupted: AWS has completed it")
