"""Has Airflow parsed what was published? Decided from the DAGs and import errors that its REST API tells.

MWAA copies changed objects from the bucket every 30 s (MWAA user guide), so a parse soon after a publish may still be
one of the old text. It counts when the file is new, when Airflow shows the very text, or when those 30 s are over.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mwaactl.model.airflow_dag import AirflowDag, ImportFailure
from mwaactl.model.release import Release

SYNC = timedelta(seconds=30)
_DEFINES_DAG = re.compile(rb"\bDAG\s*\(|@\s*(?:\w+\.)?dag\b|\bdag\s*=|dag_factory", re.IGNORECASE)


class ParseState(StrEnum):
    """Where a file is on its way into Airflow."""

    WAITING = "waiting"
    PARSED = "parsed"
    FAILED = "failed"
    NO_DAG = "no DAG"  # nothing in it looks like one, so Airflow will not tell that it was parsed


@dataclass(frozen=True)
class ParsedFile:
    """One file, relative to the DAG folder, with the DAGs that Airflow found in it."""

    path: str
    state: ParseState
    dag_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Awaited:
    """One file to wait for. A new one had no text before, so whatever Airflow says of it is about this one."""

    path: str
    digest: str
    is_new: bool


def awaited_files(release: Release, before: Release | None, folder: str) -> tuple[Awaited, ...]:
    """The DAG files that `release` brought; all of its DAG files where a module changed that they may import."""
    old = before.files if before else {}
    changed = {key for key, file in release.files.items() if key not in old or old[key].digest != file.digest}
    modules = {key for key in changed | (old.keys() - release.files.keys()) if key.endswith(".py")}
    has_helpers = any(not (release.files.get(key) or old[key]).is_dag for key in modules)
    wanted = [key for key, file in release.files.items() if file.is_dag and (has_helpers or key in changed)]
    cut = len(folder.strip("/")) + 1
    return tuple(Awaited(key[cut:], release.files[key].digest, key not in old) for key in sorted(wanted))


def parsed_files(
    awaited: Sequence[Awaited],
    dags: Sequence[AirflowDag],
    failures: Sequence[ImportFailure],
    since: datetime,
    sources: Mapping[str, bool],
    failing: Collection[str] = (),
) -> tuple[ParsedFile, ...]:
    """What has become of each awaited file. `sources` tells of DAG ids whether Airflow shows the published text.

    `failing` are the files that failed before: an import error of any other can only be one of the new text.
    """
    of_file: dict[str, list[AirflowDag]] = {}
    for dag in dags:
        of_file.setdefault(dag.file, []).append(dag)
    found = {failure.file: failure for failure in failures}
    files = []
    for file in awaited:
        failure = found.get(file.path)
        surely = since if file.is_new or file.path not in failing else since + SYNC
        has_failed = failure is not None and (failure.found_at is None or failure.found_at >= surely)
        files.append(_parsed(file, of_file.get(file.path, []), since, sources, has_failed=has_failed))
    return tuple(files)


def defines_dag(text: bytes) -> bool:
    """Does anything in the file look like the definition of a DAG?"""
    return bool(_DEFINES_DAG.search(text))


def _parsed(
    file: Awaited,
    dags: Sequence[AirflowDag],
    since: datetime,
    sources: Mapping[str, bool],
    *,
    has_failed: bool,
) -> ParsedFile:
    ids = tuple(dag.dag_id for dag in dags)
    surely = since if file.is_new else since + SYNC
    if has_failed:
        return ParsedFile(file.path, ParseState.FAILED, ids)
    if any((dag.parsed_at and dag.parsed_at >= surely) or sources.get(dag.dag_id) for dag in dags):
        return ParsedFile(file.path, ParseState.PARSED, ids)
    if file.is_new and dags:
        return ParsedFile(file.path, ParseState.PARSED, ids)
    return ParsedFile(file.path, ParseState.WAITING, ids)
