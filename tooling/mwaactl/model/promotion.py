"""Whether DAG files that run on one Airflow may go to another."""

from __future__ import annotations

from collections.abc import Iterator

from mwaactl.errors import Finding

MAJOR_ID = "PROMOTE_AIRFLOW_MAJOR"
OLDER_ID = "PROMOTE_AIRFLOW_OLDER"


def misfits(released_for: str, runs: str, *, environment: str) -> Iterator[Finding]:
    """Why files released for one Airflow version would break on the one that `environment` runs. None when unknown."""
    before, after = _order(released_for), _order(runs)
    if not before or not after:
        return
    address = f"Airflow {runs}"
    if before[0] != after[0]:
        message = f"the release was made for Airflow {released_for}, and {environment} runs another major version"
        hint = f"what breaks: mwaactl dags check {environment}"
        yield Finding(MAJOR_ID, address, message, hint, environment)
    elif after < before:
        message = f"the release was made for Airflow {released_for}, and {environment} runs an older one"
        hint = f"upgrade {environment} first"
        yield Finding(OLDER_ID, address, message, hint, environment)


def is_known(version: str) -> bool:
    """Is this a version that can be compared?"""
    return bool(_order(version))


def _order(version: str) -> tuple[int, ...]:
    parts = version.split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else ()
