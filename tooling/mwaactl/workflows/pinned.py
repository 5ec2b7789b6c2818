"""plugins.zip, requirements.txt and startup.sh: what an environment runs of them, against what the repository holds."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mwaactl.errors import AwsError, EnvironmentNotFound, NotReady
from mwaactl.model.release import ReleasedFile
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from pathlib import Path

    from mwaactl.model.environment import Environment
    from mwaactl.model.live import LiveEnvironment, Pin
    from mwaactl.model.state import State


@dataclass(frozen=True)
class Pinned:
    """What an environment runs. `artifacts` go by plugins, requirements and startup_script; empty without one."""

    airflow_version: str = ""
    dag_s3_path: str = ""
    artifacts: Mapping[str, ReleasedFile] = field(default_factory=dict)


@dataclass(frozen=True)
class ArtifactChange:
    """An artifact that is not what the environment runs. Digests are SHA-256; None where there is none."""

    name: str
    file: str | None
    digest: str | None
    running: str | None


def pinned(tools: Toolbox, environment: Environment, state: State | None) -> Pinned:
    """What the environment runs; nothing where there is none. Reads metadata, and bytes only of what nobody knows."""
    try:
        live = tools.environments(environment).environment(environment.mwaa_name)
    except EnvironmentNotFound:
        return Pinned()
    digests = state.object_digests if state else {}
    return Pinned(live.airflow_version, live.dag_s3_path, dict(_artifacts(tools, environment, live, digests)))


def check_folder(environment: Environment, running: Pinned) -> None:
    """Raises NotReady when the environment reads its DAGs from another folder than its YAML says."""
    configured = environment.mwaa.dag_s3_path
    if running.dag_s3_path.strip("/") not in ("", configured.strip("/")):
        raise NotReady(
            f"{environment.mwaa_name} reads DAGs from {running.dag_s3_path}, but its YAML says {configured}.",
            hint=f"mwaactl deploy {environment.name}",
        )


def stale_artifacts(tools: Toolbox, environment: Environment, running: Pinned) -> tuple[ArtifactChange, ...]:
    """What the repository holds otherwise than the environment runs it: only an update rolls it out."""
    if not running.airflow_version:
        return ()
    root, artifacts = tools.project.root, environment.artifacts
    names = {
        "plugins": artifacts.plugins,
        "requirements": artifacts.requirements,
        "startup_script": artifacts.startup_script,
    }
    found = []
    for name, file in names.items():
        digest = _digest(root, name, file, artifacts.allow) if file else None
        there = running.artifacts.get(name)
        if digest != (there.digest if there else None):
            found.append(ArtifactChange(name, file, digest, there.digest if there else None))
    return tuple(found)


def _artifacts(
    tools: Toolbox, environment: Environment, live: LiveEnvironment, digests: Mapping[str, str]
) -> list[tuple[str, ReleasedFile]]:
    found = []
    for name, pin in live.artifacts.items():
        known = digests.get(pin.version_id)
        found.append((name, ReleasedFile(known or _read_digest(tools, environment, pin), 0, "", pin.version_id, False)))
    return found


def _read_digest(tools: Toolbox, environment: Environment, pin: Pin) -> str:
    """The digest of an object that Terraform's state does not know: somebody pinned it by hand. Empty when gone."""
    try:
        body = tools.bucket(environment).read(pin.key, pin.version_id)
    except AwsError:
        return ""
    return hashlib.sha256(body).hexdigest() if body is not None else ""


def _digest(root: Path, name: str, file: str, allow: Sequence[str]) -> str:
    from mwaactl.adapters.artifacts import plugins_digest

    return (
        plugins_digest(root, file, allow)
        if name == "plugins"
        else hashlib.sha256((root / file).read_bytes()).hexdigest()
    )
