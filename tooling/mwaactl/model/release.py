"""The record of one publish, kept in the environment's bucket."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

PREFIX = ".mwaactl/"
CURRENT_KEY = f"{PREFIX}current.json"
FORMAT_VERSION = 1


@dataclass(frozen=True)
class ReleasedFile:
    """One published file: SHA-256 digest, size in bytes, and the S3 version that holds exactly these bytes."""

    digest: str
    size: int
    etag: str
    version_id: str


@dataclass(frozen=True)
class Release:
    """Who published what, when, from which commit. `files` maps S3 keys to what lies there."""

    id: str
    environment: str
    created_at: str
    created_by: str
    commit: str | None
    digest: str
    files: Mapping[str, ReleasedFile]

    @property
    def key(self) -> str:
        """Where the record lies in the bucket."""
        return f"{PREFIX}releases/{self.id}.json"

    def to_json(self) -> bytes:
        """The record as stored."""
        document = asdict(self) | {"format_version": FORMAT_VERSION}
        return json.dumps(document, indent=1, sort_keys=True).encode()


def release_from_json(text: bytes) -> Release:
    """Read a stored record. Raises ValueError when it is not one that this version knows."""
    document = json.loads(text)
    if document.pop("format_version", None) != FORMAT_VERSION:
        raise ValueError("unknown format_version")
    files = {key: ReleasedFile(**file) for key, file in document.pop("files").items()}
    return Release(files=files, **document)


@dataclass(frozen=True)
class PublishDifference:
    """What a publish would do: bundle paths to upload, keys to delete, and how many stay as they are."""

    uploads: tuple[str, ...]
    deletes: tuple[str, ...]
    unchanged: int

    @property
    def is_empty(self) -> bool:
        """Is the bucket already as wanted?"""
        return not self.uploads and not self.deletes
