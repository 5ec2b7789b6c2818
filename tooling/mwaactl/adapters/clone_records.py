"""Keeps what is known of a clone that is being made, in the environment's private folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from mwaactl.adapters.files import write_whole
from mwaactl.model.clone import CloneWish

NAME = "clone.json"


@dataclass(frozen=True)
class CloneRecord:
    """What was asked for, the release of the source at that time, the files written, and the stages that are done."""

    wish: CloneWish
    release: str = ""
    files: tuple[str, ...] = ()
    stages: tuple[str, ...] = field(default=())


def save_clone(folder: Path, record: CloneRecord) -> None:
    """Store it, whole or not at all."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(folder / NAME, json.dumps(asdict(record), indent=1, sort_keys=True).encode())


def load_clone(folder: Path) -> CloneRecord | None:
    """The record; None when no clone of this name was begun here, or by another version of mwaactl."""
    try:
        document = json.loads((folder / NAME).read_text(encoding="utf-8"))
        known = {one.name for one in fields(CloneWish)}
        wish = CloneWish(**{name: value for name, value in document["wish"].items() if name in known})
        return CloneRecord(wish, document["release"], tuple(document["files"]), tuple(document["stages"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
