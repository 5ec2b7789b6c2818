"""What stays of earlier releases: their records, and what they held, for as long as somebody may go back to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mwaactl.errors import AwsError
from mwaactl.model.history import History, surplus
from mwaactl.model.release import Release
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.releases import Releases
    from mwaactl.model.environment import Environment
    from mwaactl.workflows.releasing import Publication


def keep_replaced(tools: Toolbox, environment: Environment, publication: Publication) -> None:
    """Keep what the current release holds and the next one replaces, out of reach of the bucket's lifecycle rule.

    A failure is a warning: the versions themselves are there for some weeks, and a publish must not wait for history.
    """
    from mwaactl.adapters.contents import Contents

    current = publication.current
    if current is None:
        return
    replaced = [(key, file) for key, file in current.release.files.items() if publication.kept.get(key) != file]
    try:
        Contents(tools.bucket(environment)).keep(replaced, tools.interrupt.check)
    except AwsError as error:
        days = environment.bucket.noncurrent_version_expiration_days
        tools.warn(environment.name, f"{current.release.id} can be rolled back to for {days} days only: {error.what}")


def remove_old(tools: Toolbox, environment: Environment, release: Release, before: Release | None) -> None:
    """Remove the records beyond artifacts.keep_releases, and contents that none of the others needs.

    `release` has just replaced `before`. Versions of objects stay: they go by the lifecycle rule. A failure is a
    warning: the next release tries again.
    """
    from mwaactl.adapters.releases import Releases

    keep = environment.artifacts.keep_releases
    releases = Releases(tools.bucket(environment))
    try:
        ids = releases.ids()
        if len(ids) <= keep:
            return
        old = surplus(ids, keep, History(environment.name, ids, release, releases.record).needed())
        releases.remove(old)
        if old and (before is None or before.created_at[:10] != release.created_at[:10]):
            _collect(releases)
    except AwsError as error:
        tools.warn(environment.name, f"old releases were not tidied up: {error.what}")


def _collect(releases: Releases) -> None:
    """Once a day is enough: it reads every record. What is stored is listed first, so that nothing newer is judged."""
    from mwaactl.adapters.contents import Contents

    contents = Contents(releases.bucket)
    stored = contents.digests()
    needed = {file.digest for release in releases.all() for file in release.files.values()}
    contents.remove(sorted(stored - needed))
