"""Plans that are made by one machine and applied by another, as in a pipeline with an approval between the two.

A stored plan belongs to one commit. `apply --stored` takes that of the commit that is checked out, and then asks the
same of it as of any saved plan: configuration, artifacts, Terraform code and state as they were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mwaactl.errors import ConfigError, NotReady, StalePlan
from mwaactl.workflows import prepare
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.stored_plans import StoredPlans
    from mwaactl.adapters.terraform import SavedPlan, Workspace
    from mwaactl.model.environment import Environment


def committed(tools: Toolbox) -> str:
    """The commit that is checked out. Raises ConfigError when files differ from it, or when there is none."""
    from mwaactl.adapters.git import current_commit

    commit = current_commit(tools.project.root)
    if commit is None:
        raise ConfigError(
            "A stored plan belongs to a commit, and git finds none here.", hint="run it in a clone that has commits"
        )
    if not commit.isalnum():
        raise ConfigError(
            f"A stored plan belongs to a commit, and the files here differ from {commit[:12]}.",
            hint="git status shows them; commit or remove them (rendered files as well), then plan again",
        )
    return commit


def store(tools: Toolbox, environment: Environment, workspace: Workspace, saved: SavedPlan, commit: str) -> None:
    """Store the plan just saved as that of `commit`. Raises ConfigError when the files are not (any more) the commit's.

    Rendering may have changed files since the run began: the plan would be of something that is in no commit.
    """
    from mwaactl.adapters.plan_records import load_record

    record = load_record(workspace.data)
    if committed(tools) != commit or record is None:
        raise ConfigError("Another commit was checked out while the plan was made.", hint="plan again")
    tools.stage(environment.name, "store")
    _stored_plans(tools, environment).store(commit, saved.path, record)
    tools.note(environment.name, f"stored the plan of {commit[:12]}: mwaactl apply {environment.name} --stored")


def fetch(tools: Toolbox, environment: Environment, workspace: Workspace) -> str:
    """Make the stored plan of the present commit the saved one, ready to be applied. Returns the commit.

    Raises ConfigError where there is no clean commit, StalePlan when no plan of it is stored.
    """
    commit = committed(tools)
    tools.account(environment).check_caller()
    if not tools.state_bucket(environment).is_there():  # never from a bucket of somebody else with that name
        raise NotReady("Terraform's state bucket does not exist yet.", hint=f"mwaactl plan {environment.name} --store")
    tools.stage(environment.name, "fetch")
    if not _stored_plans(tools, environment).fetch(commit, workspace.plan_file):
        raise StalePlan(
            f'There is no stored plan of "{environment.name}" for commit {commit[:12]}.',
            hint=f"mwaactl plan {environment.name} --store",
        )
    prepare.build_artifacts(tools, environment)
    workspace.init(tools.on_event)
    return commit


def remove(tools: Toolbox, environment: Environment, commit: str) -> None:
    """Forget the stored plan of `commit` once it is applied: plans hold secrets."""
    _stored_plans(tools, environment).remove(commit)


def _stored_plans(tools: Toolbox, environment: Environment) -> StoredPlans:
    from mwaactl.adapters.aws import Bucket
    from mwaactl.adapters.stored_plans import StoredPlans

    bucket = Bucket(tools.account(environment), tools.project.state_bucket(environment))
    return StoredPlans(bucket, f"{environment.state_key.rpartition('/')[0]}/plans")
