"""What leads out of the repository: links, and modules from elsewhere."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from mwaactl.errors import Finding

LINK_OUTSIDE = "LINK_OUTSIDE"
MODULE_SOURCE = "MODULE_SOURCE"
FOLDERS = ("envs", "terraform", "modules", "dags", "policies")

_BLOCK = re.compile(r'^\s*module\s+"[^"]*"\s*{?')
_SOURCE = re.compile(r'^\s*source\s*=\s*"(?P<source>[^"]*)"')


def outside_findings(root: Path) -> tuple[Finding, ...]:
    """Links below the project's folders that lead out of it: reading them would read the machine's own files."""
    return tuple(
        Finding(
            LINK_OUTSIDE,
            path.relative_to(root).as_posix(),
            "is a link that leads out of the repository",
            "put the file itself here",
            file=path.relative_to(root).as_posix(),
        )
        for folder in FOLDERS
        for path in _links(root / folder)
        if not path.resolve().is_relative_to(root.resolve())
    )


def module_findings(root: Path) -> tuple[Finding, ...]:
    """Modules whose source is not a folder of this repository: static checks cannot see into them."""
    return tuple(finding for path in _terraform_files(root) for finding in _of_file(root, path))


def _of_file(root: Path, path: Path) -> Iterator[Finding]:
    is_module = False
    name = path.relative_to(root).as_posix()
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        if line.startswith("}"):
            is_module = False
        elif _BLOCK.match(line):
            is_module = True
        elif is_module and (found := _SOURCE.match(line)) and not _is_inside(root, path.parent, found["source"]):
            yield Finding(
                MODULE_SOURCE,
                found["source"],
                "is a module from outside of this repository",
                "copy it into modules/, or let somebody with write access open the pull request",
                file=name,
                line=number,
            )


def _is_inside(root: Path, folder: Path, source: str) -> bool:
    is_local = source.startswith(("./", "../"))
    return is_local and (folder / source).resolve().is_relative_to(root.resolve())


def _terraform_files(root: Path) -> list[Path]:
    found = [path for folder in ("terraform", "modules") for path in (root / folder).rglob("*.tf")]
    return sorted(path for path in found if ".terraform" not in path.parts)


def _links(folder: Path) -> Iterator[Path]:
    if folder.is_symlink():
        yield folder
        return
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != ".terraform"]
        yield from (Path(parent) / name for name in [*folders, *names] if (Path(parent) / name).is_symlink())
