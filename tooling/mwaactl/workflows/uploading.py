"""The transfers of a publish: many at once, helpers before DAG files, with a rate."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from mwaactl.errors import AwsError, Bug
from mwaactl.model.progress import Moment, Progress
from mwaactl.model.publication import StoredObject, Wanted
from mwaactl.model.release import ReleasedFile
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.aws import Uploads
    from mwaactl.model.environment import Environment

UPLOADS_AT_ONCE = 16


def uploaded(
    tools: Toolbox, environment: Environment, files: Sequence[Wanted], check: Callable[[], None]
) -> dict[str, ReleasedFile]:
    """Upload the files, and say what lies where. `check` is called before each transfer, and may raise to end it all.

    No DAG file is sent before everything else is there: Airflow never imports a DAG before what the DAG imports.
    """
    from mwaactl.adapters.aws import Uploads

    uploads, folder = Uploads(tools.bucket(environment)), environment.mwaa.dag_s3_path
    began, sent, done = time.monotonic(), 0, {}

    def transfer(file: Wanted) -> tuple[StoredObject, str]:
        tools.interrupt.check()
        check()
        return _stored(uploads, f"{folder}/{file.path}", file)

    with ThreadPoolExecutor(UPLOADS_AT_ONCE, thread_name_prefix="upload") as pool:
        for group in (False, True):
            part = [file for file in files if file.is_dag is group]
            for file, (stored, version_id) in zip(part, pool.map(transfer, part), strict=True):
                done[stored.key] = ReleasedFile(file.digest, file.size, stored.etag, version_id, file.is_dag)
                sent += file.size
                rate = rate_text(len(done), sent, time.monotonic() - began)
                event = Progress(environment.name, Moment.RUNNING, rate, file.path, done=len(done), total=len(files))
                tools.on_event(event)
    if files:
        rate = rate_text(len(done), sent, time.monotonic() - began)
        tools.note(environment.name, f"uploaded {len(done)} {'file' if len(done) == 1 else 'files'}: {rate}")
    return done


def rate_text(files: int, size: int, seconds: float) -> str:
    """So many files and bytes in so many seconds, per second, in words."""
    per_second = size / max(seconds, 0.001)
    amount = f"{per_second / 1e6:.1f} MB/s" if per_second >= 1e6 else f"{per_second / 1e3:.1f} kB/s"
    return f"{files / max(seconds, 0.001):.0f} files/s, {amount}"


def _stored(uploads: Uploads, key: str, file: Wanted) -> tuple[StoredObject, str]:
    if file.version_id is not None:
        return uploads.bucket.restore(key, file.version_id, file.size)
    if file.read is None:
        raise Bug(f"{file.path} has neither bytes nor a version.")
    body = file.read()
    if hashlib.sha256(body).hexdigest() != file.digest:
        raise AwsError(f"{file.path} changed while it was being published.", hint="run the command again")
    return uploads.put(key, body, file.digest)
