"""A copy of the project in which files can be tried before they are written for good."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from mwaactl.adapters.project import Project

COPIED = ("envs", "terraform", "modules")  # what a plan may write to
LEFT_OUT = (".git", ".mwaactl", ".venv", "node_modules")


@contextmanager
def rehearsal(project: Project) -> Iterator[Project]:
    """The same project in a temporary folder below .mwaactl: what is written there is gone afterwards.

    All else is linked, file by file: the project refuses links that lead out of it.
    """
    private = project.root / ".mwaactl"
    private.mkdir(mode=0o700, exist_ok=True)
    with TemporaryDirectory(prefix="rehearsal-", dir=private) as folder:
        root = Path(folder).resolve()
        for entry in project.root.iterdir():
            if entry.name in LEFT_OUT:
                continue
            copy = shutil.copy2 if entry.name in COPIED else os.link
            if entry.is_dir():
                ignored = shutil.ignore_patterns(".terraform", "__pycache__", *LEFT_OUT)
                shutil.copytree(entry, root / entry.name, symlinks=True, copy_function=copy, ignore=ignored)
            else:
                copy(entry, root / entry.name)
        yield Project(root, project.today)


def remove(root: Path, paths: Iterable[str], data: Path) -> None:
    """Remove files and folders below `root`, and the private folder `data` but for what another target has in it."""
    for path in paths:
        target = root / path
        if target.is_dir():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)
    for entry in data.iterdir() if data.is_dir() else ():
        if entry.name == "sandbox":
            continue
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    if data.is_dir() and not any(data.iterdir()):
        data.rmdir()
