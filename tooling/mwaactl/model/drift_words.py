"""Sentences for a person who knows MWAA, and not Terraform's addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mwaactl.model.drift_values import Leaf
from mwaactl.model.state import OPTIONS

OUTSIDE = "outside of Terraform"

_NOUNS = {
    "aws_cloudwatch_dashboard": "dashboard",
    "aws_cloudwatch_log_group": "log group",
    "aws_cloudwatch_log_metric_filter": "metric filter",
    "aws_cloudwatch_metric_alarm": "alarm",
    "aws_default_security_group": "default security group",
    "aws_eip": "elastic IP address",
    "aws_iam_policy": "IAM policy",
    "aws_iam_role": "IAM role",
    "aws_iam_role_policy": "inline policy",
    "aws_iam_role_policy_attachment": "attachment of a policy to the IAM role",
    "aws_kms_alias": "alias",
    "aws_kms_key": "key",
    "aws_mwaa_environment": "environment",
    "aws_nat_gateway": "NAT gateway",
    "aws_s3_bucket": "bucket",
    "aws_s3_bucket_lifecycle_configuration": "lifecycle of the bucket",
    "aws_s3_bucket_logging": "access log of the bucket",
    "aws_s3_bucket_ownership_controls": "object ownership of the bucket",
    "aws_s3_bucket_policy": "policy of the bucket",
    "aws_s3_bucket_public_access_block": "public access block of the bucket",
    "aws_s3_bucket_server_side_encryption_configuration": "encryption of the bucket",
    "aws_s3_bucket_versioning": "versioning of the bucket",
    "aws_s3_object": "object",
    "aws_sns_topic": "topic",
    "aws_vpc": "VPC",
    "aws_vpc_endpoint": "VPC endpoint",
    "aws_vpc_security_group_egress_rule": "egress rule",
    "aws_vpc_security_group_ingress_rule": "ingress rule",
}
_NAMES = ("name", "alarm_name", "dashboard_name", "key", "bucket", "role", "id")
_MAPS: Mapping[str, str] = {OPTIONS: "Airflow option", "tags_all": "tag", "tags": "tag"}


def resource(kind: str, values: Mapping[str, Any] | None) -> str:
    """`the log group airflow-retail-dev-Task`."""
    noun = _NOUNS.get(kind) or kind.partition("_")[2].replace("_", " ") or kind
    name = next((str(values[key]) for key in _NAMES if values.get(key)), "") if values else ""
    return f"the {noun} {name}".rstrip()


def deleted(kind: str, before: Mapping[str, Any] | None) -> str:
    """For a resource that is gone."""
    return f"{resource(kind, before)} was deleted {OUTSIDE}"


def changed(kind: str, values: Mapping[str, Any], leaf: Leaf, before: str | None, after: str | None) -> str:
    """For one value; `before` and `after` are fit to be shown, None when absent."""
    if (kind, leaf.path) == ("aws_s3_object", ("version_id",)):
        return f"the content of {resource(kind, values)} was replaced {OUTSIDE}"
    what = f"{_attribute(leaf.path)} of {resource(kind, values)}"
    if leaf.is_list:
        parts = [f"{after} was added" if after else "", f"{before} was removed" if before else ""]
        return f"{what} was changed {OUTSIDE}: {' and '.join(part for part in parts if part)}"
    if before is None:
        return f"{what} was set {OUTSIDE} to {after}"
    if after is None:
        return f"{what} was removed {OUTSIDE}; it was {before}"
    if before == after:  # both masked, or both cut
        return f"{what} was changed {OUTSIDE}; its value is not shown"
    return f"{what} was changed {OUTSIDE} from {before} to {after}"


def _attribute(path: tuple[str, ...]) -> str:
    """`the log level of task logs`: the innermost first, without the block around all of it."""
    if path[0] in _MAPS and len(path) > 1:
        return f"the {_MAPS[path[0]]} {'.'.join(path[1:])}"
    inner = path[1:] if len(path) > 2 else path
    return "the " + " of ".join(_words(name) for name in reversed(inner))


def _words(name: str) -> str:
    if name.startswith(("is_", "enable_")):  # is_enabled, enable_key_rotation
        return f"switch {name}"
    for short, long in (("min_", "minimum of "), ("max_", "maximum of ")):
        if name.startswith(short):
            name = long + name.removeprefix(short)
    return name.replace("webserver", "web server").replace("_", " ")
