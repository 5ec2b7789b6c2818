"""Keeps the record of a saved plan beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from mwaactl.adapters.process import open_private
from mwaactl.model.plan_record import PlanRecord, record_from_json

NAME = "plan.json"


def save_record(folder: Path, record: PlanRecord) -> None:
    """Store the record, readable by the user alone."""
    with open_private(folder / NAME) as file:
        file.write(record.to_json().encode())


def load_record(folder: Path) -> PlanRecord | None:
    """The record of the saved plan; None when there is none, or one of another version of mwaactl."""
    try:
        return record_from_json((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        return None


def digest_of(root: Path, files: Iterable[Path]) -> str:
    """SHA-256 over names and contents; a file that is not there counts as absent."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"\0{path.relative_to(root)}\0".encode())
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()


def digest_of_texts(texts: Iterable[str]) -> str:
    """SHA-256 over texts in their order."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(f"{len(text)}\0{text}".encode())
    return digest.hexdigest()


def terraform_files(root: Path) -> list[Path]:
    """The Terraform code that a plan depends on, the provider lock included."""
    return [*root.glob("terraform/*.tf"), *root.glob("modules/*/*.tf"), root / "terraform" / ".terraform.lock.hcl"]
