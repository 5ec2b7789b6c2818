"""Rules of the MWAA environment: versions, counts per class, logs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from mwaactl.model import catalog
from mwaactl.model.catalog import AirflowVersion, Count
from mwaactl.model.environment import Environment
from mwaactl.model.finding import Finding
from mwaactl.model.mwaa import nearest_version

NOTICE = timedelta(days=180)
"""AWS announces the end of a version's support at least so long before; within it we warn."""


def version(environment: Environment, today: date) -> Iterator[Finding]:
    path, wanted = ("mwaa", "airflow_version"), environment.mwaa.airflow_version
    supported = catalog.supported_versions(today)
    allowed = ", ".join(known.version for known in supported)
    found = catalog.find_version(wanted)
    if found is None:
        yield Finding(path, "is no version that MWAA offers", allowed=allowed, hint=nearest_version(wanted))
    elif not catalog.is_supported(wanted, today):
        yield Finding(path, f"is out of support at MWAA since {found.end_of_support}", allowed=allowed)
    else:
        yield from _ageing(found, supported, today)


def _ageing(found: AirflowVersion, supported: tuple[AirflowVersion, ...], today: date) -> Iterator[Finding]:
    path = ("mwaa", "airflow_version")
    newest = next(known for known in supported if known.minor == found.minor)
    if newest.order > found.order:
        message = f"MWAA offers {newest.version}, a newer patch of Airflow {found.minor}"
        yield Finding(path, message, hint="an upgrade within a minor version is in place", is_warning=True)
    if found.end_of_support and found.end_of_support - today <= NOTICE:
        yield Finding(path, f"MWAA's support ends on {found.end_of_support}", is_warning=True)


def schedulers(environment: Environment) -> Iterator[Finding]:
    yield from _counted(environment, ("schedulers",), "scheduler")


def workers(environment: Environment) -> Iterator[Finding]:
    yield from _counted(environment, ("min_workers", "max_workers"), "worker")


def webservers(environment: Environment) -> Iterator[Finding]:
    yield from _counted(environment, ("min_webservers", "max_webservers"), "webserver")


def _counted(environment: Environment, fields: tuple[str, ...], component: str) -> Iterator[Finding]:
    size = catalog.environment_class(environment.mwaa.environment_class)
    if size is None:
        return
    limits: Count = getattr(size, f"{component}s")
    counts = [getattr(environment.mwaa, field) for field in fields]
    outside = [field for field, count in zip(fields, counts, strict=True) if not limits.fewest <= count <= limits.most]
    for field in outside:
        message = f"{size.name} has {limits} {component}{'s' if limits.most > 1 else ''}"
        yield Finding(("mwaa", field), message, allowed=str(limits))
    if not outside and len(counts) == 2 and counts[0] > counts[1]:
        yield Finding(("mwaa", fields[0]), f"is more than {fields[1]}, {counts[1]}", allowed=f"at most {counts[1]}")


def logs(environment: Environment) -> Iterator[Finding]:
    for name in ("scheduler_logs", "webserver_logs", "worker_logs"):
        if not getattr(environment.mwaa.logging_configuration, name).enabled:
            path = ("mwaa", "logging_configuration", name, "enabled")
            message = "is off: failures of this component leave no trace, and checkov refuses it"
            yield Finding(path, message, allowed="true", is_warning=True)
