"""The engine of publish, rollback and promote: make the DAG files in the bucket equal to what is wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mwaactl.errors import Bug
from mwaactl.model.bundle import digest_of
from mwaactl.model.progress import Moment, Progress
from mwaactl.model.publication import Known, PublishDifference, StoredObject, Wanted, difference_of
from mwaactl.model.release import Origin, Release, ReleasedFile
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.releases import Current
    from mwaactl.model.environment import Environment

__all__ = ["Publication", "Wanted", "compared", "released"]

UPLOADS_AT_ONCE = 16


@dataclass(frozen=True)
class Publication:
    """What is wanted, compared with what is there. `kept` are the files that stay as they are, by key."""

    wanted: tuple[Wanted, ...]
    digest: str
    current: Current | None
    kept: Mapping[str, ReleasedFile] = field(default_factory=dict)
    difference: PublishDifference = field(default_factory=PublishDifference)


def compared(
    tools: Toolbox, environment: Environment, wanted: Sequence[Wanted], *, is_new: bool = False
) -> Publication:
    """Compare by digest with the bucket: its current record and one listing. `is_new`: there is no bucket yet."""
    from mwaactl.adapters.releases import Releases

    folder = environment.mwaa.dag_s3_path
    digest = digest_of((file.path, file.digest) for file in wanted)
    current, there = None, {}
    if not is_new:
        bucket = tools.bucket(environment)
        current, there = Releases(bucket).current(), bucket.objects(f"{folder}/")
    known = Known(current.release.files if current else {}, there, {})
    found = ((key, known.kept(key, file.digest)) for file in wanted for key in (f"{folder}/{file.path}",))
    kept = {key: file for key, file in found if file}
    return Publication(tuple(wanted), digest, current, kept, difference_of(wanted, folder, known))


def released(
    tools: Toolbox,
    environment: Environment,
    publication: Publication,
    *,
    origin: Origin,
    artifacts: Mapping[str, ReleasedFile] | None = None,
) -> Release:
    """Upload helpers, then DAG files; then delete what was ours and is gone; then the record, the pointer last.

    Where nothing differs, the current release stays. Raises Busy when somebody else publishes or has published.
    """
    from mwaactl.adapters.git import current_commit
    from mwaactl.adapters.releases import Releases

    bucket, difference, current = tools.bucket(environment), publication.difference, publication.current
    if current and difference.is_empty and current.release.digest == publication.digest:
        return current.release
    tools.stage(environment.name, "publish")
    caller = tools.account(environment).check_caller()
    todo = {change.key for change in difference.uploads}
    ordered = [file for file in publication.wanted if _key(environment, file) in todo]
    files = dict(publication.kept)
    for is_dag in (False, True):
        files |= _uploaded(tools, environment, [file for file in ordered if file.is_dag is is_dag])
    bucket.delete(change.key for change in difference.deleted)
    now = tools.now()
    release = Release(
        id=f"{now:%Y%m%dT%H%M%S}-{publication.digest[:8]}",
        environment=environment.name,
        created_at=now.isoformat(timespec="seconds"),
        created_by=tools.user,
        commit=current_commit(tools.project.root) if origin.kind == "publish" else None,
        digest=publication.digest,
        files=files,
        airflow_version=environment.mwaa.airflow_version,
        origin=origin,
        changed=difference.counts,
        artifacts=artifacts or {},
        caller=caller,
        previous=current.release.id if current else None,
    )
    Releases(bucket).make_current(release, current.etag if current else None)
    return release


def _uploaded(tools: Toolbox, environment: Environment, files: Sequence[Wanted]) -> dict[str, ReleasedFile]:
    done = {}
    with ThreadPoolExecutor(UPLOADS_AT_ONCE, thread_name_prefix="upload") as pool:
        stored = pool.map(lambda file: _stored(tools, environment, file), files)
        for count, (file, (found, version_id)) in enumerate(zip(files, stored, strict=True), start=1):
            done[found.key] = ReleasedFile(file.digest, file.size, found.etag, version_id, file.is_dag)
            event = Progress(environment.name, Moment.RUNNING, "uploading", file.path, done=count, total=len(files))
            tools.on_event(event)
    return done


def _stored(tools: Toolbox, environment: Environment, file: Wanted) -> tuple[StoredObject, str]:
    tools.interrupt.check()
    bucket, key = tools.bucket(environment), _key(environment, file)
    if file.version_id is not None:
        return bucket.restore(key, file.version_id, file.size)
    if file.read is None:
        raise Bug(f"{file.path} has neither bytes nor a version.")
    return bucket.put(key, file.read(), file.digest)


def _key(environment: Environment, file: Wanted) -> str:
    return f"{environment.mwaa.dag_s3_path}/{file.path}"
