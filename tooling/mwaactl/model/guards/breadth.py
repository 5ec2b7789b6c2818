"""How much a word of an IAM policy stands for."""

from __future__ import annotations

import json
import re

ARN_PARTS = 6
_LIMITING_OPERATORS = re.compile(
    r"(?i)(ForAnyValue:)?(String(Equals|Like|EqualsIgnoreCase)|Arn(Equals|Like)|IpAddress)"
)
_LIMITING_KEYS = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:sourceorgid",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "aws:vpcsourceip",
        "kms:calleraccount",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
    }
)
"""S3 User Guide, "The meaning of public"; for KMS the key that AWS's own key policies use."""
_EVERYTHING = ("*", "0.0.0.0/0", "::/0", "arn:*", "arn:aws:*")


def is_whole_service(action: str) -> bool:
    """Is it `*`, or everything of a service such as `s3:*`?"""
    service, _, operation = action.partition(":")
    return "*" in service or operation == "*"


def is_whole_resource(resource: str) -> bool:
    """Is it everything of a kind, such as `*` or `arn:aws:dynamodb:eu-west-1:111111111111:table/*`?

    A bucket's `/*` and a prefix such as `log-group:airflow-*` name something, and are not. Any account's is.
    """
    parts = resource.split(":", ARN_PARTS - 1)
    if len(parts) < ARN_PARTS:
        return "*" in resource
    _, _, service, _, account, name = parts
    if "*" in service or "*" in account:
        return True
    if service != "s3":  # there it is the bucket's name that comes first, elsewhere the kind of thing
        name = re.split("[:/]", name, maxsplit=1)[-1]
    return name.startswith("*")


def is_limiting(condition: str) -> bool:
    """Does the condition (JSON) keep strangers out? One that is true for everybody, such as TLS only, does not.

    Operators with IfExists or Not, and ForAllValues, let pass what lacks the key: they do not count.
    """
    found = json.loads(condition) if condition else {}
    return any(
        _is_telling(key, values)
        for operator, keys in (found.items() if isinstance(found, dict) else ())
        if _LIMITING_OPERATORS.fullmatch(operator) and isinstance(keys, dict)
        for key, values in keys.items()
    )


def _is_telling(key: str, values: object) -> bool:
    listed = values if isinstance(values, list) else [values]
    return key.lower() in _LIMITING_KEYS and not any(str(value) in _EVERYTHING for value in listed)
