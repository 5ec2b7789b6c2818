"""The folder that becomes plugins.zip: what MWAA unpacks to /usr/local/airflow/plugins, which is on sys.path."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from mwaactl.errors import Finding, Severity
from mwaactl.model.bundle import is_ignored

PLUGINS_ROOT = "PLUGINS_ROOT"
PLUGINS_SHADOW = "PLUGINS_SHADOW"
PLUGINS_CACHE = "PLUGINS_CACHE"
PLUGINS_WHEEL = "PLUGINS_WHEEL"
PLUGINS_SIZE = "PLUGINS_SIZE"

LARGEST = 1_000_000_000
"""Bytes of plugins.zip. MWAA's own limit is not documented; the guide speaks of 1 GB for what it unpacks."""

INSTALLED = frozenset((
    "airflow", "attr", "boto3", "botocore", "celery", "click", "croniter", "cryptography", "flask", "gunicorn",
    "jinja2", "jwt", "kombu", "numpy", "packaging", "pandas", "pendulum", "psycopg2", "pydantic", "requests", "rich",
    "sqlalchemy", "urllib3", "watchtower", "yaml",
))  # fmt: skip
"""Import names that every MWAA image has, and that a file of that name would hide (its constraints files)."""

_FOREIGN_WHEEL = re.compile(r"(macosx|win32|win_amd64|aarch64|arm64|musllinux)")


def plugins_findings(
    folder: str, paths: Sequence[PurePosixPath], size: int, dag_modules: Iterable[str]
) -> tuple[Finding, ...]:
    """What is wrong with the files of the folder. `dag_modules` are the top-level names of the DAG folder."""
    found: list[Finding] = []
    tops = {path.parts[0] for path in paths}
    root = PurePosixPath(folder).name
    if tops and all(len(path.parts) > 1 for path in paths) and tops <= {"plugins", root}:
        top = min(tops)
        message = f"holds nothing but the folder {top}/: on MWAA it becomes plugins/{top}/, and no plugin is found"
        found.append(
            Finding(PLUGINS_ROOT, folder, message, f"move its files up into {folder}/", file=f"{folder}/{top}")
        )
    modules = sorted({(_module(path), path) for path in paths if _module(path)}, key=lambda pair: str(pair[1]))
    taken = set(dag_modules)
    for module, path in dict(reversed(modules)).items():
        found += _shadowed(f"{folder}/{path if len(path.parts) == 1 else path.parts[0]}", module, taken)
    if size > LARGEST:
        message = f"is {size / 1e9:.1f} GB, more than {LARGEST / 1e9:.0f} GB"
        found.append(Finding(PLUGINS_SIZE, folder, message, "put packages into requirements.txt", file=folder))
    for path in paths:
        name = f"{folder}/{path}"
        if path.suffix == ".whl" and _FOREIGN_WHEEL.search(path.name):
            hint = "build it for x86_64 Linux: pip download --platform manylinux2014_x86_64 --only-binary=:all:"
            found.append(Finding(PLUGINS_WHEEL, name, "is a wheel for another platform than MWAA's", hint, file=name))
    return tuple(found)


def cache_findings(folder: str, paths: Iterable[PurePosixPath]) -> tuple[Finding, ...]:
    """Caches and editor files that git would publish elsewhere: they are left out here."""
    tracked = sorted({path.parts[0] for path in paths if is_ignored(path)})
    hint = "mwaactl leaves them out; a plugins.zip made by hand would not"
    return tuple(
        Finding(
            PLUGINS_CACHE,
            f"{folder}/{name}",
            "is a cache, not a plugin",
            hint,
            severity=Severity.LOW,
            file=f"{folder}/{name}",
        )
        for name in tracked
    )


def _module(path: PurePosixPath) -> str:
    if len(path.parts) > 1:
        return path.parts[0] if path.suffix == ".py" else ""
    return path.stem if path.suffix == ".py" else ""


def _shadowed(name: str, module: str, taken: set[str]) -> list[Finding]:
    owner = ""
    if module in sys.stdlib_module_names:
        owner = "of Python's standard library"
    elif module in INSTALLED:
        owner = "of a package that Airflow needs"
    elif module in taken:
        owner = "of a module in the DAG folder"
    if not owner:
        return []
    message = f"has the name {owner}: one of the two hides the other"
    return [Finding(PLUGINS_SHADOW, name, message, "rename it", file=name)]
