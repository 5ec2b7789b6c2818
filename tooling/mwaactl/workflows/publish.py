"""publish: make the bucket's DAG files equal to the DAG folder's."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mwaactl.errors import NotReady
from mwaactl.model.bundle import Bundle, BundleFile
from mwaactl.model.progress import Moment, Progress
from mwaactl.model.release import PublishDifference, Release, ReleasedFile
from mwaactl.model.result import Result
from mwaactl.workflows.tools import Question, Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.aws import StoredObject
    from mwaactl.model.environment import Environment

UPLOADS_AT_ONCE = 16


@dataclass(frozen=True)
class Publication:
    """What is to be published, compared with what is there."""

    bundle: Bundle
    current: Release | None
    kept: dict[str, ReleasedFile]
    difference: PublishDifference


@dataclass(frozen=True)
class PublishReport:
    """What was, or with a dry run would be, published."""

    environment: str
    bucket: str
    release: str | None
    difference: PublishDifference
    is_dry_run: bool = False


def run(tools: Toolbox, name: str, *, dry_run: bool = False) -> Result[PublishReport]:
    """Publish the DAG files of one environment. Raises NotReady when its bucket does not exist yet."""
    environment = tools.project.environment(name)
    tools.account(environment).check_caller()
    state = tools.state_bucket(environment).state()
    if state is None or state.is_empty:
        raise NotReady(
            f'"{name}" is not deployed yet: there is no bucket to publish to.', hint=f"mwaactl deploy {name}"
        )
    if dry_run:
        publication = compared(tools, environment)
        current = publication.current.id if publication.current else None
        report = PublishReport(name, environment.bucket_name, current, publication.difference, is_dry_run=True)
        return Result("publish", report)
    with tools.hold(environment, "publish"):
        publication = compared(tools, environment)
        if not publication.difference.is_empty:
            tools.show(PublishReport(name, environment.bucket_name, None, publication.difference, is_dry_run=True))
            tools.confirm(Question(f"Publish this to {name}?"))
        return Result("publish", published(tools, environment, publication))


def compared(tools: Toolbox, environment: Environment, *, is_new: bool = False) -> Publication:
    """Compare the DAG folder with the bucket by digest; `is_new` says that the bucket does not exist yet."""
    from mwaactl.adapters.artifacts import read_bundle
    from mwaactl.adapters.releases import Releases

    artifacts = environment.artifacts
    owned_by_terraform = (artifacts.plugins, artifacts.requirements, artifacts.startup_script)
    bundle = read_bundle(tools.project.root, artifacts.dags, [path for path in owned_by_terraform if path])
    if is_new:
        return Publication(bundle, None, {}, PublishDifference(tuple(file.path for file in bundle.files), (), 0))
    bucket = tools.bucket(environment)
    current = Releases(bucket).current()
    there = bucket.objects(_key(environment, ""))
    known = current.files if current else {}
    kept = {
        key: known[key]
        for key, digest in ((_key(environment, file.path), file.digest) for file in bundle.files)
        if key in known and known[key].digest == digest and key in there and there[key].etag == known[key].etag
    }
    wanted = {_key(environment, file.path) for file in bundle.files}
    uploads = [file.path for file in bundle.files if _key(environment, file.path) not in kept]
    deletes = sorted(key for key in known if key not in wanted and key in there)
    return Publication(bundle, current, kept, PublishDifference(tuple(uploads), tuple(deletes), len(kept)))


def published(tools: Toolbox, environment: Environment, publication: Publication) -> PublishReport:
    """Upload helpers, then DAG files; then delete what was ours and is gone; then the record, the pointer last."""
    from mwaactl.adapters.git import current_commit
    from mwaactl.adapters.releases import Releases

    bucket, difference = tools.bucket(environment), publication.difference
    current = publication.current
    if current and difference.is_empty and current.digest == publication.bundle.digest:
        return PublishReport(environment.name, bucket.name, current.id, difference)
    tools.stage(environment.name, "publish")
    todo = set(difference.uploads)
    files = dict(publication.kept)
    ordered = [file for file in publication.bundle.in_upload_order() if file.path in todo]
    for is_dag in (False, True):
        files |= _uploaded(tools, environment, [file for file in ordered if file.is_dag is is_dag])
    bucket.delete(difference.deletes)
    now = tools.now()
    release = Release(
        id=f"{now:%Y%m%dT%H%M%S}-{publication.bundle.digest[:8]}",
        environment=environment.name,
        created_at=now.isoformat(timespec="seconds"),
        created_by=tools.user,
        commit=current_commit(tools.project.root),
        digest=publication.bundle.digest,
        files=files,
    )
    Releases(bucket).make_current(release)
    return PublishReport(environment.name, bucket.name, release.id, difference)


def _uploaded(tools: Toolbox, environment: Environment, files: Sequence[BundleFile]) -> dict[str, ReleasedFile]:
    bucket = tools.bucket(environment)
    folder = tools.project.root / environment.artifacts.dags

    def upload(file: BundleFile) -> tuple[StoredObject, str]:
        tools.interrupt.check()
        return bucket.put(_key(environment, file.path), (folder / file.path).read_bytes())

    done = {}
    with ThreadPoolExecutor(UPLOADS_AT_ONCE, thread_name_prefix="upload") as pool:
        for count, (file, (stored, version_id)) in enumerate(zip(files, pool.map(upload, files), strict=True), start=1):
            done[stored.key] = ReleasedFile(file.digest, file.size, stored.etag, version_id)
            event = Progress(environment.name, Moment.RUNNING, "uploading", file.path, done=count, total=len(files))
            tools.on_event(event)
    return done


def _key(environment: Environment, path: str) -> str:
    return f"{environment.mwaa.dag_s3_path}/{path}"
