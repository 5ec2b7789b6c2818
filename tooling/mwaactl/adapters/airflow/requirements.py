"""requirements.txt as uv can install it here: without the constraints file that the runtime stands for already."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

CONSTRAINT = re.compile(r"^\s*(-c|--constraint)[ =]+[\"']?(?P<file>[^\"'#\s]+)")
NAMED = re.compile(r"-c |--constraint ")
"""How MWAA tells that a file has constraints: anywhere, even in a comment (docker-images, user_requirements.py)."""

OFFICIAL = "/constraints-"
PLUGINS, DAGS = "/usr/local/airflow/plugins", "/usr/local/airflow/dags"
"""Where requirements find the two folders on MWAA's workers."""


@dataclass(frozen=True)
class Wanted:
    """`lines` is what to install; with `has_own_constraints` MWAA adds none but its essential pins.

    `constraints` are digests of the files of constraints.
    """

    path: Path
    lines: tuple[str, ...]
    has_own_constraints: bool
    constraints: tuple[str, ...] = ()

    @property
    def identity(self) -> str:
        """Equal for what installs the same."""
        return "\n".join((*self.lines, str(self.has_own_constraints), *self.constraints))


def read(path: Path, folders: Mapping[str, Path | None]) -> Wanted:
    """The file's lines; none when it cannot be read, or asks for nothing. `folders`: where PLUGINS and DAGS are."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return Wanted(path, (), False)
    lines: list[str] = []
    digests: list[str] = []
    is_official = False
    for written in text.splitlines():
        line = _here(written, folders)
        found = CONSTRAINT.match(line)
        if found is None:
            lines.append(line)
            continue
        file = path.parent / found["file"]
        if file.is_file():
            lines.append(f"--constraint {file.absolute()}")
            digests.append(sha256(file.read_bytes()).hexdigest())
        else:
            is_official = True  # it names the file that the runtime was made with, or one out of reach
    asked = [line for line in lines if line.strip() and not line.lstrip().startswith(("#", "-"))]
    has_own = bool(digests) or (NAMED.search(text) is not None and not is_official)
    return Wanted(path, tuple(lines) if asked else (), has_own, tuple(digests))


def _here(line: str, folders: Mapping[str, Path | None]) -> str:
    for name, folder in folders.items():
        line = line.replace(name, str(folder)) if folder else line
    return line
