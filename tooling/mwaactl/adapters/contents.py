"""What releases held that later ones replaced, by digest: kept where the bucket's lifecycle rule never removes it.

The rule deletes versions some days after they were replaced. Whoever wants to go back to a release needs them longer,
and cannot tell when. So what a release is about to replace is copied, inside S3, to an object that is never replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256

from mwaactl.adapters.aws import Bucket
from mwaactl.errors import AwsError
from mwaactl.model.release import PREFIX, ReleasedFile

CONTENTS = f"{PREFIX}contents/"
COPIES_AT_ONCE = 12  # beside the uploads, and as many connections as both need


@dataclass(frozen=True)
class Contents:
    """The contents kept in one bucket."""

    bucket: Bucket

    def digests(self) -> frozenset[str]:
        """SHA-256 digests of all that is kept."""
        return frozenset(key.removeprefix(CONTENTS) for key in self.bucket.objects(CONTENTS))

    def keep(self, files: Iterable[tuple[str, ReleasedFile]], check: Callable[[], None]) -> None:
        """Copy the versions of these released files. What is gone already is left out; `check` may raise."""

        def copy(item: tuple[str, ReleasedFile]) -> None:
            check()
            key, file = item
            self.bucket.copy(key, file.version_id, f"{CONTENTS}{file.digest}")

        by_digest = {file.digest: (key, file) for key, file in files if file.version_id}
        with ThreadPoolExecutor(COPIES_AT_ONCE, thread_name_prefix="keep") as pool:
            for _ in pool.map(copy, by_digest.values()):
                pass

    def read(self, key: str, file: ReleasedFile) -> bytes | None:
        """The bytes of a released file, from its version or from what is kept; None when both are gone.

        Raises AwsError when they are not what the release says.
        """
        body = self.bucket.read(key, file.version_id) if file.version_id else None
        if body is None:
            body = self.bucket.read(f"{CONTENTS}{file.digest}")
        if body is not None and sha256(body).hexdigest() != file.digest:
            raise AwsError(
                f"The bytes of s3://{self.bucket.name}/{key}, version {file.version_id}, are not those of the release.",
                hint="somebody changed the release record: publish again from git",
            )
        return body

    def remove(self, digests: Iterable[str]) -> None:
        """Delete what no release needs any more."""
        self.bucket.delete([f"{CONTENTS}{digest}" for digest in digests])
