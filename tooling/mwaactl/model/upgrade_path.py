"""How MWAA gets from one Airflow version to another."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum

from mwaactl.errors import ConfigError, Finding
from mwaactl.model import catalog
from mwaactl.model.plan import Plan

BRIDGE = (2, 11)
"""The only line between Airflow 2 and 3 (user guide, "Upgrading the environment", 2026)."""


class Way(StrEnum):
    """Who changes the version of a running environment."""

    NOTHING = "nothing"
    TERRAFORM = "terraform"
    API = "api"
    """UpdateEnvironment, for what provider 5.100.0 does not know: from 2 to 3, where it would replace the environment,
    metadata database and all; and how workers are replaced."""
    REFUSED = "refused"


class WorkerReplacement(StrEnum):
    """What happens to workers in an update (API reference, UpdateEnvironment, WorkerReplacementStrategy)."""

    FORCED = "forced"
    """They are replaced at once: tasks that run are stopped, as by default."""
    GRACEFUL = "graceful"
    """Tasks that run get up to 12 hours to end."""


@dataclass(frozen=True)
class UpgradePath:
    """The way from version `before` to `after`.

    `steps` are the versions to go through where it is no single one. `warnings` are what to know before saying yes.
    """

    before: str
    after: str
    way: Way
    steps: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class PinChange:
    """A package that MWAA pins to another version; None where one of the two Airflows does not pin it.

    `is_asked`: requirements.txt asks for it, so what it says must agree with the new pin.
    """

    package: str
    before: str | None
    after: str | None
    is_asked: bool = False


def upgrade_path(before: str, after: str, today: date) -> UpgradePath:
    """The way to `after`. Raises ConfigError for a version that MWAA does not offer, or offers no more."""
    if before == after:
        return UpgradePath(before, after, Way.NOTHING)
    _check_offered(after, today)
    old, new = numbers(before), numbers(after)
    if not is_in_place(old, new):
        bridge = _newest_bridge(today)
        is_reachable = bridge and is_in_place(old, numbers(bridge))
        return UpgradePath(before, after, Way.REFUSED, (bridge, after) if is_reachable else ())
    warnings = tuple(_warnings(before, after, today))
    return UpgradePath(before, after, Way.API if new[:1] > old[:1] else Way.TERRAFORM, (), warnings)


def is_in_place(old: tuple[int, ...], new: tuple[int, ...]) -> bool:
    """Does MWAA do it in a running environment? Within a major both ways; between 2 and 3 by way of 2.11 only."""
    if len(old) < 2 or len(new) < 2:
        return False
    if old[0] == new[0]:
        return True
    lower, higher = sorted((old, new))
    return lower[:2] == BRIDGE and higher[0] == BRIDGE[0] + 1


def numbers(version: object) -> tuple[int, ...]:
    """`2.10.3` as numbers that compare; nothing for what is no version."""
    parts = str(version or "").split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else ()


def pin_changes(before: str, after: str, asked: Collection[str] = ()) -> tuple[PinChange, ...]:
    """What MWAA pins otherwise, by package: those of requirements.txt, `asked`, first."""
    old, new = catalog.pins(before), catalog.pins(after)
    names = sorted({*old, *new}, key=lambda name: (name not in asked, name))
    return tuple(
        PinChange(name, old.get(name), new.get(name), name in asked) for name in names if old.get(name) != new.get(name)
    )


def not_kept(plan: Plan, environment: str, agreed: Sequence[str] = ()) -> tuple[Finding, ...]:
    """What the plan would replace or delete, which an upgrade in place keeps. `agreed` are addresses to leave out."""
    message = "would be lost: an upgrade in place keeps it, so something else in the configuration asks for this"
    hint = f"deploy that first: mwaactl deploy {environment}"
    return tuple(
        Finding("UPGRADE_LOSS", change.address, message, hint, environment=environment)
        for change in plan.changes
        if change.is_loss and change.address not in agreed
    )


def _check_offered(version: str, today: date) -> None:
    if catalog.is_supported(version, today):
        return
    offered = [known.version for known in catalog.supported_versions(today)]
    known = catalog.find_version(version)
    listed = f"versions: {', '.join(offered)}"
    if known is not None:
        raise ConfigError(
            f"The support of Airflow {version} on MWAA ended on {known.end_of_support}: nothing goes there any more.",
            hint=listed,
        )
    close = get_close_matches(version, offered, n=1)
    raise ConfigError(
        f"MWAA does not offer Airflow {version!r}, as far as mwaactl knows.",
        hint=f"did you mean {close[0]}? {listed}" if close else listed,
    )


def _newest_bridge(today: date) -> str:
    found = [known.version for known in catalog.supported_versions(today) if known.order[:2] == BRIDGE]
    return found[0] if found else ""


def _warnings(before: str, after: str, today: date) -> list[str]:
    old, new = numbers(before), numbers(after)
    found = []
    if new < old:
        found.append(
            f"this goes back from Airflow {before} to {after}: MWAA does that, "
            "but what only the newer Airflow knows is lost"
        )
    bridge = _newest_bridge(today)
    if new[0] > old[0]:
        found.append("Airflow 3 is another major version: rehearse it in a clone first (mwaactl clone)")
        if bridge not in ("", before):
            found.append(f"AWS's guide asks for the newest 2.11 before Airflow 3: that is {bridge}, not {before}")
    if not catalog.is_supported(before, today):
        found.append(f"the support of Airflow {before} has ended or is unknown: AWS may refuse to move on from it")
    return found
