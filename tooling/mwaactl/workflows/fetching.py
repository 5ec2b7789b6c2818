"""Bytes of a release, brought here from its bucket, since no role may both read it and write to the other one."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mwaactl.model.progress import Moment, Progress
from mwaactl.model.release import Release, ReleasedFile
from mwaactl.workflows.restoring import all_gone
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.aws import Bucket
    from mwaactl.model.environment import Environment

READS_AT_ONCE = 16


@dataclass(frozen=True)
class Fetched:
    """A release in `bucket`, and the folder for its bytes: by digest, as keys are names that others gave."""

    bucket: Bucket
    release: Release
    folder: Path

    def read(self, file: ReleasedFile) -> bytes:
        """The bytes of a fetched file."""
        return (self.folder / file.digest).read_bytes()


def fetched(tools: Toolbox, source: Environment, there: Fetched, keys: Sequence[str]) -> None:
    """Bring the files at `keys` here, their digests verified. Raises NotReady when the bucket lacks some of them."""
    from mwaactl.adapters.contents import Contents

    contents = Contents(there.bucket)

    def fetch(key: str) -> str | None:
        tools.interrupt.check()
        file = there.release.files[key]
        body = contents.read(key, file)
        if body is None:
            return key
        (there.folder / file.digest).write_bytes(body)
        return None

    gone = []
    with ThreadPoolExecutor(READS_AT_ONCE, thread_name_prefix="fetch") as pool:
        for count, missing in enumerate(pool.map(fetch, keys), start=1):
            gone += [missing] if missing else []
            tools.on_event(
                Progress(source.name, Moment.RUNNING, "reading", there.release.id, done=count, total=len(keys))
            )
    if gone:
        raise all_gone(source, there.release, gone)
