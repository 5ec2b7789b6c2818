"""The releases of one bucket in their order: which one is meant, and which one a rollback goes back to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from mwaactl.errors import ConfigError, NotReady
from mwaactl.model.release import Release

CURRENT = "current"
PREVIOUS = "previous"
SHOWN = 5


@dataclass(frozen=True)
class History:
    """`ids` are those of all records, newest first; `find` reads one of them, None when it is gone."""

    environment: str
    ids: tuple[str, ...]
    current: Release | None
    find: Callable[[str], Release | None]

    def named(self, name: str) -> Release:
        """The release meant by `current`, `previous`, an id or the unique beginning of one.

        Raises ConfigError for an unknown or ambiguous name, NotReady where there is no such release yet or any more.
        """
        if name == CURRENT:
            return self.published()
        if name == PREVIOUS:
            return self.rollback_target()
        meant = [name] if name in self.ids else [one for one in self.ids if name and one.startswith(name)]
        if len(meant) > 1:
            raise ConfigError(f'"{name}" begins several releases of "{self.environment}": {_listed(meant)}')
        found = self.find(meant[0]) if meant else None
        if found is None:
            raise ConfigError(
                f'"{self.environment}" has no release "{name}"', hint=f"mwaactl releases {self.environment}"
            )
        return found

    def published(self) -> Release:
        """The current release. Raises NotReady when there is none."""
        if self.current is None:
            raise NotReady(
                f'Nothing is published to "{self.environment}" yet.', hint=f"mwaactl publish {self.environment}"
            )
        return self.current

    def rollback_target(self) -> Release:
        """Where `rollback` goes: what the current release was published over, or one further back after a rollback.

        A second rollback so never returns to what the first one left. Releases of the same content are passed over.
        Raises NotReady where no earlier release is kept.
        """
        found = self._target(self.published())
        if found is None:
            raise NotReady(
                f'No release of "{self.environment}" is kept that is earlier than its current content.',
                hint=f"git checkout COMMIT, then: mwaactl publish {self.environment}",
            )
        return found

    def needed(self) -> frozenset[str]:
        """The releases that must stay whatever their age: the current one, what it restored, where a rollback goes."""
        if self.current is None:
            return frozenset()
        kept = (self.current, self._restored(self.current), self._target(self.current))
        return frozenset(one.id for one in kept if one)

    def _target(self, current: Release) -> Release | None:
        return next((one for one in self._backwards(current) if one.digest != current.digest), None)

    def _backwards(self, release: Release) -> Iterator[Release]:
        """What was published before the content of `release`, one by one; ids decide where records do not say."""
        seen = {release.id}
        while True:
            base = self._restored(release)
            before = base.previous if base.previous in self.ids else self._older(base)
            found = self.find(before) if before and before not in seen else None
            if found is None:
                return
            seen.add(found.id)
            yield found
            release = found

    def _older(self, release: Release) -> str | None:
        """What was published before a release by its id alone: where the record does not say, or its word is gone."""
        if release.previous is None and release.airflow_version:
            return None  # the first one: records of version 1, which name no predecessor, name no Airflow either
        return next((one for one in self.ids if one < (release.previous or release.id)), None)

    def _restored(self, release: Release) -> Release:
        """The release whose content a rollback restored; any other is its own."""
        seen = {release.id}
        while release.origin.kind == "rollback" and release.origin.release not in seen:
            origin = self.find(release.origin.release) if release.origin.release in self.ids else None
            if origin is None:
                break
            seen.add(origin.id)
            release = origin
        return release


def in_order(releases: Iterable[Release], current: Release | None) -> tuple[Release, ...]:
    """Newest first: as they followed each other where the records tell, by the clocks of their authors elsewhere."""
    by_id = {release.id: release for release in releases}
    chain = list(_chain(by_id, current))
    linked = {release.id for release in chain}
    for release in sorted((one for one in by_id.values() if one.id not in linked), key=lambda one: one.id):
        place = next((index for index, one in enumerate(chain) if one.id < release.id), len(chain))
        chain.insert(place, release)
    return tuple(chain)


def unfinished(releases: Iterable[Release], current: Release | None) -> frozenset[str]:
    """Records of runs that were killed before their release became current: no release was published over them."""
    by_id = {release.id: release for release in releases}
    linked = [release.id for release in _chain(by_id, current)]
    return frozenset(one for one in by_id if one not in linked and one > linked[-1]) if linked else frozenset()


def surplus(ids: Iterable[str], keep: int, needed: frozenset[str]) -> tuple[str, ...]:
    """The records to remove, so that the newest `keep` stay, and those that are `needed`."""
    return tuple(one for one in sorted(ids, reverse=True)[keep:] if one not in needed)


def _chain(by_id: dict[str, Release], current: Release | None) -> Iterator[Release]:
    seen: set[str] = set()
    while current and current.id in by_id and current.id not in seen:
        seen.add(current.id)
        yield current
        current = by_id.get(current.previous) if current.previous else None


def _listed(ids: list[str]) -> str:
    more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
    return ", ".join(ids[:SHOWN]) + more
