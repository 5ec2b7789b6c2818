"""Brings plugins.zip, requirements.txt and startup.sh from the bucket to the disk."""

from __future__ import annotations

import io
import shutil
import stat
import zipfile
from pathlib import Path, PurePosixPath

from mwaactl.sandbox.airflow.spec import Place, Spec, StartError
from mwaactl.sandbox.objects import NoSuchObjectError, object_at

FILES = {"Plugins": "plugins.zip", "Requirements": "requirements.txt", "StartupScript": "startup.sh"}


def fetch(spec: Spec, place: Place) -> None:
    """Put the pinned versions into `place.artifacts`, and the plugins into their folder. Raises StartError."""
    place.artifacts.mkdir(parents=True, exist_ok=True)
    for kind, name in FILES.items():
        path, target = spec.settings.get(f"{kind}S3Path"), place.artifacts / name
        target.unlink(missing_ok=True)
        if path:
            target.write_bytes(content(spec, path, spec.settings.get(f"{kind}S3ObjectVersion")))
    shutil.rmtree(place.plugins, ignore_errors=True)
    place.plugins.mkdir(parents=True)
    if spec.settings.get("PluginsS3Path"):
        unpack(place.artifacts / FILES["Plugins"], place.plugins)


def content(spec: Spec, path: str, version: str | None) -> bytes:
    """An object of the environment's bucket. Raises StartError."""
    try:
        return bytes(object_at(spec.account_id, f"s3://{spec.bucket}/{path}", version or None).value)
    except NoSuchObjectError as error:
        raise StartError(str(error)) from error


def unpack(archive: Path, folder: Path) -> None:
    """Unpack plugins.zip. Raises StartError for what is no archive, or leads out of the folder."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive.read_bytes())) as opened:
            for info in opened.infolist():
                _check(info)
            opened.extractall(folder)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
        raise StartError(f"{archive.name} cannot be unpacked: {error}") from error


def _check(info: zipfile.ZipInfo) -> None:
    path = PurePosixPath(info.filename)
    if path.is_absolute() or ".." in path.parts or stat.S_ISLNK(info.external_attr >> 16):
        raise StartError(f"plugins.zip holds {info.filename}, which leads out of its folder")
