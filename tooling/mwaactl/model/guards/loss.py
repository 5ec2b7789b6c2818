"""Deleting or replacing what holds data, and deleting a lot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mwaactl.errors import Finding, Severity
from mwaactl.model.guards.change import Change
from mwaactl.model.guards.upgrade import instead_of_upgrade
from mwaactl.model.plan import STATEFUL_TYPES
from mwaactl.model.state import MWAA_TYPE

DELETE_ID = "GUARD_DELETE"
REPLACE_ID = "GUARD_REPLACE"
DELETIONS_ID = "GUARD_DELETIONS"
SHOWN = 3

_LOSSES = {
    MWAA_TYPE: "its metadata database goes too (run history, variables, connections)",
    "aws_s3_bucket": "its DAGs and releases go too",
    "aws_kms_key": "what it encrypted can no longer be read",
    "aws_cloudwatch_log_group": "its logs go too",
}
_REASONS = {
    "replace_because_tainted": "its creation failed and left it tainted",
    "replace_by_request": "its replacement was asked for",
    "replace_by_triggers": "a replace_triggered_by changed",
    "delete_because_count_index": "its index is beyond count",
    "delete_because_each_key": "its key is gone from for_each",
    "delete_because_no_module": "its module is gone from the configuration",
    "delete_because_no_move_target": "it moved to where no resource is",
    "delete_because_no_resource_config": "it is gone from the configuration",
    "delete_because_wrong_repetition": "count or for_each came or went",
}
"""Terraform's `action_reason`, where no attribute forces anything."""


def losses(changes: Sequence[Change]) -> Iterator[Finding]:
    """Every deletion and replacement of something that holds state."""
    for change in changes:
        if change.type in STATEFUL_TYPES and "delete" in change.actions:
            yield _loss(change)


def too_many_deletions(changes: Sequence[Change], most: int) -> Iterator[Finding]:
    """More deletions and replacements than `most`, whatever they are."""
    gone = [change.address for change in changes if "delete" in change.actions]
    if len(gone) > most:
        first = ", ".join(gone[:SHOWN]) + (f" and {len(gone) - SHOWN} more" if len(gone) > SHOWN else "")
        yield Finding(
            DELETIONS_ID,
            "deletions",
            f"{len(gone)} resources would be deleted or replaced, more than policy.max_deletions ({most}): {first}",
            "if that is what you want: --allow deletions",
            attribute="policy.max_deletions",
        )


def _loss(change: Change) -> Finding:
    forced = f", forced by {', '.join(change.forced_by)}" if change.forced_by else ""
    if not forced and change.reason in _REASONS:
        forced = f", because {_REASONS[change.reason]}"
    loss = _LOSSES.get(change.type, "its data goes too")
    return Finding(
        REPLACE_ID if change.is_replacement else DELETE_ID,
        change.address,
        f"would be {'replaced' if change.is_replacement else 'deleted'}{forced}: {loss}",
        instead_of_upgrade(change) or f"if that is what you want: --allow-replace '{change.address}'",
        severity=Severity.CRITICAL,
        attribute=change.forced_by[0] if change.forced_by else "",
    )
