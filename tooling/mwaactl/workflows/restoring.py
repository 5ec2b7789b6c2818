"""Releases that lie in a bucket already: which there are, whether their files still are, and how to want them again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from mwaactl.errors import NotReady
from mwaactl.model.history import History
from mwaactl.model.publication import Wanted
from mwaactl.model.release import Release, ReleasedFile

if TYPE_CHECKING:
    from mwaactl.adapters.aws import Bucket
    from mwaactl.model.environment import Environment

SHOWN_FILES = 5


@dataclass(frozen=True)
class Stock:
    """What a bucket still has of releases: versions of objects, and contents that were kept."""

    bucket: Bucket
    versions: frozenset[tuple[str, str]]
    digests: frozenset[str]

    def has(self, key: str, file: ReleasedFile) -> bool:
        """Are the bytes of this released file still there?"""
        return (key, file.version_id) in self.versions or file.digest in self.digests

    def gone(self, release: Release) -> tuple[str, ...]:
        """The files of a release whose bytes are no longer there."""
        return tuple(key for key, file in sorted(release.files.items()) if not self.has(key, file))

    def wanted(self, path: str, key: str, file: ReleasedFile) -> Wanted:
        """The file as it shall lie in the same bucket again: copied inside S3 while its version is there."""
        if (key, file.version_id) in self.versions:
            return Wanted(path, file.digest, file.size, file.is_dag, version_id=file.version_id)
        return Wanted(path, file.digest, file.size, file.is_dag, read=partial(kept_bytes, self.bucket, key, file))


def load_stock(environment: Environment, bucket: Bucket) -> Stock:
    """One listing of all versions of the DAG folder, one of what was kept."""
    from mwaactl.adapters.contents import Contents

    return Stock(bucket, bucket.versions(f"{environment.mwaa.dag_s3_path}/"), Contents(bucket).digests())


def load_history(environment: Environment, bucket: Bucket) -> History:
    """The releases of an environment. Raises RecordUnreadable when the current one cannot be read."""
    from mwaactl.adapters.releases import Releases

    releases = Releases(bucket)
    current = releases.current()
    return History(environment.name, releases.ids(), current.release if current else None, releases.record)


def check_bucket(environment: Environment, bucket: Bucket) -> None:
    """Raises NotReady when the environment has no bucket yet."""
    if not bucket.is_there():
        name = environment.name
        raise NotReady(f'"{name}" is not deployed yet: it has no bucket.', hint=f"mwaactl deploy {name}")


def paths_of(environment: Environment, release: Release) -> dict[str, str]:
    """Path below the DAG folder of each file of a release, by key. Raises NotReady for another folder than today's."""
    folder = f"{environment.mwaa.dag_s3_path}/"
    elsewhere = next((key for key in release.files if not key.startswith(folder)), None)
    if elsewhere is not None:
        raise NotReady(
            f"{release.id} lies in another folder than mwaa.dag_s3_path of today, {folder}: {elsewhere}.",
            hint=from_git(environment.name, release),
        )
    return {key: key.removeprefix(folder) for key in release.files}


def kept_bytes(bucket: Bucket, key: str, file: ReleasedFile) -> bytes:
    """The bytes of a released file, of the digest that the release says. Raises NotReady when they are gone."""
    from mwaactl.adapters.contents import Contents

    body = Contents(bucket).read(key, file)
    if body is None:
        raise NotReady(f"The bytes of {key}, version {file.version_id}, are no longer in s3://{bucket.name}.")
    return body


def all_gone(environment: Environment, release: Release, keys: Iterable[str]) -> NotReady:
    """The error for files of a release that nobody can bring back."""
    files = list(keys)
    more = f" and {len(files) - SHOWN_FILES} more" if len(files) > SHOWN_FILES else ""
    return NotReady(
        f"{release.id} cannot be restored: {', '.join(files[:SHOWN_FILES])}{more} of it are no longer in the bucket. "
        "Nothing was changed.",
        hint=from_git(environment.name, release),
        cause="their versions were deleted, by the bucket's lifecycle rule or by hand",
    )


def from_git(name: str, release: Release) -> str:
    """How to get a release again without the bucket."""
    commit, _, changes = (release.commit or "COMMIT").partition("+")
    unsaved = " (it was published with uncommitted changes, which git does not have)" if changes else ""
    return f"git checkout {commit} && mwaactl publish {name}{unsaved}"
