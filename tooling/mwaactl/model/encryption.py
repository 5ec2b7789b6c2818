"""The key of environment, bucket and logs."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from mwaactl.model.fields import Section, refused

_ALLOWED = "create, aws_owned, or the ARN of a single-Region key, arn:aws:kms:REGION:ACCOUNT:key/ID"
_KEY_ARN = re.compile(
    r"arn:aws(-[a-z]+)*:kms:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):key/"
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)


def _kms_key(value: Any) -> Any:
    """MWAA takes no alias and no multi-Region key, though the API's own pattern lets an alias through."""
    if not isinstance(value, str) or value in {"create", "aws_owned"} or _KEY_ARN.fullmatch(value):
        return value
    if "alias/" in value:
        raise refused("is an alias; MWAA takes only the key itself", allowed=_ALLOWED)
    if "key/mrk-" in value or value.startswith("mrk-"):
        raise refused("is a multi-Region key; MWAA takes only single-Region keys", allowed=_ALLOWED)
    hint = "write the whole ARN" if re.fullmatch(r"[0-9a-f-]{36}", value) else ""
    raise refused("is no key", allowed=_ALLOWED, hint=hint)


KmsKey = Annotated[
    str,
    BeforeValidator(_kms_key),
    WithJsonSchema(
        {"type": "string", "pattern": "^(create|aws_owned|arn:aws.*:kms:.*:key/.*)$", "patternErrorMessage": _ALLOWED}
    ),
]


class Encryption(Section):
    """One key for all three: a bucket with a customer key forces the same key on the environment."""

    kms_key: KmsKey = Field(
        "create", description="create (a new customer key), aws_owned, or the ARN of yours. Cannot be changed later."
    )
    deletion_window_in_days: int = Field(30, ge=7, le=30, description="Days between destroying a new key and its end.")

    @property
    def key_region(self) -> str | None:
        """Region of an own key; None for `create` and `aws_owned`."""
        match = _KEY_ARN.fullmatch(self.kms_key)
        return match["region"] if match else None
