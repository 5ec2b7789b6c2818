"""Plan documents, and what guards say of them."""

from __future__ import annotations

import json
import re
from typing import Any

from mwaactl.errors import Finding, Severity
from mwaactl.model.guards import guard

MWAA = "module.mwaa.aws_mwaa_environment.this"
ROLE = "module.iam.aws_iam_role_policy.documented"


def change(actions: str, address: str = MWAA, **fields: Any) -> dict[str, Any]:
    """One entry of resource_changes; `actions` such as `delete create`."""
    kind = re.sub(r"\[.*?\]", "", address).split(".")[-2]
    return {"address": address, "type": kind, "mode": "managed", "change": {"actions": actions.split(), **fields}}


def update(address: str, before: dict[str, Any], after: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A change in place."""
    return change("update", address, before=before, after=after, **fields)


def found(*changes: dict[str, Any], **options: Any) -> tuple[Finding, ...]:
    """What the guards say, in a protected environment unless told otherwise."""
    usual: dict[str, Any] = {"is_protected": True, "max_deletions": 10}
    return guard({"resource_changes": list(changes)}, "prod", **(usual | options))


def refusing(*changes: dict[str, Any], **options: Any) -> list[tuple[str, str]]:
    """(id, address) of what refuses."""
    return [(one.id, one.address) for one in found(*changes, **options) if one.severity is not Severity.LOW]


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: object, resource: object = "arn:aws:s3:::bucket", **more: object) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}
