"""What the service enforces beyond its model: versions, classes, counts, and which changes of version it supports.

Versions, classes and counts come from the catalog, that is from dated data files.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from mwaactl.model import catalog
from mwaactl.sandbox.mwaa.exceptions import ValidationException
from mwaactl.sandbox.mwaa.operations import LOG_MODULES

DEFAULT_CLASS = "mw1.small"
COUNTS = {  # member of the API: (name in messages, attribute of the class in the catalog)
    "Schedulers": ("scheduler", "schedulers"),
    "MinWebservers": ("web server", "webservers"),
    "MaxWebservers": ("web server", "webservers"),
    "MinWorkers": ("worker", "workers"),
    "MaxWorkers": ("worker", "workers"),
}
ON_BY_DEFAULT = ("TaskLogs",)  # the other four are off, all at INFO


def with_defaults(settings: Mapping[str, Any]) -> dict[str, Any]:
    """`settings` of a CreateEnvironment call with everything filled in that AWS fills in."""
    name = settings.get("EnvironmentClass", DEFAULT_CLASS)
    known = catalog.environment_class(name) or catalog.environment_class(DEFAULT_CLASS)
    counts = {member: getattr(known, attribute).default for member, (_, attribute) in COUNTS.items()}
    counts["MinWorkers"] = 1
    if "MaxWebservers" in settings and "MinWebservers" not in settings:
        counts["MinWebservers"] = min(counts["MinWebservers"], settings["MaxWebservers"])
    for most, least in (("MaxWorkers", "MinWorkers"), ("MaxWebservers", "MinWebservers")):
        counts[most] = max(counts[most], settings.get(least, 0))
    return {
        "AirflowVersion": _versions()[0],
        "EndpointManagement": "SERVICE",
        "EnvironmentClass": name,
        "WebserverAccessMode": "PRIVATE_ONLY",
        "WeeklyMaintenanceWindowStart": "SUN:03:30",
        **counts,
        **settings,
        "LoggingConfiguration": with_logging(None, settings.get("LoggingConfiguration", {})),
    }


def with_logging(current: Mapping[str, Any] | None, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The five logging blocks: what is `wanted`, else what is there now, else AWS's default."""
    default = {name: {"Enabled": name in ON_BY_DEFAULT, "LogLevel": "INFO"} for name in LOG_MODULES}
    return {name: dict(wanted.get(name) or (current or default)[name]) for name in LOG_MODULES}


def check_settings(settings: Mapping[str, Any]) -> None:
    """Raises ValidationException for a version, class or count that MWAA does not have."""
    version, name = settings["AirflowVersion"], settings["EnvironmentClass"]
    if version not in _versions():
        raise ValidationException(
            f"Unsupported Apache Airflow version {version}. Supported versions: {', '.join(_versions())}."
        )
    known = catalog.environment_class(name)
    if known is None:
        names = ", ".join(one.name for one in catalog.environment_classes())
        raise ValidationException(f"Unsupported environment class {name}. Supported classes: {names}.")
    for member, (noun, attribute) in COUNTS.items():
        _check_count(name, noun, settings[member], getattr(known, attribute))
    for noun in ("Workers", "Webservers"):
        if settings[f"Min{noun}"] > settings[f"Max{noun}"]:
            raise ValidationException(f"Min{noun} must be less than or equal to Max{noun}.")
    if settings["WebserverAccessMode"] == "PUBLIC_AND_PRIVATE" and _numbers(version) < (3, 2):
        raise ValidationException(
            f"Airflow version {version} does not support webserver access mode PUBLIC_AND_PRIVATE."
        )


def check_version_change(old: str, new: str) -> None:
    """Minor changes go both ways; to a new major only from 2.11; back from 3 only to 2.11. Raises ValidationException.

    Source: the guide's page on upgrading an environment, 2026.
    """
    if new not in _versions():
        raise ValidationException(f"Airflow version {old} does not support updates to version {new}.")
    (old_major, old_minor), (new_major, new_minor) = _numbers(old), _numbers(new)
    is_supported = old_major == new_major or (
        old_minor == 11 if new_major > old_major else new_minor == 11  # 2.11 is the only bridge between 2 and 3
    )
    if not is_supported:
        raise ValidationException(f"Airflow version {old} does not support updates to version {new}.")


def _check_count(class_name: str, noun: str, count: int, allowed: catalog.Count) -> None:
    if not allowed.fewest <= count <= allowed.most:
        is_fixed = allowed.fewest == allowed.most
        must = f"{allowed.most}" if is_fixed else f"between {allowed.fewest} and {allowed.most}"
        raise ValidationException(f"The {noun} count for environment class {class_name} must be {must}.")


def _versions() -> list[str]:
    return [one.version for one in catalog.supported_versions(datetime.now(UTC).date())]


def _numbers(version: str) -> tuple[int, int]:
    major, minor = version.split(".")[:2]
    return int(major), int(minor)
