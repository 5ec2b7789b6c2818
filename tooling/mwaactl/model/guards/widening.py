"""A new `*` in IAM."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mwaactl.errors import Finding, Severity
from mwaactl.model.guards.change import Change
from mwaactl.model.guards.documents import Grant, grants

IAM_ID = "GUARD_IAM"
SHOWN = 3

_DOCUMENTS = {
    "aws_iam_policy": ("policy",),
    "aws_iam_role_policy": ("policy",),
    "aws_iam_group_policy": ("policy",),
    "aws_iam_user_policy": ("policy",),
    "aws_iam_role": ("assume_role_policy",),
}
_ATTACHMENTS = (
    "aws_iam_role_policy_attachment",
    "aws_iam_policy_attachment",
    "aws_iam_user_policy_attachment",
    "aws_iam_group_policy_attachment",
)
_ALMIGHTY = ("AdministratorAccess", "PowerUserAccess", "IAMFullAccess")


def widenings(changes: Sequence[Change]) -> Iterator[Finding]:
    """Wildcards that were not granted before, statement by statement, and policies of AWS that allow everything."""
    for change in changes:
        for attribute in _DOCUMENTS.get(change.type, ()):
            yield from _of_document(change, attribute)
        if change.type == "aws_iam_role":
            yield from _of_grants(change, "inline_policy", _inline(change.before), _inline(change.after))
            yield from _of_policies(change, "managed_policy_arns")
        if change.type in _ATTACHMENTS:
            yield from _of_policies(change, "policy_arn")


def _of_document(change: Change, attribute: str) -> Iterator[Finding]:
    if change.unknown.get(attribute) and change.before:
        message = f"{attribute} is known after apply only: whether it gets wider cannot be told"
        yield Finding(IAM_ID, change.address, message, severity=Severity.LOW, attribute=attribute)
        return
    yield from _of_grants(change, attribute, grants(change.before.get(attribute)), grants(change.after.get(attribute)))


def _of_grants(change: Change, attribute: str, before: frozenset[Grant], after: frozenset[Grant]) -> Iterator[Finding]:
    new = sorted(str(grant) for grant in after - before if grant.is_wide)
    if new:
        more = f" and {len(new) - SHOWN} more" if len(new) > SHOWN else ""
        yield _finding(change, attribute, f"would newly allow {'; '.join(new[:SHOWN])}{more}")


def _of_policies(change: Change, attribute: str) -> Iterator[Finding]:
    before, after = _listed(change.before.get(attribute)), _listed(change.after.get(attribute))
    for policy in sorted(after - before):
        if policy.rpartition("/")[2] in _ALMIGHTY:
            yield _finding(change, attribute, f"would newly attach {policy}")


def _finding(change: Change, attribute: str, message: str) -> Finding:
    hint = f"name actions and resources; if it has to be: --allow '{change.address}'"
    return Finding(IAM_ID, change.address, message, hint, severity=Severity.CRITICAL, attribute=attribute)


def _inline(values: Mapping[str, Any]) -> frozenset[Grant]:
    found = values.get("inline_policy") or []
    return frozenset(grant for policy in found if isinstance(policy, Mapping) for grant in grants(policy.get("policy")))


def _listed(value: object) -> set[str]:
    return {str(one) for one in (value if isinstance(value, list) else [value]) if one}
