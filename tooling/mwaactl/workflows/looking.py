"""A plan for the sake of looking: it writes nothing to AWS and nothing into the work tree, and is not kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mwaactl.model.redaction import secrets_in
from mwaactl.workflows import prepare
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from pathlib import Path

    from mwaactl.adapters.terraform import SavedPlan, Workspace
    from mwaactl.model.environment import Environment


def passing_plan(tools: Toolbox, environment: Environment, workspace: Workspace, purpose: str) -> SavedPlan:
    """Plan into a file of its own, named by `purpose`, which is gone when this returns.

    It takes no state lock, so a role that may only read is enough. The plan saved for `apply` stays.
    Raises CredentialsError, TerraformError.
    """
    tools.stage(environment.name, "account")
    tools.account(environment).check_caller()
    prepare.build_artifacts(tools, environment)
    own = with_fresh_inputs(tools, environment, workspace, purpose)
    own.init(tools.on_event)
    tools.stage(environment.name, "plan")
    out = workspace.data / f"{purpose}.tfplan"
    try:
        saved = own.plan(tools.on_event, lock=False, out=out, always_show=True)
    finally:
        out.unlink(missing_ok=True)  # it holds secrets, and is nothing to apply
    tools.hide(secrets_in(saved.document))
    return saved


def with_fresh_inputs(tools: Toolbox, environment: Environment, workspace: Workspace, purpose: str) -> Workspace:
    """The workspace reading fresh files: those that are stale in envs/ are rendered beside the plan instead."""
    root = tools.project.root
    stale = {file.path: file.text for file in tools.project.rendered(environment) if not tools.project.is_fresh(file)}

    def fresh(path: Path) -> Path:
        text = stale.get(path.relative_to(root).as_posix())
        if text is None:
            return path
        own = workspace.data / f"{purpose}.{path.name}"
        tools.project.write(own.relative_to(root).as_posix(), text)
        return own

    return replace(workspace, tfvars=fresh(workspace.tfvars), backend=fresh(workspace.backend))
