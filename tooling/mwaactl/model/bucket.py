"""The bucket of DAGs and artifacts."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from mwaactl.model.fields import Pattern, Section, refused

LONGEST_BUCKET_NAME = 63
"""Amazon S3, "Bucket naming rules"."""


_ALLOWED = "3 to 63 small letters, digits and hyphens that begin and end with a letter or digit"


def bucket_name(value: str) -> str:
    """`value` itself when S3's rules for general purpose buckets hold; else the refusal that pydantic collects."""
    if not 3 <= len(value) <= LONGEST_BUCKET_NAME:
        raise refused(f"is {len(value)} characters long", allowed=_ALLOWED)
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*[a-z0-9]", value):
        hint = "dots break TLS to the bucket's own host name" if "." in value else ""
        raise refused("is no name of a bucket", allowed=_ALLOWED, hint=hint)
    reserved = next((part for part in ("xn--", "sthree-", "amzn-s3-demo-") if value.startswith(part)), None)
    reserved = reserved or next((part for part in ("-s3alias", "--ol-s3", "--x-s3") if value.endswith(part)), None)
    if reserved:
        raise refused(f"uses {reserved}, which S3 reserves", allowed=_ALLOWED)
    return value


BucketName = Annotated[
    str,
    AfterValidator(bucket_name),
    WithJsonSchema(
        {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", "patternErrorMessage": _ALLOWED},
    ),
]


ExistingBucket = Annotated[
    str,
    Pattern(
        r"[a-z0-9][a-z0-9.-]+[a-z0-9]",
        "the name of a bucket",
        LONGEST_BUCKET_NAME,
        (("^s3:", "leave out s3://"), ("^arn:", "write the bucket's name, not its ARN")),
    ),
]


class Bucket(Section):
    """Versioned, encrypted, closed to the public: those three are not for choice, MWAA demands them."""

    name: BucketName | None = Field(
        None, description="Name of the bucket. Left out: <project>-<environment>-mwaa-<account_id>-<region>."
    )
    existing: ExistingBucket | None = Field(
        None, description="An existing bucket instead of a new one. Its settings stay as they are."
    )
    access_log_bucket: BucketName | None = Field(None, description="Existing bucket that receives S3 access logs.")
    noncurrent_version_expiration_days: int = Field(
        90, ge=1, le=36_500, description="Days until replaced versions of objects are deleted. No rollback needs them."
    )
    force_destroy: bool = Field(
        False, description="Whether destroy empties the bucket first. Keep false where data matters."
    )
