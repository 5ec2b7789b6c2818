"""What becomes reachable for everybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mwaactl.errors import Finding, Severity
from mwaactl.model.guards.change import Change
from mwaactl.model.guards.documents import grants
from mwaactl.model.state import MWAA_TYPE

PUBLIC_ID = "GUARD_PUBLIC"

_EVERYBODY = frozenset({"0.0.0.0/0", "::/0"})
_FLAGS = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
_ACLS = ("public-read", "public-read-write", "authenticated-read")
_POLICIES = ("aws_s3_bucket_policy", "aws_sns_topic_policy", "aws_sqs_queue_policy", "aws_kms_key", "aws_sns_topic")
_TURNED_ON = ("map_public_ip_on_launch", "publicly_accessible", "associate_public_ip_address")


def exposures(changes: Sequence[Change]) -> Iterator[Finding]:
    """Public exposure that was not there before."""
    for change in changes:
        for attribute, message in _found(change):
            hint = f"if that is what you want: --allow '{change.address}'"
            yield Finding(PUBLIC_ID, change.address, message, hint, severity=Severity.CRITICAL, attribute=attribute)


def _found(change: Change) -> Iterator[tuple[str, str]]:
    yield from _web_server(change)
    yield from _ingress(change)
    yield from _bucket(change)
    if change.type in _POLICIES:
        new = _public(change.after.get("policy")) - _public(change.before.get("policy"))
        if new:
            yield "policy", f"would let everybody {', '.join(sorted(new))}"
    for attribute in _TURNED_ON:
        if change.after.get(attribute) is True and change.before and not change.before.get(attribute):
            yield attribute, f"{attribute} would be turned on"


def _web_server(change: Change) -> Iterator[tuple[str, str]]:
    before, after = (values.get("webserver_access_mode") for values in (change.before, change.after))
    if change.type == MWAA_TYPE and before == "PRIVATE_ONLY" and after != before and after is not None:
        yield "webserver_access_mode", f"the web server would become reachable from the internet ({after})"


def _ingress(change: Change) -> Iterator[tuple[str, str]]:
    new = _sources(change.type, change.after) - _sources(change.type, change.before)
    if new:
        yield "ingress", f"would let {', '.join(sorted(new))} in"


def _sources(kind: str, values: Mapping[str, Any]) -> set[str]:
    """Who of everybody may come in, with protocol and ports."""
    if kind == "aws_vpc_security_group_ingress_rule":
        rules: Sequence[Any] = [values]
    elif kind == "aws_security_group_rule" and values.get("type") == "ingress":
        rules = [values]
    elif kind in ("aws_security_group", "aws_default_security_group"):
        rules = values.get("ingress") or []
    else:
        return set()
    return {
        f"{source} ({rule.get('protocol') or rule.get('ip_protocol')}, from port {rule.get('from_port')})"
        for rule in rules
        for name in ("cidr_ipv4", "cidr_ipv6", "cidr_blocks", "ipv6_cidr_blocks")
        for source in _listed(rule.get(name))
        if source in _EVERYBODY
    }


def _bucket(change: Change) -> Iterator[tuple[str, str]]:
    if change.type == "aws_s3_bucket_public_access_block":
        for flag in _FLAGS:
            if change.before.get(flag) and not change.after.get(flag):
                yield flag, f"{flag} would be turned off"
    before, after = change.before.get("acl"), change.after.get("acl")
    if change.type in ("aws_s3_bucket", "aws_s3_bucket_acl") and after in _ACLS and after != before:
        yield "acl", f"the bucket would get the ACL {after}"


def _public(policy: object) -> set[str]:
    return {grant.action for grant in grants(policy) if grant.is_public}


def _listed(value: object) -> list[str]:
    return [str(one) for one in (value if isinstance(value, list) else [value])]
