"""What one release holds that another does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff

from mwaactl.model.publication import FileChange
from mwaactl.model.release import ReleasedFile

LONGEST_PATCH_LINES = 20_000
"""Beyond that difflib, which is quadratic at worst, would not end while somebody waits."""


@dataclass(frozen=True)
class FilePatch:
    """The difference of one file as unified diff; `note` says why there is none (binary, too long, gone)."""

    key: str
    lines: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class ReleaseDifference:
    """How release `b` differs from `a`, by digest. `patches` only where they were asked for."""

    environment: str
    a: str
    b: str
    added: tuple[FileChange, ...]
    changed: tuple[FileChange, ...]
    deleted: tuple[FileChange, ...]
    unchanged: int
    patches: tuple[FilePatch, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Do both hold the same?"""
        return not (self.added or self.changed or self.deleted)


Files = Mapping[str, ReleasedFile]


def files_between(a: Files, b: Files) -> dict[str, tuple[FileChange, ...]]:
    """Added, changed and deleted files on the way from `a` to `b`, by these names, in order of their keys."""
    return {
        "added": tuple(FileChange(key, b[key].size) for key in sorted(b.keys() - a.keys())),
        "changed": tuple(
            FileChange(key, b[key].size, a[key].size)
            for key in sorted(a.keys() & b.keys())
            if a[key].digest != b[key].digest
        ),
        "deleted": tuple(FileChange(key, size_before=a[key].size) for key in sorted(a.keys() - b.keys())),
    }


def patch_of(key: str, before: bytes | None, after: bytes | None, names: tuple[str, str]) -> FilePatch:
    """The unified diff of a file from `before` to `after`, None where it does not exist; `names` are the releases'."""
    try:
        old, new = (_lines(content) for content in (before, after))
    except UnicodeDecodeError:
        return FilePatch(key, note="no text")
    if len(old) + len(new) > LONGEST_PATCH_LINES:
        return FilePatch(key, note=f"longer than {LONGEST_PATCH_LINES} lines")
    source, target = (
        "/dev/null" if content is None else f"{name}/{key}"
        for name, content in zip(names, (before, after), strict=True)
    )
    difference = unified_diff(old, new, source, target, lineterm="")
    return FilePatch(key, tuple(line for entry in difference for line in entry.split("\n")))


def _lines(content: bytes | None) -> list[str]:
    """Raises UnicodeDecodeError for what is no text."""
    if content is None:
        return []
    text = content.decode("utf-8")
    if "\0" in text:
        raise UnicodeDecodeError("utf-8", content, 0, 1, "holds a NUL")
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else [*lines[:-1], f"{lines[-1]}\n\\ No newline at end of file"]
