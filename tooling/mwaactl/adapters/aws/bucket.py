"""The environment's bucket: DAG files, release records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mwaactl.adapters.aws.session import Account, is_absent, translating

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DELETE_BATCH = 1000  # DeleteObjects takes at most 1,000 keys (S3 API reference)


@dataclass(frozen=True)
class StoredObject:
    """One object of a listing. The ETag is without quotes."""

    key: str
    etag: str
    size: int


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

    def read(self, key: str) -> bytes | None:
        """An object's bytes; None when it is not there."""
        from botocore.exceptions import ClientError

        with translating("s3", "GetObject"):
            try:
                return self._s3.get_object(Bucket=self.name, Key=key)["Body"].read()
            except ClientError as error:
                if is_absent(error):
                    return None
                raise

    def put(self, key: str, body: bytes) -> tuple[StoredObject, str]:
        """Store an object; returns it and its version id. The bucket's own default encryption applies."""
        with translating("s3", "PutObject"):
            reply = self._s3.put_object(Bucket=self.name, Key=key, Body=body)
        return StoredObject(key, reply["ETag"].strip('"'), len(body)), reply.get("VersionId", "")

    def delete(self, keys: Iterable[str]) -> None:
        """Delete the current versions; earlier ones stay, for rollback."""
        self._delete([{"Key": key} for key in keys])

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
