"""diff: two environments side by side. Changes nothing."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from mwaactl.errors import EnvironmentNotFound, MwaactlError
from mwaactl.model.comparison import Comparison
from mwaactl.model.result import Result
from mwaactl.model.sides import ARTIFACT_FILES, DIGEST_LENGTH, Deployment, Side, compare
from mwaactl.workflows import fleet
from mwaactl.workflows.plan import CHANGES_PENDING
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.model.environment import Environment


def run(
    tools: Toolbox,
    names: tuple[str, str],
    *,
    is_offline: bool = False,
    is_full: bool = False,
    detailed_exitcode: bool = False,
) -> Result[Comparison]:
    """Compare. An account that cannot be reached costs its part of the comparison, and a warning."""
    environments = tools.project.environments(names)
    outcomes = fleet.each(tools, environments, lambda environment: _side(tools, environment, is_offline))
    sides = [outcome.data for outcome in outcomes if outcome.data is not None]
    if errors := [outcome.error for outcome in outcomes if outcome.error is not None]:
        raise errors[0]
    whole = compare(sides[0], sides[1])
    code = CHANGES_PENDING if detailed_exitcode and whole.has_differences else 0
    return Result("diff", whole if is_full else whole.only_differences(), code)


def _side(tools: Toolbox, environment: Environment, is_offline: bool) -> Side:
    files = _files(tools, environment)
    if is_offline:
        return Side(environment, files, is_unknown=True)
    try:
        deployment = _deployment(tools, environment)
    except MwaactlError as error:
        tools.warn(environment.name, f"not looked at in AWS: {error.what}")
        return Side(environment, files, is_unknown=True, note=f"{environment.name}: not looked at in AWS: {error.what}")
    note = "" if deployment else f"{environment.name}: not deployed"
    return Side(environment, files, deployment, note=note)


def _deployment(tools: Toolbox, environment: Environment) -> Deployment | None:
    from mwaactl.adapters.releases import Releases

    tools.stage(environment.name, "account")
    tools.account(environment).check_caller()
    try:
        live = tools.environments(environment).environment(environment.mwaa_name)
    except EnvironmentNotFound:
        return None
    bucket = tools.bucket(environment)
    current = Releases(bucket).current()
    pins = live.artifacts
    contents = {key: bucket.read(pins[name].key) for name, key in ARTIFACT_FILES.items() if name in pins}
    return Deployment(
        live.status,
        live.airflow_version,
        live.environment_class,
        {key: _digest(content) for key, content in contents.items() if content is not None},
        current.release if current else None,
    )


def _files(tools: Toolbox, environment: Environment) -> dict[str, str | None]:
    """Digests of what the configuration names; equal content is equal, wherever it lies."""
    from mwaactl.adapters.artifacts import read_bundle

    root, artifacts = tools.project.root, environment.artifacts
    singles = {"requirements": artifacts.requirements, "startup_script": artifacts.startup_script}
    found = {name: _digest((root / path).read_bytes()) if path else None for name, path in singles.items()}
    plugins = (
        read_bundle(root, artifacts.plugins, (), artifacts.allow).digest[:DIGEST_LENGTH] if artifacts.plugins else None
    )
    owned = [path for path in (*singles.values(), artifacts.plugins) if path]
    dags = read_bundle(root, artifacts.dags, owned, artifacts.allow).digest[:DIGEST_LENGTH]
    return {**found, "plugins": plugins, "dags": dags}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:DIGEST_LENGTH]
