"""Who calls, and which service: read from the request's AWS signature. Signatures are not verified."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

# The fake access key id carries the account: 8 fixed characters and 12 digits, 20 in all, as moto expects of a key.
ACCESS_KEY = re.compile(r"SANDBOX0(\d{12})")


@dataclass(frozen=True)
class Signature:
    """The parts of a SigV4 credential scope, `access_key/date/region/service/aws4_request`."""

    access_key: str
    region: str
    service: str

    @property
    def account_id(self) -> str | None:
        """The account that the fake access key names; None for keys that the sandbox issued itself (IAM, STS)."""
        match = ACCESS_KEY.fullmatch(self.access_key)
        return match[1] if match else None


def find_signature(environ: Mapping[str, Any]) -> Signature | None:
    """The signature in the header or, of a presigned URL, in the query; None for unsigned requests."""
    match = re.search(r"Credential=([^,\s]+)", environ.get("HTTP_AUTHORIZATION", ""))
    presigned = parse_qs(environ.get("QUERY_STRING", "")).get("X-Amz-Credential", [""])[0]
    scope = match[1] if match else presigned
    parts = scope.split("/")
    return Signature(parts[0], parts[2], parts[3].lower()) if len(parts) == 5 else None
