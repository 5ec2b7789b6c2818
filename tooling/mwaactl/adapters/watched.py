"""Where the project's files really lie: symbolic links, and modules outside of modules/."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

FOLDERS = ("envs", "terraform", "modules", "policies")


def links(root: Path, watched: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Symbolic links at or below these paths and the project's folders: each link's path, and where it leads.

    Both are relative to the root; what lies outside of it begins with ../. Links behind links are followed.
    """
    whole = root.resolve()
    tops = dict.fromkeys((*FOLDERS, *watched))
    return tuple(dict.fromkeys(pair for top in tops for pair in _links_from(whole, top)))


def module_folders(root: Path, *, is_subfolder: bool) -> tuple[str, ...]:
    """Folders of modules in use which are not below terraform/ or modules/, relative to the root.

    Those outside of the project are only of interest where it `is_subfolder` of a repository.
    """
    from mwaactl.adapters.checkov import load_sources
    from mwaactl.adapters.containment import module_findings

    found = {file.rpartition("/")[0] for file, _ in load_sources(root).places.values()}
    if is_subfolder:
        outside = (finding for finding in module_findings(root) if finding.address.startswith("."))
        found |= {_relative(((root / one.file).parent / one.address).resolve(), root.resolve()) for one in outside}
    return tuple(sorted(folder for folder in found if folder and folder.split("/")[0] not in FOLDERS))


def _links_from(whole: Path, top: str) -> Iterator[tuple[str, str]]:
    waiting, seen = [top], set[Path]()
    while waiting:
        name = waiting.pop()
        try:
            target = (whole / name).resolve()
        except (OSError, RuntimeError):  # links in a circle
            continue
        if target in seen or whole.is_relative_to(target):
            continue
        seen.add(target)
        if target != whole / name:
            yield name, _relative(target, whole)
        if target.is_dir():
            waiting += (f"{name}/{inside}" for inside in _links_below(target))


def _links_below(folder: Path) -> Iterator[str]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in {".terraform", "__pycache__"}]
        inside = (Path(parent) / name for name in [*folders, *names])
        yield from (path.relative_to(folder).as_posix() for path in inside if path.is_symlink())


def _relative(path: Path, whole: Path) -> str:
    return Path(os.path.relpath(path, whole)).as_posix()
