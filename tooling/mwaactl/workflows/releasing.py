"""The engine of publish, rollback and promote: make the DAG files in the bucket equal to what is wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from mwaactl.errors import Busy
from mwaactl.model.bundle import digest_of
from mwaactl.model.publication import Known, PublishDifference, StoredObject, Wanted, difference_of
from mwaactl.model.release import CURRENT_KEY, Origin, Release, ReleasedFile
from mwaactl.workflows.retention import keep_replaced, remove_old
from mwaactl.workflows.tools import Toolbox
from mwaactl.workflows.uploading import uploaded

if TYPE_CHECKING:
    from mwaactl.adapters.aws import Bucket
    from mwaactl.adapters.releases import Current
    from mwaactl.model.claim import SeenClaim
    from mwaactl.model.environment import Environment

__all__ = ["Publication", "Wanted", "compared", "released", "seen_in_bucket"]


@dataclass(frozen=True)
class Publication:
    """What is wanted, compared with what is there. `kept` are the files that stay as they are, by key.

    `journal` maps what is going to be written, and no release has, to the ETag of what lies there now; `dead` is the
    claim of a run that was killed.
    """

    wanted: tuple[Wanted, ...]
    digest: str
    current: Current | None = None
    kept: Mapping[str, ReleasedFile] = field(default_factory=dict)
    difference: PublishDifference = field(default_factory=PublishDifference)
    journal: Mapping[str, str | None] = field(default_factory=dict)
    dead: SeenClaim | None = None

    @property
    def is_released(self) -> bool:
        """Is the current release just this, untouched?"""
        is_same = self.current is not None and self.current.release.digest == self.digest
        return is_same and self.difference.is_empty and self.dead is None


@dataclass(frozen=True)
class Seen:
    """What is in the bucket: its current release, one listing, and the claim of a run that was killed."""

    current: Current | None
    there: Mapping[str, StoredObject]
    dead: SeenClaim | None


def seen_in_bucket(tools: Toolbox, environment: Environment, *, is_dry_run: bool = False) -> Seen:
    """Look into the bucket. Raises Busy when somebody else publishes; with `is_dry_run` that is only told."""
    from mwaactl.adapters.releases import Releases

    bucket = tools.bucket(environment)
    with ThreadPoolExecutor(2, thread_name_prefix="compare") as pool:
        listing = pool.submit(bucket.objects, f"{environment.mwaa.dag_s3_path}/")
        current = pool.submit(Releases(bucket).current)
        dead = _dead(tools, environment, bucket, is_dry_run=is_dry_run)
        return Seen(current.result(), listing.result(), dead)


def compared(
    tools: Toolbox,
    environment: Environment,
    wanted: Sequence[Wanted],
    *,
    is_new: bool = False,
    is_dry_run: bool = False,
    seen: Seen | None = None,
) -> Publication:
    """Compare by digest with what is `seen` in the bucket, if need be after a look. `is_new`: there is no bucket yet.

    Raises Busy as `seen_in_bucket` does.
    """
    folder = environment.mwaa.dag_s3_path
    digest = digest_of((file.path, file.digest) for file in wanted)
    if is_new:
        return Publication(tuple(wanted), digest, difference=difference_of(wanted, folder, Known({}, {}, {})))
    seen = seen or seen_in_bucket(tools, environment, is_dry_run=is_dry_run)
    current, there, dead = seen.current, seen.there, seen.dead
    known = Known(current.release.files if current else {}, there, dead.claim.journal if dead else {})
    found = ((key, known.kept(key, file.digest)) for file in wanted for key in (f"{folder}/{file.path}",))
    kept = {key: file for key, file in found if file}
    difference = difference_of(wanted, folder, known)
    unknown = [change.key for change in difference.uploads if change.key not in known.ours]
    journal = {key: there[key].etag if key in there else None for key in unknown}
    return Publication(tuple(wanted), digest, current, kept, difference, journal, dead)


def released(
    tools: Toolbox,
    environment: Environment,
    publication: Publication,
    *,
    origin: Origin,
    artifacts: Mapping[str, ReleasedFile] | None = None,
    airflow_version: str = "",
    commit: str | None = None,
) -> Release:
    """Upload helpers, then DAG files; then delete what was ours and is gone; then the record, the pointer last.

    Where nothing differs, the current release stays. A run that is killed on the way leaves a claim with a journal,
    from which the next one cleans up. `airflow_version` is what the environment runs, if not what its YAML says;
    `commit` that of the files, if not the one of the work tree. What is replaced is kept, old releases are removed.
    Raises Busy when somebody else publishes, or has published since the comparison.
    """
    from mwaactl.adapters.claim import claiming, this_owner
    from mwaactl.adapters.git import current_commit
    from mwaactl.adapters.releases import Releases

    current = publication.current
    if current and publication.is_released:
        return current.release
    tools.stage(environment.name, "publish")
    bucket, now = tools.bucket(environment), tools.now()
    since = now.isoformat(timespec="seconds")
    with (
        ThreadPoolExecutor(2, thread_name_prefix="aside") as aside,
        claiming(
            bucket,
            this_owner(tools.user),
            publication.journal,
            command=origin.kind,
            since=since,
            dead=publication.dead,
        ) as claim,
    ):
        head = aside.submit(current_commit, tools.project.root) if origin.kind == "publish" else None
        keeping = aside.submit(keep_replaced, tools, environment, publication)
        _check_pointer(environment, bucket, current)
        files = {**publication.kept, **uploaded(tools, environment, _to_upload(environment, publication), claim.check)}
        claim.check()
        bucket.delete(change.key for change in publication.difference.deleted)
        release = Release(
            id=f"{now:%Y%m%dT%H%M%S}-{publication.digest[:8]}",
            environment=environment.name,
            created_at=since,
            created_by=tools.user,
            commit=head.result() if head else commit,
            digest=publication.digest,
            files=files,
            airflow_version=airflow_version or environment.mwaa.airflow_version,
            origin=origin,
            changed=publication.difference.counts,
            artifacts=artifacts or {},
            caller=tools.account(environment).check_caller(),
            previous=current.release.id if current else None,
        )
        keeping.result()
        claim.check()
        release = Releases(bucket).make_current(release, current.etag if current else None)
        remove_old(tools, environment, release, current.release if current else None)
        return release


def _dead(tools: Toolbox, environment: Environment, bucket: Bucket, *, is_dry_run: bool) -> SeenClaim | None:
    from mwaactl.adapters.claim import find_claim, without_owner

    if not is_dry_run:
        return without_owner(bucket, partial(tools.note, environment.name), tools.interrupt.check)
    seen = find_claim(bucket)
    if seen and not seen.claim.is_over:
        tools.warn(environment.name, f"published at the moment, or killed on the way: {seen.claim.holder}")
    return seen


def _check_pointer(environment: Environment, bucket: Bucket, current: Current | None) -> None:
    """Raises Busy when the current release is not the one that was compared with."""
    pointer = bucket.fetch(CURRENT_KEY)
    if (pointer.etag if pointer else None) != (current.etag if current else None):
        raise Busy(f'Somebody else published to "{environment.name}" meanwhile.', hint="run the command again")


def _to_upload(environment: Environment, publication: Publication) -> list[Wanted]:
    todo = {change.key for change in publication.difference.uploads}
    return [file for file in publication.wanted if f"{environment.mwaa.dag_s3_path}/{file.path}" in todo]
