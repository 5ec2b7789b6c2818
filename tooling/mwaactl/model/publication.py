"""What a publish would change: the wanted files against what lies in the bucket, by digest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mwaactl.model.release import Counts, ReleasedFile


@dataclass(frozen=True)
class StoredObject:
    """One object of a listing. The ETag is without quotes."""

    key: str
    etag: str
    size: int


@dataclass(frozen=True)
class Wanted:
    """One file as it shall lie in the bucket: its path below the DAG folder, SHA-256 digest and size in bytes.

    Its bytes come from `read` (a local file, another environment's bucket), or are version `version_id` of the same
    key of the same bucket, which S3 copies by itself.
    """

    path: str
    digest: str
    size: int
    is_dag: bool
    read: Callable[[], bytes] | None = None
    version_id: str | None = None


@dataclass(frozen=True)
class FileChange:
    """One file of a difference, by its key in the bucket. Sizes in bytes; None where there is no file."""

    key: str
    size: int | None = None
    size_before: int | None = None


@dataclass(frozen=True)
class PublishDifference:
    """What a publish would do. `overwritten` files are there already, and mwaactl did not publish them."""

    added: tuple[FileChange, ...] = ()
    changed: tuple[FileChange, ...] = ()
    overwritten: tuple[FileChange, ...] = ()
    deleted: tuple[FileChange, ...] = ()
    unchanged: int = 0

    @property
    def uploads(self) -> tuple[FileChange, ...]:
        """Everything to upload."""
        return self.added + self.changed + self.overwritten

    @property
    def counts(self) -> Counts:
        """How many files of each kind, for the record."""
        return Counts(len(self.added), len(self.changed) + len(self.overwritten), len(self.deleted))

    @property
    def is_empty(self) -> bool:
        """Is the bucket already as wanted?"""
        return not self.uploads and not self.deleted


@dataclass(frozen=True)
class Known:
    """What is known of a bucket before a publish.

    `ours` are the files of the current release, `there` what a listing shows. `written` is the journal of a publish
    that was killed: each key that it may have written, with the ETag that lay there before (None: nothing).
    """

    ours: Mapping[str, ReleasedFile]
    there: Mapping[str, StoredObject]
    written: Mapping[str, str | None]

    def is_ours(self, key: str) -> bool:
        """Did mwaactl publish what lies there?"""
        if key in self.ours:
            return True
        return key in self.written and key in self.there and self.there[key].etag != self.written[key]

    def kept(self, key: str, digest: str) -> ReleasedFile | None:
        """The released file at `key` when it has this digest and still lies there as released, untouched."""
        file, stored = self.ours.get(key), self.there.get(key)
        return file if file and stored and file.digest == digest and file.etag == stored.etag else None


def difference_of(wanted: Sequence[Wanted], folder: str, known: Known) -> PublishDifference:
    """Compare by digest, never by time stamp. Files that mwaactl did not publish are never among the deleted."""
    kinds: dict[str, list[FileChange]] = {"added": [], "changed": [], "overwritten": []}
    unchanged = 0
    for file in sorted(wanted, key=lambda file: file.path):
        key = f"{folder}/{file.path}"
        if known.kept(key, file.digest):
            unchanged += 1
            continue
        stored = known.there.get(key)
        kind = "added" if stored is None else "changed" if known.is_ours(key) else "overwritten"
        kinds[kind].append(FileChange(key, file.size, stored.size if stored else None))
    return PublishDifference(
        **{kind: tuple(files) for kind, files in kinds.items()},
        deleted=tuple(_deleted({f"{folder}/{file.path}" for file in wanted}, folder, known)),
        unchanged=unchanged,
    )


def _deleted(wanted: set[str], folder: str, known: Known) -> list[FileChange]:
    """Ours, there and not wanted. What a release put into another folder is not listed, and goes unseen."""
    found = []
    for key in sorted({*known.ours, *known.written} - wanted):
        if key in known.ours and (key in known.there or not key.startswith(f"{folder}/")):
            found.append(FileChange(key, size_before=known.ours[key].size))
        elif key in known.there and known.is_ours(key):
            found.append(FileChange(key, size_before=known.there[key].size))
    return found
