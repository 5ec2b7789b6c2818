"""Finds the Python that MWAA runs a version of Airflow on."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mwaactl.adapters import process
from mwaactl.errors import ToolMissing

PROBE = "import sys; print('%d.%d.%d' % sys.version_info[:3])"
PROBE_S = 20
INSTALL_S = 180
OTHERS = ("3.12", "3.11", "3.10", "3.13")
"""What to take, in this order and nearest first, where the exact minor version is missing."""


@dataclass(frozen=True)
class Interpreter:
    """A Python: where it is, its full version such as 3.12.1, and what the user should know about the choice."""

    path: Path
    version: str
    note: str = ""

    @property
    def minor(self) -> str:
        """Such as 3.12."""
        return ".".join(self.version.split(".")[:2])


def find_python(minor: str, uv: Path, environment: Mapping[str, str], folder: Path) -> Interpreter:
    """A Python of this minor version: on PATH, of pyenv, or of uv, which may fetch one into `folder`.

    Without any the nearest other one, with a note. Raises ToolMissing.
    """
    found = _installed(minor, environment) or _of_uv(minor, uv, environment, folder)
    if found:
        return found
    for other in sorted(set(OTHERS) - {minor}, key=lambda name: abs(_number(name) - _number(minor))):
        nearest = _installed(other, environment)
        if nearest:
            note = f"MWAA runs it on Python {minor}, which is not installed here: Python {nearest.version} is used"
            return Interpreter(nearest.path, nearest.version, note)
    raise ToolMissing(
        f"Python {minor} is not installed.", hint=f"install it, for example by `uv python install {minor}`"
    )


def _installed(minor: str, environment: Mapping[str, str]) -> Interpreter | None:
    for candidate in dict.fromkeys(_candidates(minor, environment)):
        version = _version(candidate, environment)
        if version and version.startswith(f"{minor}."):
            return Interpreter(candidate, version)
    return None


def _candidates(minor: str, environment: Mapping[str, str]) -> Iterator[Path]:
    name = f"python{minor}"
    yield Path(sys.base_prefix) / "bin" / name
    folders = [Path(part) for part in environment.get("PATH", "").split(os.pathsep) if part]
    for folder in folders:
        if folder.name != "shims":
            yield folder / name
    # A shim of pyenv works only where its version is chosen, and finds pyenv by HOME: ask the versions themselves.
    roots = [environment.get("PYENV_ROOT", ""), str(Path.home() / ".pyenv")]
    roots += [str(parent) for folder in folders if folder.name == "shims" for parent in folder.parents[:3]]
    for root in dict.fromkeys(root for root in roots if root):
        versions = sorted((Path(root) / "versions").glob(f"{minor}.*"), key=_order, reverse=True)
        yield from (version / "bin" / name for version in versions)


def _of_uv(minor: str, uv: Path, environment: Mapping[str, str], folder: Path) -> Interpreter | None:
    variables = {**environment, "UV_PYTHON_INSTALL_DIR": str(folder), "UV_HTTP_RETRIES": "0"}
    commands = (("python", "find", minor), ("python", "install", "--quiet", minor), ("python", "find", minor))
    for arguments in commands:
        try:
            done = process.run(process.Command((str(uv), *arguments), Path.cwd(), variables), timeout_s=INSTALL_S)
        except TimeoutError:
            return None
        if arguments[1] == "find" and done.returncode == 0:
            path = Path(done.stdout.strip())
            version = _version(path, environment)
            if version and version.startswith(f"{minor}."):
                return Interpreter(path, version)
        if arguments[1] == "install" and done.returncode != 0:
            return None
    return None


def _version(path: Path, environment: Mapping[str, str]) -> str:
    if not os.access(path, os.X_OK) or path.is_dir():
        return ""
    try:
        done = process.run(process.Command((str(path), "-I", "-c", PROBE), Path("/"), environment), timeout_s=PROBE_S)
    except (ToolMissing, TimeoutError, OSError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _order(path: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", path.name))


def _number(minor: str) -> int:
    return int(minor.split(".")[1])
