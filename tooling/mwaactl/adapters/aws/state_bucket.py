"""The bucket of Terraform states: made once per account and Region, then only read here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mwaactl.adapters.aws.session import Account, is_absent, translating
from mwaactl.errors import AwsError
from mwaactl.model.state import State, StateLock, lock_from_json, state_from_json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class StateBucket:
    """The state of one environment: object `key` in the bucket `name`."""

    account: Account
    name: str
    key: str

    @property
    def _s3(self) -> S3Client:
        client: S3Client = self.account.client("s3")
        return client

    def is_there(self) -> bool:
        """Does the bucket exist? Raises AwsError when it belongs to another account."""
        from botocore.exceptions import ClientError

        with translating("s3", "HeadBucket"):
            try:
                self._s3.head_bucket(Bucket=self.name, ExpectedBucketOwner=self.account.account_id)
            except ClientError as error:
                if is_absent(error):
                    return False
                if error.response["ResponseMetadata"]["HTTPStatusCode"] == 403:
                    raise AwsError(
                        f"The state bucket {self.name} exists, but account {self.account.account_id} may not use it.",
                        hint="choose another name by MWAACTL_STATE_BUCKET, or log in to the account that owns it",
                    ) from error
                raise
        return True

    def create(self) -> None:
        """Make the bucket versioned, encrypted, closed to the public and TLS-only. Safe to repeat."""
        s3 = self._s3
        where: dict[str, Any] = {}
        if self.account.region != "us-east-1":  # the one Region that S3 does not want named
            where["CreateBucketConfiguration"] = {"LocationConstraint": self.account.region}
        with translating("s3", "CreateBucket"):
            if not self.is_there():
                s3.create_bucket(Bucket=self.name, **where)
            s3.put_public_access_block(
                Bucket=self.name,
                PublicAccessBlockConfiguration={
                    "BlockPublicAcls": True,
                    "BlockPublicPolicy": True,
                    "IgnorePublicAcls": True,
                    "RestrictPublicBuckets": True,
                },
            )
            s3.put_bucket_versioning(Bucket=self.name, VersioningConfiguration={"Status": "Enabled"})
            s3.put_bucket_encryption(
                Bucket=self.name,
                ServerSideEncryptionConfiguration={
                    "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
                },
            )
            s3.put_bucket_policy(Bucket=self.name, Policy=json.dumps(_tls_only(self.name, self.account.region)))

    def state(self) -> State | None:
        """The current state; None when there is no bucket or no state in it."""
        document = self._read(self.key)
        return None if document is None else state_from_json(document)

    def lock(self) -> StateLock | None:
        """Who holds the state's lock, if anybody."""
        document = self._read(f"{self.key}.tflock")
        return None if document is None else lock_from_json(document)

    def _read(self, key: str) -> dict[str, Any] | None:
        from botocore.exceptions import ClientError

        with translating("s3", "GetObject"):
            try:
                body = self._s3.get_object(Bucket=self.name, Key=key)["Body"].read()
            except ClientError as error:
                if is_absent(error):
                    return None
                raise
        try:
            document = json.loads(body)
        except ValueError as error:
            raise AwsError(f"s3://{self.name}/{key} is not JSON: it was damaged or is not Terraform's.") from error
        return document if isinstance(document, dict) else None


def _tls_only(bucket: str, region: str) -> dict[str, Any]:
    partition = "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"
    arn = f"arn:{partition}:s3:::{bucket}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "TlsOnly",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [arn, f"{arn}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }
