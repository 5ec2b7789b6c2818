"""Release records in the environment's bucket, and what lies beside them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from mwaactl.adapters.aws import Bucket
from mwaactl.errors import Busy, RecordUnreadable
from mwaactl.model.release import CURRENT_KEY, RECORDS, Release, key_of, release_from_json

READS_AT_ONCE = 16


@dataclass(frozen=True)
class Current:
    """The release that the pointer names, and the pointer's ETag."""

    release: Release
    etag: str


@dataclass(frozen=True)
class Releases:
    """The releases of one bucket."""

    bucket: Bucket

    def current(self) -> Current | None:
        """The release that the pointer names. Raises RecordUnreadable when the record is missing or damaged."""
        pointer = self.bucket.fetch(CURRENT_KEY)
        if pointer is None:
            return None
        try:
            record = self.bucket.read(str(json.loads(pointer.body)["key"]))
            return Current(release_from_json(record if record is not None else b"null"), pointer.etag)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RecordUnreadable(
                f"The current release in s3://{self.bucket.name}/{CURRENT_KEY} cannot be read.",
                hint="it was written by another version of mwaactl, or damaged: delete it and publish again",
            ) from error

    def record(self, release_id: str) -> Release | None:
        """The release of this id; None when there is no record of it. Raises RecordUnreadable."""
        key = key_of(release_id)
        record = self.bucket.read(key)
        try:
            return release_from_json(record) if record is not None else None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RecordUnreadable(
                f"The record s3://{self.bucket.name}/{key} cannot be read.",
                hint="it was written by another version of mwaactl, or damaged: delete it",
            ) from error

    def ids(self) -> tuple[str, ...]:
        """The ids of all records, newest first by the clocks of those who published."""
        keys = self.bucket.objects(RECORDS)
        return tuple(sorted((key[len(RECORDS) :].removesuffix(".json") for key in keys), reverse=True))

    def all(self) -> tuple[Release, ...]:
        """Every record, newest first. Raises RecordUnreadable."""
        with ThreadPoolExecutor(READS_AT_ONCE, thread_name_prefix="record") as pool:
            return tuple(found for found in pool.map(self.record, self.ids()) if found is not None)

    def make_current(self, release: Release, expected_etag: str | None) -> Release:
        """Store the record, then move the pointer: a reader sees the old release or the new one, never a mixture.

        `expected_etag` is that of the pointer as last seen, None for none. Raises Busy when somebody else moved it.
        Returns the release as stored: one whose id is taken, of the same second and content, gets another.
        """
        first, number = release.id, 1
        while self.bucket.put_if(release.key, release.to_json(), None) is None:
            number += 1
            release = replace(release, id=f"{first}-{number}")
        pointer = json.dumps({"release": release.id, "key": release.key}).encode()
        if self.bucket.put_if(CURRENT_KEY, pointer, expected_etag) is None:
            raise Busy(f'Somebody else published to "{release.environment}" meanwhile.', hint="run the command again")
        return release

    def remove(self, ids: Iterable[str]) -> None:
        """Delete the records of these releases. The versions of their files stay."""
        self.bucket.delete([key_of(release_id) for release_id in ids])
