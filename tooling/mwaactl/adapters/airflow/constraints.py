"""The versions that packages may have: the official constraints where they can be had, else those of the same day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mwaactl.adapters.files import write_whole
from mwaactl.model.airflow_runtime import RuntimePins

FETCH_S = 4.0
ANY_DATE = "2100-01-01T00:00:00Z"
OWN_PACKAGES = ("apache-airflow", "apache-airflow-core", "apache-airflow-task-sdk")
"""Released hours after their constraints were made."""


@dataclass(frozen=True)
class Constraints:
    """Arguments for uv, and how good they are: the official file, the packages of its day, or our pins alone."""

    kind: str
    arguments: tuple[str, ...]


def constraints_of(pins: RuntimePins, folder: Path, environment: Mapping[str, str]) -> tuple[Constraints, ...]:
    """What to try, best first. `folder` keeps the official files that were fetched."""
    pinned = folder / f"pins-{pins.version}.txt"
    write_whole(pinned, "".join(f"{line}\n" for line in pins.constraints).encode())
    ours = ("--constraint", str(pinned))
    found = []
    official = _official(pins, folder, environment)
    if official:
        found.append(Constraints("official", ("--constraint", str(official))))
    if pins.generated:
        dated = ["--exclude-newer", pins.generated]
        for name in OWN_PACKAGES:
            dated += ["--exclude-newer-package", f"{name}={ANY_DATE}"]
        found.append(Constraints("dated", (*ours, *dated)))
    found.append(Constraints("pins", ours))
    return tuple(found)


def _official(pins: RuntimePins, folder: Path, environment: Mapping[str, str]) -> Path | None:
    path = folder / f"constraints-{pins.version}-{pins.python}.txt"
    if path.is_file():
        return path
    if environment.get("UV_OFFLINE"):
        return None
    from urllib.request import urlopen

    try:
        with urlopen(pins.constraints_url, timeout=FETCH_S) as reply:  # noqa: S310 - always https
            text = reply.read()
    except OSError:  # no internet: the packages of the same day do
        return None
    if b"apache-airflow" not in text:
        return None
    write_whole(path, text)
    return path
