"""What differs from the state though nobody touched it.

A state is refreshed before a change and not after it. So whatever AWS fills in, and whatever one resource shows of
another, such as a bucket of its versioning, looks changed from the first apply on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from mwaactl.model.drift_values import Leaf
from mwaactl.model.plan_document import without_indexes

VOLATILE: Mapping[str, frozenset[str]] = {
    "aws_eip": frozenset({"association_id", "instance", "network_interface", "private_dns", "private_ip"}),
    "aws_iam_policy": frozenset({"attachment_count"}),
    "aws_mwaa_environment": frozenset(
        {"last_updated", "status", "webserver_url", "webserver_vpc_endpoint_service", "database_vpc_endpoint_service"}
    ),
    "aws_nat_gateway": frozenset({"association_id", "network_interface_id", "private_ip"}),
    "aws_s3_object": frozenset({"etag"}),  # with a key of KMS no digest; the version says that the content is new
    "aws_vpc_endpoint": frozenset({"dns_entry", "network_interface_ids", "state", "subnet_configuration"}),
}
"""Attributes that AWS changes by itself."""

ELSEWHERE: Mapping[str, frozenset[str]] = {
    "aws_s3_bucket": frozenset(
        {
            "acceleration_status", "acl", "cors_rule", "grant", "lifecycle_rule", "logging", "policy",
            "replication_configuration", "request_payer", "server_side_encryption_configuration", "versioning",
            "website",
        }
    ),
    "aws_kms_key": frozenset({"policy"}),
    "aws_sns_topic": frozenset({"policy"}),
    "aws_iam_role": frozenset({"inline_policy", "managed_policy_arns"}),
    "aws_route_table": frozenset({"route"}),
    "aws_security_group": frozenset({"egress", "ingress"}),
}  # fmt: skip
"""Attributes that show what has a resource of its own, unless the code writes them here. `unmanaged` looks at the last
three: what was added to those has no resource at all."""


class Written:
    """What the code gives each resource, from the plan's `configuration`."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def has(self, address: str, path: tuple[str, ...]) -> bool:
        """Does the code say anything at `path` of the resource at `address`?"""
        written = self._expressions.get(without_indexes(address), {})
        for name in path:
            if isinstance(written, list):
                written = {key: item for block in written if isinstance(block, Mapping) for key, item in block.items()}
            if name not in written:
                return False
            written = written[name]
            if isinstance(written, Mapping) and ("references" in written or "constant_value" in written):
                return True
        return True

    @cached_property
    def _expressions(self) -> dict[str, Mapping[str, Any]]:
        root = self._document.get("configuration", {}).get("root_module", {})
        return dict(_expressions(root, ""))


def _expressions(module: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for resource in module.get("resources", []):
        yield f"{prefix}{resource['address']}", resource.get("expressions", {})
    for name, call in module.get("module_calls", {}).items():
        yield from _expressions(call.get("module", {}), f"{prefix}module.{name}.")


def is_noise(entry: Mapping[str, Any], leaf: Leaf, written: Written, *, is_restored: bool) -> bool:
    """Is this difference of an entry of `resource_drift` nothing that a person did?

    What the next plan undoes is never noise: Terraform knows the provider's schema, and we do not.
    """
    kind, attribute = entry["type"], leaf.path[0]
    if attribute == "tags" and "tags_all" in (entry["change"].get("after") or {}):
        return True  # the same again, with the provider's default tags
    if is_restored:
        return False
    if attribute in VOLATILE.get(kind, ()):
        return True
    if written.has(entry["address"], leaf.path):
        return False
    if attribute in ELSEWHERE.get(kind, ()):
        return True
    return attribute != "tags_all" and leaf.was_empty
