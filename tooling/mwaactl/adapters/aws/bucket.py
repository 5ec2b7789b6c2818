"""The environment's bucket: DAG files, release records."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mwaactl.adapters.aws.session import Account, error_code, is_absent, translating
from mwaactl.model.publication import StoredObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DELETE_BATCH = 1000  # DeleteObjects takes at most 1,000 keys (S3 API reference)
READ_ATTEMPTS = 4


@dataclass(frozen=True)
class Fetched:
    """One object as read. `age_s` is how long ago it was written, by S3's own clock."""

    body: bytes
    etag: str
    age_s: float


@dataclass(frozen=True)
class Bucket:
    """One S3 bucket."""

    account: Account
    name: str

    @property
    def _s3(self) -> S3Client:
        client: S3Client = self.account.client("s3")
        return client

    def is_there(self) -> bool:
        """Does the bucket exist in this account?"""
        from botocore.exceptions import ClientError

        with translating("s3", "HeadBucket"):
            try:
                self._s3.head_bucket(Bucket=self.name, ExpectedBucketOwner=self.account.account_id)
            except ClientError as error:
                if is_absent(error):
                    return False
                raise
        return True

    def objects(self, prefix: str = "") -> dict[str, StoredObject]:
        """Every current object under `prefix`, by key."""
        found = {}
        with translating("s3", "ListObjectsV2"):
            for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix):
                for entry in page.get("Contents", []):
                    found[entry["Key"]] = StoredObject(entry["Key"], entry["ETag"].strip('"'), entry["Size"])
        return found

    def read(self, key: str, version_id: str | None = None) -> bytes | None:
        """An object's bytes, or those of one of its versions; None when it is not there."""
        found = self.fetch(key, version_id)
        return found.body if found else None

    def fetch(self, key: str, version_id: str | None = None) -> Fetched | None:
        """An object, or one of its versions; None when it is not there.

        boto3 tries again until an answer begins; one that breaks off in its middle is asked for anew here.
        """
        from email.utils import parsedate_to_datetime

        from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError

        which = {"VersionId": version_id} if version_id else {}
        with translating("s3", "GetObject"):
            for attempt in range(READ_ATTEMPTS):
                try:
                    reply = self._s3.get_object(Bucket=self.name, Key=key, **which)  # type: ignore[arg-type]
                    body = reply["Body"].read()
                    break
                except ClientError as error:
                    if is_absent(error):
                        return None
                    raise
                except (HTTPClientError, IncompleteReadError):
                    if attempt == READ_ATTEMPTS - 1:
                        raise
                    time.sleep(0.2 * 2**attempt)
        now = reply["ResponseMetadata"]["HTTPHeaders"].get("date")
        written = reply["LastModified"]
        age = (parsedate_to_datetime(now) - written).total_seconds() if now else 0.0
        return Fetched(body, reply["ETag"].strip('"'), age)

    def put(self, key: str, body: bytes, digest: str = "") -> tuple[StoredObject, str]:
        """Store an object; returns it and its version id. The bucket's own default encryption applies.

        S3 refuses the bytes when their SHA-256 is not `digest` (hexadecimal, where given).
        """
        checksum = {"ChecksumSHA256": b64encode(bytes.fromhex(digest)).decode()} if digest else {}
        with translating("s3", "PutObject"):
            reply = self._s3.put_object(Bucket=self.name, Key=key, Body=body, **checksum)  # type: ignore[arg-type]
        return StoredObject(key, reply["ETag"].strip('"'), len(body)), reply.get("VersionId", "")

    def put_if(self, key: str, body: bytes, expected_etag: str | None) -> str | None:
        """Store an object where one with `expected_etag` lies (None: where none lies); returns the new ETag.

        None when something else lies there. A repeated request whose first answer was lost finds its own bytes: those
        must be like no others, so that they tell.
        """
        from botocore.exceptions import ClientError

        condition: dict[str, Any] = {"IfMatch": expected_etag} if expected_etag else {"IfNoneMatch": "*"}
        with translating("s3", "PutObject"):
            try:
                return self._s3.put_object(Bucket=self.name, Key=key, Body=body, **condition)["ETag"].strip('"')
            except ClientError as error:
                if error_code(error) not in ("PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"):
                    raise
        there = self.fetch(key)
        return there.etag if there and there.body == body else None

    def restore(self, key: str, version_id: str, size: int) -> tuple[StoredObject, str]:
        """Make an earlier version the current one again, copied inside S3; returns it and its new version id."""
        with translating("s3", "CopyObject"):
            source: Any = {"Bucket": self.name, "Key": key, "VersionId": version_id}
            reply = self._s3.copy_object(Bucket=self.name, Key=key, CopySource=source)
        return StoredObject(key, reply["CopyObjectResult"]["ETag"].strip('"'), size), reply.get("VersionId", "")

    def copy(self, key: str, version_id: str, target: str) -> bool:
        """Copy a version to the key `target`, inside S3. False when the version is gone."""
        from botocore.exceptions import ClientError

        with translating("s3", "CopyObject"):
            source: Any = {"Bucket": self.name, "Key": key, "VersionId": version_id}
            try:
                self._s3.copy_object(Bucket=self.name, Key=target, CopySource=source)
            except ClientError as error:
                if is_absent(error):
                    return False
                raise
        return True

    def versions(self, prefix: str = "") -> frozenset[tuple[str, str]]:
        """(key, version id) of every version under `prefix`. Delete markers are none."""
        found: set[tuple[str, str]] = set()
        with translating("s3", "ListObjectVersions"):
            for page in self._s3.get_paginator("list_object_versions").paginate(Bucket=self.name, Prefix=prefix):
                found |= {(entry["Key"], entry["VersionId"]) for entry in page.get("Versions", [])}
        return frozenset(found)

    def delete(self, keys: Iterable[str]) -> None:
        """Delete the current versions; earlier ones stay, for rollback."""
        self._delete([{"Key": key} for key in keys])

    def delete_if(self, key: str, expected_etag: str) -> None:
        """Delete the object while it is the one with `expected_etag`; any other stays."""
        from botocore.exceptions import ClientError

        with translating("s3", "DeleteObject"):
            try:
                self._s3.delete_object(Bucket=self.name, Key=key, IfMatch=expected_etag)
            except ClientError as error:
                if error_code(error) not in ("PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"):
                    raise

    def delete_every_version(self) -> int:
        """Empty the bucket for good, history included. Returns how many versions and markers went."""
        count = 0
        with translating("s3", "ListObjectVersions"):
            for page in self._s3.get_paginator("list_object_versions").paginate(Bucket=self.name):
                entries = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
                self._delete([{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in entries])
                count += len(entries)
        return count

    def _delete(self, identifiers: list[dict[str, str]]) -> None:
        from mwaactl.errors import AwsError

        for start in range(0, len(identifiers), DELETE_BATCH):
            batch = identifiers[start : start + DELETE_BATCH]
            with translating("s3", "DeleteObjects"):
                reply = self._s3.delete_objects(Bucket=self.name, Delete={"Objects": batch, "Quiet": True})  # type: ignore[typeddict-item]
            if failed := reply.get("Errors", []):
                raise AwsError(f"S3 could not delete {failed[0].get('Key')}: {failed[0].get('Message')}.")
