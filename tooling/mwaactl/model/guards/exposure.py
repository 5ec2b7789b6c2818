"""What becomes reachable for everybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mwaactl.errors import Finding, Severity
from mwaactl.model.guards.change import Change, deleted_buckets, listed
from mwaactl.model.guards.documents import grants, is_covered
from mwaactl.model.guards.ingress import openings
from mwaactl.model.state import MWAA_TYPE

PUBLIC_ID = "GUARD_PUBLIC"
SHOWN = 3

_BLOCKS = ("aws_s3_bucket_public_access_block", "aws_s3_account_public_access_block")
_FLAGS = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
_ACLS = ("public-read", "public-read-write", "authenticated-read")
_GROUPS_OF_ALL = ("/AllUsers", "/AuthenticatedUsers")
_WITH_ACL = ("aws_s3_bucket", "aws_s3_bucket_acl", "aws_s3_object", "aws_s3_object_copy")
# Not those of VPC endpoints: who gets there is inside, and their default lets everybody.
_POLICIES = {
    "aws_cloudwatch_log_resource_policy": "policy_document",
    "aws_ecr_repository_policy": "policy",
    "aws_efs_file_system_policy": "policy",
    "aws_kms_key": "policy",
    "aws_kms_key_policy": "policy",
    "aws_s3_access_point": "policy",
    "aws_s3_bucket": "policy",
    "aws_s3_bucket_policy": "policy",
    "aws_secretsmanager_secret": "policy",
    "aws_secretsmanager_secret_policy": "policy",
    "aws_sns_topic": "policy",
    "aws_sns_topic_policy": "policy",
    "aws_sqs_queue": "policy",
    "aws_sqs_queue_policy": "policy",
}
_TURNED_ON = ("associate_public_ip_address", "map_public_ip_on_launch", "publicly_accessible")
_OPEN_VALUES = {
    (MWAA_TYPE, "webserver_access_mode"): "PUBLIC_ONLY",
    ("aws_lambda_function_url", "authorization_type"): "NONE",
    ("aws_lambda_permission", "principal"): "*",
}


def exposures(changes: Sequence[Change]) -> Iterator[Finding]:
    """Public exposure that was not there before."""
    gone = deleted_buckets(changes)
    for change in changes:
        if change.type in _BLOCKS and change.is_deletion and change.before.get("bucket") in gone:
            continue
        for attribute, message in _found(change):
            hint = f"if that is what you want: --allow '{change.address}'"
            yield Finding(PUBLIC_ID, change.address, message, hint, severity=Severity.CRITICAL, attribute=attribute)
        yield from _untold(change)


def _found(change: Change) -> Iterator[tuple[str, str]]:
    yield from _values(change)
    yield from _ingress(change)
    yield from _flags(change)
    yield from _acl(change)
    yield from _policy(change)


def _values(change: Change) -> Iterator[tuple[str, str]]:
    for (kind, attribute), value in _OPEN_VALUES.items():
        if change.type == kind and change.after.get(attribute) == value != change.before.get(attribute):
            yield attribute, f"would become reachable from the internet: {attribute} = {value}"
    for attribute in _TURNED_ON:
        # a new public subnet is where a NAT gateway lives; that a private one becomes public is the danger
        is_compared = bool(change.before) or attribute == "publicly_accessible"
        if is_compared and change.after.get(attribute) is True and not change.before.get(attribute):
            yield attribute, f"{attribute} would be turned on"


def _ingress(change: Change) -> Iterator[tuple[str, str]]:
    before = openings(change.type, change.before)
    new = [one for one in openings(change.type, change.after) if not any(old.covers(one) for old in before)]
    if new:
        yield "ingress", f"would let {_some(new)} in"


def _flags(change: Change) -> Iterator[tuple[str, str]]:
    if change.type in _BLOCKS:
        off = [
            flag
            for flag in _FLAGS
            if change.before.get(flag) and not change.after.get(flag) and not change.unknown.get(flag)
        ]
        if off:
            yield off[0], f"would no longer keep the public out: {', '.join(off)} turned off"


def _acl(change: Change) -> Iterator[tuple[str, str]]:
    if change.type not in _WITH_ACL:
        return
    after = change.after.get("acl")
    if after in _ACLS and after != change.before.get("acl"):
        yield "acl", f"would get the ACL {after}"
    new = _grantees(change.after) - _grantees(change.before)
    if new:
        yield "access_control_policy", f"would be granted to {', '.join(sorted(new))}"


def _grantees(value: object) -> set[str]:
    """Groups of everybody, wherever an ACL names them."""
    if isinstance(value, dict):
        return {group for item in value.values() for group in _grantees(item)}
    if isinstance(value, list):
        return {group for item in value for group in _grantees(item)}
    is_group = isinstance(value, str) and value.startswith("http") and value.endswith(_GROUPS_OF_ALL)
    return {str(value).rpartition("/")[2]} if is_group else set()


def _policy(change: Change) -> Iterator[tuple[str, str]]:
    attribute = _POLICIES.get(change.type)
    if attribute:
        before = [grant for grant in grants(change.before.get(attribute)) if grant.is_public]
        public = [grant for grant in grants(change.after.get(attribute)) if grant.is_public]
        new = [grant for grant in public if not is_covered(grant, before)]
        if new:
            yield attribute, f"would let everybody {_some([grant.action for grant in new])}"


def _untold(change: Change) -> Iterator[Finding]:
    attribute = _POLICIES.get(change.type, "")
    if attribute and change.before.get(attribute) and change.unknown.get(attribute) is True:
        message = f"{attribute} is known after apply only: whether it lets everybody in cannot be told"
        yield Finding(PUBLIC_ID, change.address, message, severity=Severity.LOW, attribute=attribute)


def _some(found: Sequence[object]) -> str:
    texts = sorted({str(one) for one in listed(found)})
    more = f" and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
    return ", ".join(texts[:SHOWN]) + more
