"""The DAGs of the current release: read from the bucket without running them, beside what Airflow sees."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mwaactl.errors import MwaactlError
from mwaactl.model.dags.sketch import FileSketch, sketch_of
from mwaactl.model.dashboard import DagFolder, DagPicture, Told
from mwaactl.workflows import dags_list
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.aws import Bucket
    from mwaactl.model.environment import Environment
    from mwaactl.model.release import Release, ReleasedFile
    from mwaactl.workflows.dags_list import DagsListing

READS_AT_ONCE = 16
MOST_READ = 300  # files of an environment: more of them make no page that anybody reads
LARGEST_READ = 1_000_000  # bytes of one file


@dataclass
class Reader:
    """Reads DAG files. What several environments run alike is read and parsed once, by its digest."""

    tools: Toolbox
    _sketches: dict[str, FileSketch] = field(default_factory=dict)

    def folder(self, environment: Environment, *, is_running: bool) -> Told[DagFolder]:
        """The DAGs of `environment`; Airflow is asked where it is running. Raises MwaactlError."""
        from mwaactl.adapters.releases import Releases

        current = Releases(self.tools.bucket(environment)).current()
        if current is None:
            return Told(missing=f"nothing is published yet: mwaactl publish {environment.name}")
        sketches = self._read(environment, current.release)
        listing, airflow = self._airflow(environment) if is_running else (None, "no Airflow is running")
        return Told(folder_of(sketches, listing, airflow))

    def _read(self, environment: Environment, release: Release) -> dict[str, FileSketch]:
        cut = len(environment.mwaa.dag_s3_path.strip("/")) + 1
        files = {key[cut:]: (key, file) for key, file in sorted(release.files.items()) if file.is_dag}
        bucket, chosen = self.tools.bucket(environment), list(files)[:MOST_READ]

        def read(path: str) -> FileSketch:
            self.tools.interrupt.check()
            key, file = files[path]
            known = self._sketches.get(f"{file.digest} {path}")
            return known or self._sketches.setdefault(f"{file.digest} {path}", _sketch(bucket, key, file, path))

        with ThreadPoolExecutor(READS_AT_ONCE, thread_name_prefix="dag-file") as pool:
            found = dict(zip(chosen, pool.map(read, chosen), strict=True))
        if left := len(files) - len(chosen):
            found[f"{left} more files"] = FileSketch(problem=f"are not read: {MOST_READ} is the most")
        return found

    def _airflow(self, environment: Environment) -> tuple[DagsListing | None, str]:
        try:
            return dags_list.run(self.tools, environment.name).data, ""
        except MwaactlError as error:  # its files can be shown all the same
            return None, error.what


def folder_of(sketches: dict[str, FileSketch], listing: DagsListing | None, airflow: str) -> DagFolder:
    """DAGs by id: those that the files plainly have, each with what Airflow says of it, and those it alone knows."""
    live = {dag.dag_id: dag for dag in (listing.dags if listing else ())}
    written = [dag for sketch in sketches.values() for dag in sketch.dags]
    named = {dag.dag_id for dag in written}
    pictures = [DagPicture(dag, live.get(dag.dag_id or "")) for dag in written]
    pictures += [DagPicture(None, dag) for dag in live.values() if dag.dag_id not in named]
    unread = tuple((path, sketch.problem) for path, sketch in sketches.items() if sketch.problem)
    return DagFolder(
        tuple(sorted(pictures, key=lambda one: (one.name is None, one.name or ""))),
        unread,
        listing.import_errors if listing else (),
        airflow,
    )


def _sketch(bucket: Bucket, key: str, file: ReleasedFile, path: str) -> FileSketch:
    if file.size > LARGEST_READ:
        return FileSketch(problem=f"is not read: it has {file.size / 1e6:.1f} MB")
    content = bucket.read(key, file.version_id)
    return FileSketch(problem="is no longer in the bucket") if content is None else sketch_of(content, path)
