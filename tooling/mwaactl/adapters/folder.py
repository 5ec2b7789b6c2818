"""Walks a folder that is to be published, and finds what has no place in it."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mwaactl.errors import Problem
from mwaactl.model.bundle import is_ignored_name
from mwaactl.model.refused import is_listed, name_complaint, secret_name

LISTED = "name it in artifacts.allow of the environment's YAML"


@dataclass(frozen=True)
class Found:
    """Sorted paths below the folder, with / between folders; `listed` are those (from the root) that are allowed."""

    paths: tuple[str, ...]
    listed: frozenset[str]
    problems: tuple[Problem, ...]


def found_below(root: Path, folder: str, leave_out: Collection[str], allow: Sequence[str] = ()) -> Found:
    """All files of use below `folder`, without `leave_out` (relative to `root`), and a problem for each other thing."""
    paths: list[str] = []
    listed: set[str] = set()
    problems: list[Problem] = []
    for place, entry in _entries(root, folder, frozenset(leave_out), problems):
        inside = place[len(folder) + 1 :]
        if is_listed(place, allow):
            listed.add(place)
        complaint, hint = _complaint(root, folder, place, entry, is_allowed=place in listed)
        if complaint:
            problems.append(Problem(_printable(place), 0, 0, "", complaint, hint=hint))
        else:
            paths.append(inside)
    return Found(tuple(sorted(paths)), frozenset(listed), tuple(problems))


def _entries(
    root: Path, folder: str, leave_out: frozenset[str], problems: list[Problem]
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        with os.scandir(root / folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        problems.append(Problem(_printable(folder), 0, 0, "", f"cannot be read: {error.strerror}"))
        return
    for entry in entries:
        place = f"{folder}/{entry.name}"
        if place in leave_out or is_ignored_name(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(root, place, leave_out, problems)
        else:
            yield place, entry


def _complaint(
    root: Path, folder: str, place: str, entry: os.DirEntry[str], *, is_allowed: bool
) -> tuple[str, str | None]:
    if complaint := name_complaint(place):
        return complaint, "rename it"
    if entry.is_symlink():
        return _link_complaint(root, folder, place, is_allowed=is_allowed)
    if not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
        return "is no file but a socket, pipe or device", "remove it"
    if not is_allowed and secret_name(PurePosixPath(place)):
        return "is by its name a file of secrets", f"take it out, or {LISTED}"
    return "", None


def _link_complaint(root: Path, folder: str, place: str, *, is_allowed: bool) -> tuple[str, str | None]:
    """A link may lead to a file in its own folder; with permission, to one elsewhere in the repository."""
    instead = "replace it by the file itself"
    try:
        target = (root / place).resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: links in a circle, before Python 3.13
        return "is a link to nothing, or in a circle", instead
    if not target.is_file():
        return "is a link to a folder", "replace it by the folder itself"
    if target.is_relative_to((root / folder).resolve()):
        return "", None
    if not target.is_relative_to(root.resolve()):
        return "is a link out of the repository", instead
    return ("", None) if is_allowed else ("is a link out of its folder", f"{instead}, or {LISTED}")


def _printable(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode()
