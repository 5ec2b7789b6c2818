"""releases: what was published, by whom and when, and what two releases differ in. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from mwaactl.errors import NotReady, RecordUnreadable
from mwaactl.model.history import History, in_order, unfinished
from mwaactl.model.release import Counts, Origin, Release, age_s
from mwaactl.model.result import Result
from mwaactl.workflows.restoring import Stock, check_bucket, load_stock
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.releases import Releases

READS_AT_ONCE = 16


@dataclass(frozen=True)
class ReleaseSummary:
    """One release. `age_s` in seconds, None where its time cannot be read; `gone` are files that nobody can restore.

    `is_previous`: it is where a rollback goes. `is_unfinished`: its publish was killed before it became current.
    """

    id: str
    is_current: bool
    is_previous: bool
    is_unfinished: bool
    created_at: str
    age_s: float | None
    created_by: str
    caller: str
    commit: str | None
    digest: str
    airflow_version: str
    origin: Origin
    changed: Counts
    files: int
    size: int
    gone: tuple[str, ...]


@dataclass(frozen=True)
class ReleasesReport:
    """The newest releases of an environment, newest first, of `total`; `unreadable` are ids of damaged records."""

    environment: str
    bucket: str
    releases: tuple[ReleaseSummary, ...]
    total: int
    unreadable: tuple[str, ...] = ()


def run(tools: Toolbox, name: str, *, limit: int = 20) -> Result[ReleasesReport]:
    """The newest `limit` releases. A record that cannot be read costs its row, and a warning."""
    from mwaactl.adapters.releases import Releases

    environment = tools.project.environment(name)
    tools.account(environment).check_caller()
    bucket = tools.bucket(environment)
    check_bucket(environment, bucket)
    releases = Releases(bucket)
    ids = releases.ids()
    found, unreadable = _records(tools, name, releases, ids[:limit])
    current = _current(tools, name, releases)
    if current and current.id not in found:
        found[current.id] = current
    history = History(name, ids, current, lambda one: found.get(one) or releases.record(one))
    previous = _previous(history)
    stock = load_stock(environment, bucket) if found else Stock(bucket, frozenset(), frozenset())
    killed = unfinished(found.values(), current)
    rows = [
        _summary(release, current, previous, tools.now(), is_unfinished=release.id in killed, gone=stock.gone(release))
        for release in in_order(found.values(), current)
    ]
    return Result("releases", ReleasesReport(name, environment.bucket_name, tuple(rows), len(ids), tuple(unreadable)))


def _records(tools: Toolbox, name: str, releases: Releases, ids: Iterable[str]) -> tuple[dict[str, Release], list[str]]:
    def read(release_id: str) -> Release | RecordUnreadable | None:
        tools.interrupt.check()
        try:
            return releases.record(release_id)
        except RecordUnreadable as error:
            return error

    found, unreadable = {}, []
    with ThreadPoolExecutor(READS_AT_ONCE, thread_name_prefix="record") as pool:
        for release_id, record in zip(ids, pool.map(read, ids), strict=True):
            if isinstance(record, RecordUnreadable):
                tools.warn(name, f"{record.what} {record.hint}")
                unreadable.append(release_id)
            elif record is not None:
                found[release_id] = record
    return found, unreadable


def _current(tools: Toolbox, name: str, releases: Releases) -> Release | None:
    try:
        current = releases.current()
    except RecordUnreadable as error:
        tools.warn(name, f"{error.what} {error.hint}")
        return None
    return current.release if current else None


def _previous(history: History) -> str | None:
    try:
        return history.rollback_target().id
    except (NotReady, RecordUnreadable):
        return None


def _summary(
    release: Release,
    current: Release | None,
    previous: str | None,
    now: datetime,
    *,
    is_unfinished: bool,
    gone: tuple[str, ...],
) -> ReleaseSummary:
    return ReleaseSummary(
        id=release.id,
        is_current=current is not None and current.id == release.id,
        is_previous=release.id == previous,
        is_unfinished=is_unfinished,
        created_at=release.created_at,
        age_s=age_s(release.created_at, now),
        created_by=release.created_by,
        caller=release.caller,
        commit=release.commit,
        digest=release.digest,
        airflow_version=release.airflow_version,
        origin=release.origin,
        changed=release.changed,
        files=len(release.files),
        size=sum(file.size for file in release.files.values()),
        gone=gone,
    )
