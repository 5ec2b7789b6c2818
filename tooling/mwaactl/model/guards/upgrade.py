"""Another major version of Airflow, or an older one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mwaactl.errors import Finding
from mwaactl.model.guards.change import Change
from mwaactl.model.state import MWAA_TYPE
from mwaactl.model.upgrade_path import is_in_place, numbers

UPGRADE_ID = "GUARD_UPGRADE"

# The hop is a replacement for provider 5.2.0 and later, but AWS itself does 2.11.x -> 3.x in place (user guide,
# "Upgrading the environment"); so it is done by the API and Terraform is told afterwards.
MAJOR_UPGRADE = (
    "upgrade in place instead: to the newest 2.11.x first, then `mwaactl upgrade ENV {version}`, which does as "
    "`aws mwaa update-environment --name {name} --airflow-version {version}`: Terraform then sees no change. Or build "
    "a second environment beside this one (mwaactl clone) and cut over"
)


def upgrades(changes: Sequence[Change]) -> Iterator[Finding]:
    """A major upgrade, which DAGs seldom survive unchanged, and a downgrade.

    MWAA goes back within a major version, and from 3.x to 2.11.x (user guide, "Upgrading the environment", 2026).
    """
    for change in changes:
        before, after = _versions(change)
        if not before or not after:
            continue
        hint = instead_of_upgrade(change) or f"if that is what you want: --allow '{change.address}'"
        if after[0] > before[0]:
            message = f"would go from Airflow {_dotted(before)} to {_dotted(after)}, another major version"
            yield Finding(UPGRADE_ID, change.address, message, hint, attribute="airflow_version")
        elif after < before:
            allows = "does that in place, but DAGs may need the newer" if is_in_place(before, after) else "refuses that"
            message = f"would go back from Airflow {_dotted(before)} to {_dotted(after)}: MWAA {allows}"
            yield Finding(UPGRADE_ID, change.address, message, hint, attribute="airflow_version")


def instead_of_upgrade(change: Change) -> str:
    """What to do instead of a replacement that a new version forces; nothing for any other change."""
    if change.type != MWAA_TYPE or "airflow_version" not in change.forced_by:
        return ""
    name = change.after.get("name") or change.before.get("name") or "NAME"
    return MAJOR_UPGRADE.format(name=name, version=change.after.get("airflow_version"))


def _versions(change: Change) -> tuple[tuple[int, ...], tuple[int, ...]]:
    if change.type != MWAA_TYPE:
        return (), ()
    return numbers(change.before.get("airflow_version")), numbers(change.after.get("airflow_version"))


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
