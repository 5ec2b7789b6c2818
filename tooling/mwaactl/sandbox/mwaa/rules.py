"""What the service enforces beyond its model: versions, classes, counts, and which changes of version it supports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mwaactl.sandbox.mwaa.exceptions import ValidationException

# User guide, "Apache Airflow versions" and "Environment class", 2026-11-22; newest first.
AIRFLOW_VERSIONS = ("3.3.1", "3.2.1", "3.0.6", "2.11.2", "2.11.0", "2.10.3", "2.10.1", "2.9.2", "2.8.1", "2.7.2")
ENVIRONMENT_CLASSES = ("mw1.micro", "mw1.small", "mw1.medium", "mw1.large", "mw1.xlarge", "mw1.2xlarge")
MICRO = "mw1.micro"
COUNTS = {  # member: (name in messages, least, most, default) for every class but mw1.micro, which has 1 of each
    "Schedulers": ("scheduler", 2, 5, 2),
    "MinWebservers": ("web server", 2, 5, 2),
    "MaxWebservers": ("web server", 2, 5, 2),
    "MinWorkers": ("worker", 1, 25, 1),
    "MaxWorkers": ("worker", 1, 25, 10),
}
LOG_LEVEL_DEFAULTS = {"TaskLogs": True}  # task logs are on by default, the other four off, all at INFO


def with_defaults(settings: Mapping[str, Any]) -> dict[str, Any]:
    """`settings` of a CreateEnvironment call with everything filled in that AWS fills in."""
    environment_class = settings.get("EnvironmentClass", "mw1.small")
    counts = {name: 1 if environment_class == MICRO else default for name, (_, _, _, default) in COUNTS.items()}
    if "MaxWebservers" in settings and "MinWebservers" not in settings:
        counts["MinWebservers"] = min(counts["MinWebservers"], settings["MaxWebservers"])
    for most, least in (("MaxWorkers", "MinWorkers"), ("MaxWebservers", "MinWebservers")):
        counts[most] = max(counts[most], settings.get(least, 0))
    return {
        "AirflowVersion": AIRFLOW_VERSIONS[0],
        "EndpointManagement": "SERVICE",
        "EnvironmentClass": environment_class,
        "WebserverAccessMode": "PRIVATE_ONLY",
        "WeeklyMaintenanceWindowStart": "SUN:03:30",
        **counts,
        **settings,
        "LoggingConfiguration": with_logging(None, settings.get("LoggingConfiguration", {})),
    }


def with_logging(current: Mapping[str, Any] | None, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The five logging blocks: what is `wanted`, else what is there now, else AWS's default."""
    modules = ("DagProcessingLogs", "SchedulerLogs", "TaskLogs", "WebserverLogs", "WorkerLogs")
    default = {name: {"Enabled": name in LOG_LEVEL_DEFAULTS, "LogLevel": "INFO"} for name in modules}
    return {name: dict(wanted.get(name) or (current or default)[name]) for name in modules}


def check_settings(settings: Mapping[str, Any]) -> None:
    """Raises ValidationException for a version, class or count that MWAA does not have."""
    version, environment_class = settings["AirflowVersion"], settings["EnvironmentClass"]
    if version not in AIRFLOW_VERSIONS:
        raise ValidationException(
            f"Unsupported Apache Airflow version {version}. Supported versions: {', '.join(AIRFLOW_VERSIONS)}."
        )
    if environment_class not in ENVIRONMENT_CLASSES:
        raise ValidationException(
            f"Unsupported environment class {environment_class}. Supported classes: {', '.join(ENVIRONMENT_CLASSES)}."
        )
    for member, (noun, least, most, _) in COUNTS.items():
        _check_count(environment_class, noun, settings[member], least, most)
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
    if new not in AIRFLOW_VERSIONS:
        raise ValidationException(f"Airflow version {old} does not support updates to version {new}.")
    (old_major, old_minor), (new_major, new_minor) = _numbers(old), _numbers(new)
    is_supported = old_major == new_major or (
        old_minor == 11 if new_major > old_major else new_minor == 11  # 2.11 is the only bridge between 2 and 3
    )
    if not is_supported:
        raise ValidationException(f"Airflow version {old} does not support updates to version {new}.")


def _check_count(environment_class: str, noun: str, count: int, least: int, most: int) -> None:
    if environment_class == MICRO:
        if count != 1:
            raise ValidationException(f"The {noun} count for environment class {MICRO} must be 1.")
    elif not least <= count <= most:
        raise ValidationException(
            f"The {noun} count for environment class {environment_class} must be between {least} and {most}."
        )


def _numbers(version: str) -> tuple[int, int]:
    major, minor = version.split(".")[:2]
    return int(major), int(minor)
