"""requirements.txt as uv can install it here: without the constraints file that the runtime stands for already."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

CONSTRAINT = re.compile(r"^\s*(-c|--constraint)[ =]+[\"']?(?P<file>[^\"'#\s]+)")
OFFICIAL = "/constraints-"
MWAA_PLUGINS = "/usr/local/airflow/plugins"


@dataclass(frozen=True)
class Wanted:
    """`lines` is what to install; `has_own_constraints` is true for a constraints file of the user's own."""

    path: Path
    lines: tuple[str, ...]
    has_own_constraints: bool

    @property
    def identity(self) -> str:
        """Equal for what installs the same."""
        return "\n".join((*self.lines, str(self.has_own_constraints)))


def read(path: Path, plugins: Path | None) -> Wanted:
    """The file's lines; none when it cannot be read, or asks for nothing."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return Wanted(path, (), False)
    lines: list[str] = []
    has_own = False
    for written in text.splitlines():
        line, found = written, CONSTRAINT.match(written)
        if found and (OFFICIAL in found["file"] or not (path.parent / found["file"]).is_file()):
            continue
        if found:
            has_own = True
            line = f"--constraint {(path.parent / found['file']).absolute()}"
        lines.append(line.replace(MWAA_PLUGINS, str(plugins)) if plugins else line)
    asked = [line for line in lines if line.strip() and not line.lstrip().startswith(("#", "-"))]
    return Wanted(path, tuple(lines) if asked else (), has_own)
