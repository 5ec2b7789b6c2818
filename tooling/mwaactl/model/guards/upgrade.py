"""Another major version of Airflow, or an older one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mwaactl.errors import Finding
from mwaactl.model.guards.change import Change
from mwaactl.model.state import MWAA_TYPE

UPGRADE_ID = "GUARD_UPGRADE"

# The hop is a replacement for provider 5.2.0 and later, but AWS itself does 2.11.x -> 3.x in place (user guide,
# "Upgrading the environment"); so it is done by the API and Terraform is told afterwards.
MAJOR_UPGRADE = (
    "upgrade in place instead: deploy the newest 2.11.x first, then `aws mwaa update-environment --name {name} "
    "--airflow-version {version}`, wait for AVAILABLE, and deploy with {version} in the YAML: Terraform then sees no "
    "change. Or build a second environment beside this one and cut over"
)


def upgrades(changes: Sequence[Change]) -> Iterator[Finding]:
    """A major upgrade, which DAGs seldom survive unchanged, and a downgrade, which MWAA does not do."""
    for change in changes:
        before, after = _versions(change)
        if not before or not after:
            continue
        hint = instead_of_upgrade(change) or f"if that is what you want: --allow '{change.address}'"
        if after[0] > before[0]:
            message = f"would go from Airflow {_dotted(before)} to {_dotted(after)}, another major version"
            yield Finding(UPGRADE_ID, change.address, message, hint, attribute="airflow_version")
        elif after < before:
            message = (
                f"would go back from Airflow {_dotted(before)} to {_dotted(after)}: MWAA does not do that in place"
            )
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
    return _order(change.before.get("airflow_version")), _order(change.after.get("airflow_version"))


def _order(version: object) -> tuple[int, ...]:
    parts = str(version or "").split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else ()


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
