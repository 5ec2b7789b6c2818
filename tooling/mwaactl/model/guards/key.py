"""Another key, or a weaker one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mwaactl.errors import Finding
from mwaactl.model.guards.change import Change, deleted_buckets, is_marked
from mwaactl.model.state import MWAA_TYPE

KMS_ID = "GUARD_KMS"

_NAMES = ("kms_key", "kms_key_arn", "kms_key_id", "kms_master_key_id", "sse_algorithm")
_BUCKET = "aws_s3_bucket_server_side_encryption_configuration"
_SWITCHES = {"enable_key_rotation": "rotation", "is_enabled": "the key"}
# Here the configuration alone says the key. Elsewhere the provider may compute it, and then it is unknown whenever the
# resource is replaced, though nobody changes it.
_WRITTEN = (MWAA_TYPE, "aws_cloudwatch_log_group", "aws_sns_topic", _BUCKET)


def key_changes(changes: Sequence[Change]) -> Iterator[Finding]:
    """Encryption that changes hands or ends: what was written under the old key stays under it.

    The first key of something is no change, and a deleted key is a loss (GUARD_DELETE).
    """
    gone = deleted_buckets(changes)
    for change in changes:
        is_ended = change.type == _BUCKET and change.is_deletion and change.before.get("bucket") not in gone
        if is_ended or not (change.is_new or change.is_deletion):
            yield from _of_change(change)


def _of_change(change: Change) -> Iterator[Finding]:
    after = frozenset(_keys(change.after))
    for path, key in sorted(_keys(change.before)):
        if (path, key) not in after and _is_told(change, path):
            message = f"{path} would change: what is encrypted stays under the old key, and needs it"
            yield _finding(change, path, message)
            break
    for switch, what in _SWITCHES.items() if change.type == "aws_kms_key" else ():
        if change.before.get(switch) and change.after.get(switch) is False:
            yield _finding(change, switch, f"{what} would be switched off")


def _is_told(change: Change, path: str) -> bool:
    top = path.partition(".")[0]
    return change.type in _WRITTEN or top in change.forced_by or not is_marked(change.unknown.get(top))


def _keys(values: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Dotted names without the indexes of lists, each with its key."""
    for name, value in values.items():
        here = f"{path}.{name}" if path else name
        if name in _NAMES and isinstance(value, str) and (key := _identity(name, value)):
            yield here, key
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Mapping):
                yield from _keys(item, here)


def _identity(name: str, value: str) -> str:
    """The key's own id: ARN and id are two ways to write one key. AES256 is no key at all."""
    if name == "sse_algorithm":
        return "aws:kms" if value.startswith("aws:kms") else ""
    return value.rpartition(":key/")[2]


def _finding(change: Change, attribute: str, message: str) -> Finding:
    hint = f"if that is what you want: --allow '{change.address}'"
    return Finding(KMS_ID, change.address, message, hint, attribute=attribute)
