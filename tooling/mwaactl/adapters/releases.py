"""Release records in the environment's bucket, and what lies beside them."""

from __future__ import annotations

import json
from dataclasses import dataclass

from mwaactl.adapters.aws import Bucket
from mwaactl.errors import AwsError
from mwaactl.model.release import CURRENT_KEY, Release, release_from_json


@dataclass(frozen=True)
class Releases:
    """The releases of one bucket."""

    bucket: Bucket

    def current(self) -> Release | None:
        """The release that the pointer names. Raises AwsError when the record is missing or unreadable."""
        pointer = self.bucket.read(CURRENT_KEY)
        if pointer is None:
            return None
        try:
            key = str(json.loads(pointer)["key"])
            record = self.bucket.read(key)
            return release_from_json(record if record is not None else b"null")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise AwsError(
                f"The current release in s3://{self.bucket.name}/{CURRENT_KEY} cannot be read.",
                hint="it was written by another version of mwaactl, or damaged: delete it and publish again",
            ) from error

    def make_current(self, release: Release) -> None:
        """Store the record, then move the pointer: a reader sees the old release or the new one, never a mixture."""
        self.bucket.put(release.key, release.to_json())
        self.bucket.put(CURRENT_KEY, json.dumps({"release": release.id, "key": release.key}).encode())
