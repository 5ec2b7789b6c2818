"""A new `*` in IAM."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mwaactl.errors import Finding, Severity
from mwaactl.model.guards.change import Change, is_marked, listed
from mwaactl.model.guards.documents import Grant, grants, has_action, is_covered

IAM_ID = "GUARD_IAM"
SHOWN = 3

_DOCUMENTS = {
    "aws_iam_group_policy": "policy",
    "aws_iam_policy": "policy",
    "aws_iam_role": "assume_role_policy",
    "aws_iam_role_policy": "policy",
    "aws_iam_user_policy": "policy",
    "aws_ssoadmin_permission_set_inline_policy": "inline_policy",
}
_ATTACHMENTS = (
    "aws_iam_group_policy_attachment",
    "aws_iam_policy_attachment",
    "aws_iam_role_policy_attachment",
    "aws_iam_user_policy_attachment",
)
_ALMIGHTY = ("AdministratorAccess", "PowerUserAccess", "SystemAdministrator")


def widenings(changes: Sequence[Change]) -> Iterator[Finding]:
    """Wildcards that were not granted before, policies of AWS that allow whole services, and boundaries that fall."""
    for change in changes:
        if change.type in _DOCUMENTS:
            yield from _of_document(change, _DOCUMENTS[change.type])
        if change.type == "aws_iam_role":
            yield from _of_grants(change, "inline_policy", _inline(change.before), _inline(change.after))
            yield from _of_policies(change, "managed_policy_arns")
        if change.type in ("aws_iam_role", "aws_iam_user"):
            yield from _of_boundary(change)
        if change.type in _ATTACHMENTS:
            yield from _of_policies(change, "policy_arn")


def _of_document(change: Change, attribute: str) -> Iterator[Finding]:
    if change.unknown.get(attribute):
        message = f"{attribute} is known after apply only: whether it gets wider cannot be told"
        yield Finding(IAM_ID, change.address, message, severity=Severity.LOW, attribute=attribute)
        return
    yield from _of_grants(change, attribute, grants(change.before.get(attribute)), grants(change.after.get(attribute)))


def _of_grants(change: Change, attribute: str, before: frozenset[Grant], after: frozenset[Grant]) -> Iterator[Finding]:
    new = sorted(str(grant) for grant in after if _is_widening(grant, before))
    if new:
        more = f" and {len(new) - SHOWN} more" if len(new) > SHOWN else ""
        yield _finding(change, attribute, f"would newly allow {'; '.join(new[:SHOWN])}{more}")


def _is_widening(grant: Grant, before: frozenset[Grant]) -> bool:
    """A pattern such as s3:Get* is one only where it is new: with another named resource it stays what it was."""
    if grant.is_wide:
        return not is_covered(grant, before)
    return grant.has_pattern and not has_action(grant.action, before)


def _of_policies(change: Change, attribute: str) -> Iterator[Finding]:
    before, after = _texts(change.before.get(attribute)), _texts(change.after.get(attribute))
    for policy in sorted(after - before):
        name = policy.rpartition("/")[2]
        if name in _ALMIGHTY or (":iam::aws:policy/" in policy and name.endswith("FullAccess")):
            yield _finding(change, attribute, f"would newly attach {policy}")


def _of_boundary(change: Change) -> Iterator[Finding]:
    name = "permissions_boundary"
    if (
        change.before.get(name)
        and change.after
        and not change.after.get(name)
        and not is_marked(change.unknown.get(name))
    ):
        yield _finding(change, name, f"would lose its permissions boundary {change.before[name]}")


def _finding(change: Change, attribute: str, message: str) -> Finding:
    hint = f"name actions and resources; if it has to be: --allow '{change.address}'"
    return Finding(IAM_ID, change.address, message, hint, severity=Severity.CRITICAL, attribute=attribute)


def _inline(values: Mapping[str, Any]) -> frozenset[Grant]:
    found = values.get("inline_policy") or []
    return frozenset(grant for policy in found if isinstance(policy, Mapping) for grant in grants(policy.get("policy")))


def _texts(value: object) -> set[str]:
    return {str(one) for one in listed(value) if one}
