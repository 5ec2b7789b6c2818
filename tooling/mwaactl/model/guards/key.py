"""Another key, or a weaker one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from mwaactl.errors import Finding
from mwaactl.model.guards.change import Change

KMS_ID = "GUARD_KMS"

_KEYS = {
    "aws_mwaa_environment": "kms_key",
    "aws_cloudwatch_log_group": "kms_key_id",
    "aws_s3_bucket_server_side_encryption_configuration": "rule",
    "aws_sns_topic": "kms_master_key_id",
}
_SWITCHES = {"enable_key_rotation": "rotation", "is_enabled": "the key"}


def key_changes(changes: Sequence[Change]) -> Iterator[Finding]:
    """Encryption that changes hands or ends: what was written under the old key stays under it."""
    for change in changes:
        if change.is_new or change.is_deletion:
            continue
        attribute = _KEYS.get(change.type, "")
        if attribute and _is_changed(change, attribute):
            message = f"{attribute} would change: what is encrypted stays under the old key, and needs it"
            yield _finding(change, attribute, message)
        for switch, what in _SWITCHES.items() if change.type == "aws_kms_key" else ():
            if change.before.get(switch) and change.after.get(switch) is False:
                yield _finding(change, switch, f"{what} would be switched off")


def _is_changed(change: Change, attribute: str) -> bool:
    if attribute == "rule":
        return _master_keys(change.before.get("rule")) != _master_keys(change.after.get("rule"))
    return bool(change.unknown.get(attribute)) or change.before.get(attribute) != change.after.get(attribute)


def _master_keys(rules: object) -> list[str]:
    """Keys and algorithms of a bucket's default encryption."""
    found = rules if isinstance(rules, list) else []
    return [json.dumps(rule.get("apply_server_side_encryption_by_default"), sort_keys=True) for rule in found]


def _finding(change: Change, attribute: str, message: str) -> Finding:
    hint = f"if that is what you want: --allow '{change.address}'"
    return Finding(KMS_ID, change.address, message, hint, attribute=attribute)
