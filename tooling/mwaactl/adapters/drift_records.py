"""Keeps what `drift` found last, in the environment's private folder: `status` shows it without a plan."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mwaactl.adapters.process import open_private

NAME = "drift.json"


@dataclass(frozen=True)
class DriftRecord:
    """How many resources differed, and when that was."""

    resources: int
    at: datetime


def save_drift(folder: Path, record: DriftRecord) -> None:
    """Store it, readable by the user alone."""
    with open_private(folder / NAME) as file:
        file.write(json.dumps({"resources": record.resources, "at": record.at.isoformat(timespec="seconds")}).encode())


def load_drift(folder: Path) -> DriftRecord | None:
    """The record; None when nobody has looked from here, or with another version of mwaactl."""
    try:
        document = json.loads((folder / NAME).read_text(encoding="utf-8"))
        return DriftRecord(int(document["resources"]), datetime.fromisoformat(document["at"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
