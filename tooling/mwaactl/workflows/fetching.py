"""Bytes of a release, brought here from its bucket, since no role may both read it and write to the other one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mwaactl.errors import Finding
from mwaactl.model import catalog
from mwaactl.model.progress import Moment, Progress
from mwaactl.model.release import Release, ReleasedFile
from mwaactl.workflows.restoring import all_gone
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.aws import Bucket
    from mwaactl.model.environment import Environment

READS_AT_ONCE = 16
FOLDER = "dags"


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


def code_findings(there: Fetched, paths: Mapping[str, str], airflow_version: str) -> tuple[Finding, ...]:
    """What `mwaactl dags check` has against the fetched Python files on this Airflow: its syntax and lint stages."""
    from mwaactl.adapters.dags.folder import read_folder
    from mwaactl.adapters.dags.ruff import lint_findings
    from mwaactl.adapters.folder import found_below

    known = catalog.find_version(airflow_version)
    python = tuple(int(part) for part in known.python.split(".")) if known and known.python else None
    with TemporaryDirectory(prefix="check-", dir=there.folder) as root:
        for key, file in there.release.files.items():
            path = PurePosixPath(paths[key])
            is_inside = not path.is_absolute() and ".." not in path.parts
            if path.suffix == ".py" and is_inside and (there.folder / file.digest).is_file():
                target = Path(root) / FOLDER / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(there.read(file))
        if not (Path(root) / FOLDER).is_dir():
            return ()
        version = (python[0], python[1]) if python else None
        folder = read_folder(Path(root), FOLDER, found_below(Path(root), FOLDER, ()), version)
        names = {file.name for file in folder.python if file.is_python}
        major = int(airflow_version.partition(".")[0]) if known else 2
        return (*folder.findings, *lint_findings(Path(root), names, major, version))
