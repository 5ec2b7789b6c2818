"""publish --wait: until Airflow has parsed the DAG files of a release, and what it could not import."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from mwaactl.errors import Aborted, AirflowError, DagError, Finding, NotReady
from mwaactl.model.airflow_dag import AirflowDag, ImportFailure
from mwaactl.model.parsing import Awaited, ParsedFile, ParseState, awaited_files, defines_dag, parsed_files
from mwaactl.model.progress import Moment, Progress
from mwaactl.workflows.airflow_access import Access, access, pause
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.model.environment import Environment
    from mwaactl.model.release import Release

TIMEOUT_S = 300.0
FIRST_POLL_S = 1.0
LONGEST_POLL_S = 5.0
MOST_SHOWN = 20  # files told one by one; of more, only their number
MOST_LOOKED_INTO = 20  # files and sources read per poll


@dataclass(frozen=True)
class ParseReport:
    """The files of a release as Airflow sees them, and the seconds waited."""

    release: str
    files: tuple[ParsedFile, ...]
    seconds: float


@dataclass
class Waiting:
    """What is known so far. `since` is when the wait began, by AWS's clock."""

    tools: Toolbox
    found: Access
    release: Release
    awaited: tuple[Awaited, ...]
    since: datetime
    sources: dict[str, bool] = field(default_factory=dict)
    without_dag: dict[str, bool] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    failing: frozenset[str] | None = None  # files that failed before; known after the first look

    def look(self) -> tuple[tuple[ParsedFile, ...], list[ImportFailure]]:
        """Ask Airflow once."""
        dags, failures = self.found.rest.dags(), self.found.rest.import_failures()
        if self.failing is None:
            old = (one for one in failures if one.found_at and one.found_at < self.since)
            self.failing = frozenset(failure.file for failure in old)
        files = parsed_files(self.awaited, dags, failures, self.since, self.sources, self.failing)
        if self._look_into(files, dags):
            files = parsed_files(self.awaited, dags, failures, self.since, self.sources, self.failing)
        files = tuple(
            replace(file, state=ParseState.NO_DAG)
            if file.state is ParseState.WAITING and self.without_dag.get(file.path)
            else file
            for file in files
        )
        self._tell(files)
        return files, failures

    def _look_into(self, files: tuple[ParsedFile, ...], dags: list[AirflowDag]) -> bool:
        """Compare texts of waiting files: Airflow 3 shows what it parsed. True when that told something."""
        digests = {file.path: file.digest for file in self.awaited}
        waiting = {file.path for file in files if file.state is ParseState.WAITING}
        shown = [dag for dag in dags if dag.file in waiting][:MOST_LOOKED_INTO]
        for dag in shown:
            text = self._source(dag.dag_id)
            self.sources[dag.dag_id] = (
                text is not None and hashlib.sha256(text.encode()).hexdigest() == digests[dag.file]
            )
        unknown = waiting - {dag.file for dag in dags} - self.without_dag.keys()
        bucket = self.tools.bucket(self.found.environment)
        for path in sorted(unknown)[:MOST_LOOKED_INTO]:
            key = f"{self.found.environment.mwaa.dag_s3_path}/{path}"
            text_there = bucket.read(key, self.release.files[key].version_id)
            self.without_dag[path] = text_there is not None and not defines_dag(text_there)
        return any(self.sources.get(dag.dag_id) for dag in shown)

    def _source(self, dag_id: str) -> str | None:
        try:
            return self.found.rest.source(dag_id)
        except AirflowError:  # not every Airflow role may read code: then only time can tell
            return None

    def _tell(self, files: tuple[ParsedFile, ...]) -> None:
        name, total = self.found.environment.name, len(files)
        settled = [file for file in files if file.state is not ParseState.WAITING]
        for file in settled:
            if file.path in self.told:
                continue
            self.told.add(file.path)
            if total <= MOST_SHOWN or file.state is ParseState.FAILED:
                moment = Moment.FAILED if file.state is ParseState.FAILED else Moment.DONE
                self.tools.on_event(Progress(name, moment, _words(file), file.path, done=len(settled), total=total))
        self.tools.on_event(Progress(name, Moment.RUNNING, "parsing", done=len(settled), total=total))


def wait_until_parsed(
    tools: Toolbox, environment: Environment, release: Release, *, timeout_s: float = TIMEOUT_S
) -> ParseReport:
    """Wait for the DAG files that `release` changed. Deleted ones are not waited for.

    Raises DagError for import errors in them, NotReady for those that Airflow has not parsed within `timeout_s`.
    """
    tools.stage(environment.name, "parse")
    found, began, poll_s = access(tools, environment.name), time.monotonic(), FIRST_POLL_S
    awaited = awaited_files(release, _before(tools, environment, release), environment.mwaa.dag_s3_path)
    waiting = Waiting(tools, found, release, awaited, found.rest.now() or tools.now())
    try:
        while True:
            files, failures = waiting.look()
            waited_s = time.monotonic() - began
            if all(file.state is not ParseState.WAITING for file in files):
                break
            if waited_s >= timeout_s:
                raise _too_late(environment, files, waited_s)
            pause(tools, min(poll_s, max(timeout_s - waited_s, 0.05)))
            poll_s = min(poll_s * 1.3, LONGEST_POLL_S)
    except (Aborted, KeyboardInterrupt) as error:
        hint = f"mwaactl dags list {environment.name} shows what Airflow made of it"
        raise Aborted(f"Interrupted. Release {release.id} is published all the same.", hint=hint) from error
    broken = {file.path for file in files if file.state is ParseState.FAILED}
    if broken:
        raise _import_errors(environment, release, [one for one in failures if one.file in broken])
    return ParseReport(release.id, files, waited_s)


def _before(tools: Toolbox, environment: Environment, release: Release) -> Release | None:
    from mwaactl.adapters.releases import Releases

    return Releases(tools.bucket(environment)).record(release.previous) if release.previous else None


def _words(file: ParsedFile) -> str:
    return f"parsed: {', '.join(file.dag_ids)}" if file.state is ParseState.PARSED else str(file.state.value)


def _too_late(environment: Environment, files: tuple[ParsedFile, ...], waited_s: float) -> NotReady:
    missing = [file.path for file in files if file.state is ParseState.WAITING]
    more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
    return NotReady(
        f"After {waited_s:.0f} s Airflow has not parsed {', '.join(missing[:3])}{more}. The release is published.",
        hint="it looks for new files every scheduler.dag_dir_list_interval (3: dag_processor.refresh_interval), "
        f"300 s unless set; .airflowignore may exclude them; mwaactl logs {environment.name} --type dag-processing",
    )


def _import_errors(environment: Environment, release: Release, failures: list[ImportFailure]) -> DagError:
    findings = [
        Finding(
            "DAG_IMPORT",
            failure.file,
            failure.message,
            hint=" < ".join(reversed(failure.frames)),
            environment=environment.name,
            file=f"{environment.artifacts.dags}/{failure.file}",
            line=failure.line,
        )
        for failure in failures
    ]
    count = f"{len(findings)} file" + ("s" if len(findings) > 1 else "")
    return DagError(
        f"Airflow cannot import {count} of release {release.id}.",
        findings=findings,
        hint=f"mend and publish again, or: mwaactl rollback {environment.name}",
    )
