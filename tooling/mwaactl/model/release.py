"""The record of one publish, kept in the environment's bucket."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

PREFIX = ".mwaactl/"
RECORDS = f"{PREFIX}releases/"
CURRENT_KEY = f"{PREFIX}current.json"
FORMAT_VERSION = 2


@dataclass(frozen=True)
class ReleasedFile:
    """One published file: SHA-256 digest, size in bytes, and the S3 version that holds exactly these bytes."""

    digest: str
    size: int
    etag: str
    version_id: str
    is_dag: bool = True


@dataclass(frozen=True)
class Origin:
    """Where a release came from: the DAG folder (`publish`), an earlier `release` (`rollback`) or that of another
    `environment` (`promote`).
    """

    kind: str = "publish"
    release: str | None = None
    environment: str | None = None


@dataclass(frozen=True)
class Counts:
    """How many files a release added, changed and deleted."""

    added: int = 0
    changed: int = 0
    deleted: int = 0


@dataclass(frozen=True)
class Release:
    """Who published what, when, from which commit. `files` maps S3 keys to what lies there.

    `caller` is the ARN of the AWS credentials, `previous` the id of the release before, and `artifacts` what the
    environment ran as plugins, requirements and startup_script at that moment, for comparison only.
    """

    id: str
    environment: str
    created_at: str
    created_by: str
    commit: str | None
    digest: str
    files: Mapping[str, ReleasedFile]
    airflow_version: str = ""
    origin: Origin = field(default_factory=Origin)
    changed: Counts = field(default_factory=Counts)
    artifacts: Mapping[str, ReleasedFile] = field(default_factory=dict)
    caller: str = ""
    previous: str | None = None

    @property
    def key(self) -> str:
        """Where the record lies in the bucket."""
        return key_of(self.id)

    def to_json(self) -> bytes:
        """The record as stored."""
        document = asdict(self) | {"format_version": FORMAT_VERSION}
        return json.dumps(document, indent=1, sort_keys=True).encode()


def key_of(release_id: str) -> str:
    """Where the record of this release lies in the bucket."""
    return f"{RECORDS}{release_id}.json"


def release_from_json(text: bytes) -> Release:
    """Read a stored record, of version 1 too. Raises ValueError when it is not one that this version knows."""
    document = json.loads(text)
    version = document.pop("format_version", None)
    if version not in (1, FORMAT_VERSION):
        raise ValueError("unknown format_version")
    files = _files(document.pop("files"))
    if version == 1:
        return Release(files=files, **document)
    return Release(
        files=files,
        artifacts=_files(document.pop("artifacts")),
        origin=Origin(**document.pop("origin")),
        changed=Counts(**document.pop("changed")),
        **document,
    )


def age_s(created_at: str, now: datetime) -> float | None:
    """Seconds since an ISO time with an offset; None when it is no such time."""
    try:
        return max(0.0, (now - datetime.fromisoformat(created_at)).total_seconds())
    except (TypeError, ValueError):
        return None


def _files(document: Mapping[str, Any]) -> dict[str, ReleasedFile]:
    return {key: ReleasedFile(**{"is_dag": key.endswith(".py"), **file}) for key, file in document.items()}
