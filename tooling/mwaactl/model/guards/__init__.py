"""Guards on what a plan does to what exists. checkov cannot see it: it looks at the planned values only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from mwaactl.errors import Finding, Severity
from mwaactl.model.guards.change import changes_of, is_first_creation
from mwaactl.model.guards.exposure import exposures
from mwaactl.model.guards.key import key_changes
from mwaactl.model.guards.loss import DELETE_ID, REPLACE_ID, losses, too_many_deletions
from mwaactl.model.guards.upgrade import UPGRADE_ID, upgrades
from mwaactl.model.guards.widening import widenings

_BY_ALLOW_REPLACE = (DELETE_ID, REPLACE_ID, UPGRADE_ID)


def guard(
    document: Mapping[str, Any],
    environment: str,
    *,
    is_protected: bool,
    max_deletions: int,
    allow_replace: Collection[str] = (),
    allow: Collection[str] = (),
) -> tuple[Finding, ...]:
    """What the guards have against a plan document (`terraform show -json`).

    Loss of data, upgrades and keys refuse in a protected environment and warn elsewhere; exposure, wider roles and mass
    deletion refuse everywhere. `allow_replace` are addresses whose loss was agreed to, `allow` those of anything else.
    What is agreed to still warns: an agreement is no reason not to be seen.
    """
    changes = changes_of(document)
    of_data = [*losses(changes), *upgrades(changes), *key_changes(changes)]
    # Where the environment itself is new, what is created with it widens nothing that runs, and checkov judges every
    # planned value anyway. What was there before is compared all the same.
    compared = [change for change in changes if not (change.is_new and is_first_creation(document))]
    of_security = [*too_many_deletions(changes, max_deletions), *exposures(compared), *widenings(compared)]
    found = [*(of_data if is_protected else map(_warning, of_data)), *of_security]
    return tuple(
        replace(_warning(one) if _is_allowed(one, allow_replace, allow) else one, environment=environment)
        for one in found
    )


def _warning(finding: Finding) -> Finding:
    return replace(finding, severity=Severity.LOW)


def _is_allowed(finding: Finding, allow_replace: Collection[str], allow: Collection[str]) -> bool:
    if finding.id in _BY_ALLOW_REPLACE and finding.address in allow_replace:
        return True
    return finding.id not in (DELETE_ID, REPLACE_ID) and finding.address in allow
