"""The folder that becomes plugins.zip: what MWAA unpacks to /usr/local/airflow/plugins, which is on sys.path."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from packaging.tags import Tag
from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import InvalidVersion

from mwaactl.errors import Finding, Severity
from mwaactl.model.refused import LARGEST_PLUGINS

PLUGINS_ROOT = "PLUGINS_ROOT"
PLUGINS_SHADOW = "PLUGINS_SHADOW"
PLUGINS_CACHE = "PLUGINS_CACHE"
PLUGINS_WHEEL = "PLUGINS_WHEEL"
PLUGINS_SIZE = "PLUGINS_SIZE"

INSTALLED = frozenset((
    "airflow", "attr", "boto3", "botocore", "celery", "click", "croniter", "cryptography", "flask", "gunicorn",
    "jinja2", "jwt", "kombu", "numpy", "packaging", "pandas", "pendulum", "psycopg2", "pydantic", "requests", "rich",
    "sqlalchemy", "urllib3", "watchtower", "yaml",
))  # fmt: skip
"""Import names that every MWAA image has, and that a file of that name would hide (its constraints files)."""

_LINUX = re.compile(r"(many)?linux\w*_x86_64")
_CACHES = frozenset({".cache", ".hypothesis", ".mypy_cache", ".nox", ".pytest_cache", ".ruff_cache", ".tox", ".venv",
                     ".vscode", "node_modules", "site-packages", "venv"})  # fmt: skip


def plugins_findings(
    folder: str,
    paths: Sequence[PurePosixPath],
    size: int,
    dag_modules: Iterable[str],
    python: tuple[int, int] | None = None,
) -> tuple[Finding, ...]:
    """What is wrong with the files of the folder, which have `size` bytes together.

    `dag_modules` are the top-level names of the DAG folder, `python` is the version that will run it.
    """
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
    if size > LARGEST_PLUGINS:
        message = f"is {size / 1e9:.1f} GB, more than {LARGEST_PLUGINS / 1e9:.0f} GB"
        found.append(Finding(PLUGINS_SIZE, folder, message, "put packages into requirements.txt", file=folder))
    found += _wheel_findings(folder, paths, python)
    return (*found, *_cache_findings(folder, paths))


def _wheel_findings(folder: str, paths: Iterable[PurePosixPath], python: tuple[int, int] | None) -> Iterator[Finding]:
    for path in paths:
        complaint = _wheel_complaint(path.name, python) if path.suffix == ".whl" else ""
        if complaint:
            name = f"{folder}/{path}"
            hint = "pip download --only-binary=:all: --platform manylinux2014_x86_64 --python-version X.Y NAME"
            yield Finding(PLUGINS_WHEEL, name, complaint, hint, file=name)


def _wheel_complaint(name: str, python: tuple[int, int] | None) -> str:
    try:
        tags = parse_wheel_filename(name)[3]
    except (InvalidWheelFilename, InvalidVersion):
        return "is not named as a wheel: pip does not find it"
    here = [tag for tag in tags if tag.platform == "any" or _LINUX.fullmatch(tag.platform)]
    if not here:
        return "is a wheel for another platform than MWAA's, which is Linux on x86_64"
    if python and not any(_runs_on(tag, python) for tag in here):
        return f"is a wheel for another Python than {python[0]}.{python[1]}"
    return ""


def _runs_on(tag: Tag, python: tuple[int, int]) -> bool:
    kind, number = tag.interpreter[:2], tag.interpreter[2:]
    if kind not in ("py", "cp") or not number.isdigit():
        return False
    version = (int(number[0]), int(number[1:] or 0))
    if kind == "cp" and tag.abi != "abi3":
        return version == python
    return version[0] == python[0] and version <= python


def _cache_findings(folder: str, paths: Iterable[PurePosixPath]) -> Iterator[Finding]:
    """What tools leave behind. Python's own caches are left out of plugins.zip and need no word."""
    places: dict[PurePosixPath, None] = {}
    for path in paths:
        for depth, part in enumerate(path.parts[:-1], 1):
            if part in _CACHES or part.endswith(".egg-info"):
                places[PurePosixPath(*path.parts[:depth])] = None
                break
    for place in places:
        name = f"{folder}/{place}"
        message, hint = "is left behind by a tool, and would be in plugins.zip", "remove it"
        yield Finding(PLUGINS_CACHE, name, message, hint, severity=Severity.LOW, file=name)


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
