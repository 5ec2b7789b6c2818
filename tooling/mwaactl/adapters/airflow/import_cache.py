"""Remembers what came of importing a file, for as long as nothing that it read has changed.

A file's outcome holds while the digests of the file, of the user's modules it imported and of other files it opened are
the same, folders that it listed hold the same names, and no file appeared that would have been imported instead.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from mwaactl.adapters.files import write_whole

FORMAT_VERSION = 1


@dataclass
class Contents:
    """Digests of files, each read once in a run. A file that cannot be read has an empty one."""

    _known: dict[str, str] = field(default_factory=dict)

    def digest(self, path: str) -> str:
        """SHA-256 of the file."""
        if path not in self._known:
            try:
                with open(path, "rb") as file:  # noqa: PTH123 - hundreds of them
                    self._known[path] = sha256(file.read()).hexdigest()
            except OSError:
                self._known[path] = ""
        return self._known[path]

    def listing(self, folder: str) -> str:
        """Digest of the names in a folder."""
        key = f"{folder}/"
        if key not in self._known:
            try:
                names = sorted(name for name in os.listdir(folder) if name != "__pycache__")  # noqa: PTH208
                self._known[key] = sha256("\n".join(names).encode()).hexdigest()
            except OSError:
                self._known[key] = ""
        return self._known[key]


class ImportCache:
    """Outcomes in the file `path`, all of them made under the same `key`: runtime, settings, program."""

    def __init__(self, path: Path, key: str, contents: Contents) -> None:
        self._path, self._key, self._contents = path, key, contents
        self._entries = self._loaded()
        self._is_changed = False

    def outcome(self, name: str, path: str) -> dict[str, Any] | None:
        """What came of the file the last time, or None when that may have changed."""
        entry = self._entries.get(name)
        try:
            if entry is None or entry["digest"] != self._contents.digest(path):
                return None
            is_same = (
                all(self._contents.digest(file) == digest for file, digest in entry["files"].items())
                and all(self._contents.listing(folder) == digest for folder, digest in entry["folders"].items())
                and not any(os.path.exists(absent) for absent in entry["absent"])  # noqa: PTH110
            )
            outcome: dict[str, Any] = entry["outcome"]
            return outcome if is_same else None
        except (KeyError, TypeError, AttributeError):
            return None

    def keep(self, name: str, path: str, outcome: Mapping[str, Any]) -> None:
        """Remember an outcome, unless chance had a part in it."""
        known = {"digests", "opened", "listed", "absent", "output"}
        kept = {key: value for key, value in outcome.items() if key not in known}
        if any(error["type"] in ("ImportTimeout", "Crash", "MemoryError") for error in outcome["errors"]):
            return  # another time there may be more memory, or less to do
        digests = dict(outcome.get("digests", {}))
        before = digests.pop(path, "")
        if before and before != self._contents.digest(path):
            return  # it changed while we were at it
        files = digests | {file: self._contents.digest(file) for file in outcome.get("opened", ())}
        self._entries[name] = {
            "digest": self._contents.digest(path),
            "files": files,
            "folders": {folder: self._contents.listing(folder) for folder in outcome.get("listed", ())},
            "absent": list(outcome.get("absent", ())),
            "outcome": kept,
        }
        self._is_changed = True

    def save(self, names: frozenset[str]) -> None:
        """Write what is known of these files, whole or not at all. A full disk costs the next run time, no more."""
        if not self._is_changed and names >= set(self._entries):
            return
        entries = {name: entry for name, entry in self._entries.items() if name in names}
        document = {"format_version": FORMAT_VERSION, "key": self._key, "entries": entries}
        try:
            write_whole(self._path, json.dumps(document, separators=(",", ":")).encode())
        except OSError:
            self._path.unlink(missing_ok=True)

    def _loaded(self) -> dict[str, Any]:
        try:
            document = json.loads(self._path.read_text(encoding="utf-8"))
            if document["format_version"] == FORMAT_VERSION and document["key"] == self._key:
                entries: dict[str, Any] = document["entries"]
                return entries if isinstance(entries, dict) else {}
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return {}
