"""plugins, requirements and startup script of an environment as files of the repository, where those moved on."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from mwaactl.errors import NotReady
from mwaactl.workflows.pinned import ArtifactChange, pinned, stale_artifacts
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.model.environment import Environment
    from mwaactl.model.live import LiveEnvironment

FILES = {"requirements": "requirements.txt", "startup_script": "startup.sh"}


@dataclass(frozen=True)
class ArtifactCopies:
    """What the YAML says of them, None for one that there is none of, and the files to write by their path."""

    settings: Mapping[str, str | None] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)


def artifact_copies(tools: Toolbox, source: Environment, live: LiveEnvironment, folder: str) -> ArtifactCopies:
    """Those that `source` runs otherwise than the repository has them, to be written below `folder`.

    Raises NotReady when a version that the environment runs is no longer in its bucket.
    """
    running = pinned(tools, source, tools.state_bucket(source).state())
    settings: dict[str, str | None] = {}
    files: dict[str, bytes] = {}
    for change in stale_artifacts(tools, source, running):
        if change.running is None:
            settings[change.name] = None
            continue
        body = _bytes(tools, source, live, change)
        if change.name == "plugins":
            settings[change.name] = f"{folder}/plugins"
            files |= {f"{folder}/plugins/{name}": content for name, content in _members(source, body)}
        else:
            settings[change.name] = f"{folder}/{FILES[change.name]}"
            files[f"{folder}/{FILES[change.name]}"] = body
    return ArtifactCopies(settings, files)


def _bytes(tools: Toolbox, source: Environment, live: LiveEnvironment, change: ArtifactChange) -> bytes:
    pin: Any = live.artifacts[change.name]
    body: bytes | None = tools.bucket(source).read(pin.key, pin.version_id)
    if body is None:
        raise NotReady(
            f"{source.name} runs {pin.key} of version {pin.version_id}, which is no longer in s3://{source.bucket_name}.",
            hint=f"mwaactl deploy {source.name} brings the repository's, then clone",
        )
    return body


def _members(source: Environment, body: bytes) -> list[tuple[str, bytes]]:
    """Files of a plugins.zip, none of which may lie outside of it. Raises NotReady for what is no archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = [one.filename for one in archive.infolist() if not one.is_dir()]
            outside = next(
                (name for name in names if PurePosixPath(name).is_absolute() or ".." in name.split("/")), None
            )
            if outside is None:
                return [(name, archive.read(name)) for name in names]
    except zipfile.BadZipFile:
        outside = "it is no zip archive"
    raise NotReady(f"plugins.zip of {source.name} cannot be unpacked: {outside}.")
