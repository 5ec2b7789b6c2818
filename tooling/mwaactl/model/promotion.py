"""Whether DAG files of a release fit what an environment runs today, or what another one runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mwaactl.errors import Finding
from mwaactl.model.release import Release, ReleasedFile

MAJOR_ID = "PROMOTE_AIRFLOW_MAJOR"
OLDER_ID = "PROMOTE_AIRFLOW_OLDER"


@dataclass(frozen=True)
class RuntimeChange:
    """Something beside DAG files that is not as it was when a release was made.

    `name` is airflow_version, plugins, requirements or startup_script; the others are versions or SHA-256 digests,
    None where there was or is none.
    """

    name: str
    released: str | None
    running: str | None


def runtime_changes(
    release: Release, airflow_version: str, artifacts: Mapping[str, ReleasedFile]
) -> tuple[RuntimeChange, ...]:
    """What a rollback or promotion does not bring, as far as the release and the environment tell."""
    if not is_known(release.airflow_version) or not is_known(airflow_version):
        return ()
    found = [RuntimeChange("airflow_version", release.airflow_version, airflow_version)]
    for name in sorted({*release.artifacts, *artifacts}) if release.artifacts else ():
        sides = (release.artifacts.get(name), artifacts.get(name))
        found.append(RuntimeChange(name, *(side.digest if side else None for side in sides)))
    return tuple(change for change in found if change.released != change.running)


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
