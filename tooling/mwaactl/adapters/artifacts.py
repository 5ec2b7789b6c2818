"""Reads the DAG folder and builds plugins.zip."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

from mwaactl.adapters.files import write_whole
from mwaactl.errors import ConfigError, Problem
from mwaactl.model.bundle import Bundle, bundle_of, is_ignored

# The same bytes on every clock: zip cannot say anything earlier than this.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def read_bundle(root: Path, folder: str, leave_out: Collection[str]) -> Bundle:
    """The DAG folder without the artifacts that Terraform owns (`leave_out`, relative to `root`)."""
    return bundle_of((path, (root / folder / path).read_bytes()) for path in files_below(root, folder, leave_out))


def build_plugins(root: Path, folder: str, target: Path) -> None:
    """Write plugins.zip of `folder` to `target`, deterministically, and only when its bytes change."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files_below(root, folder, ()):
            entry = zipfile.ZipInfo(str(path), ZIP_EPOCH)
            entry.create_system = 3  # Unix, wherever it is built
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, (root / folder / path).read_bytes())
    write_whole(target, buffer.getvalue())


def files_below(root: Path, folder: str, leave_out: Collection[str]) -> list[PurePosixPath]:
    """Paths of all files of use below `folder`, sorted. Raises ConfigError for links that leave the folder."""
    top = root / folder
    left_out = {root / path for path in leave_out}
    problems: list[Problem] = []
    found = [path for path in _walk(top, left_out) if _is_inside(path, top, root, problems)]
    if problems:
        raise ConfigError("The DAG folder holds links that leave it.", problems=problems)
    return sorted(PurePosixPath(path.relative_to(top).as_posix()) for path in found)


def _walk(top: Path, left_out: Collection[Path]) -> Iterator[Path]:
    for parent, folders, names in os.walk(top):
        here = Path(parent)
        useful = {
            name for name in [*folders, *names] if here / name not in left_out and not is_ignored(PurePosixPath(name))
        }
        links = [name for name in folders if name in useful and (here / name).is_symlink()]
        folders[:] = [name for name in folders if name in useful and name not in links]
        yield from (here / name for name in [*names, *links] if name in useful)


def _is_inside(path: Path, top: Path, root: Path, problems: list[Problem]) -> bool:
    if not path.is_symlink():
        return True
    target = path.resolve()
    if target.is_file() and target.is_relative_to(top.resolve()):
        return True
    problems.append(
        Problem(
            str(path.relative_to(root)),
            0,
            0,
            "",
            "is a link to a folder, to nothing or out of the DAG folder",
            hint="replace it by the file itself",
        )
    )
    return False
