"""Keeps the last verdict of an environment beside its saved plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mwaactl.adapters.process import open_private
from mwaactl.model.last_verdict import LastVerdict, last_verdict_from_json
from mwaactl.model.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Collection

NAME = "verdict.json"


def save_verdict(folder: Path, last: LastVerdict, secrets: Collection[str]) -> None:
    """Store it, readable by the user alone and without `secrets`: a finding may quote what it is about."""
    with open_private(folder / NAME) as file:
        file.write(redact(last.to_json(), secrets).encode())


def load_verdict(folder: Path) -> LastVerdict | None:
    """The last verdict; None when there is none, or one of another version of mwaactl."""
    try:
        return last_verdict_from_json((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError, KeyError):
        return None
