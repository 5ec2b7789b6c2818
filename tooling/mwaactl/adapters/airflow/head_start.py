"""Starts Airflow for imports before anything else is read, where the last run tells that it will be needed.

The start takes longer than all the rest of a check, so it begins with the first millisecond. What it starts with is
found out again later: a wrong guess costs a process that ends by itself, never a wrong result.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from mwaactl.adapters.airflow.import_server import ImportServer
from mwaactl.adapters.airflow.installed import Runtime
from mwaactl.adapters.files import write_whole
from mwaactl.adapters.interrupt import Interrupt


def remember(path: Path, server: ImportServer, folders: list[str], stamp: str) -> None:
    """Keep in the file `path` what was started, for folders that had this stamp."""
    runtime = {**asdict(server.runtime), "python": str(server.runtime.python)}
    document = {"runtime": runtime, "variables": dict(server.variables), "folders": folders, "stamp": stamp}
    with suppress(OSError):  # it only saves time
        write_whole(path, json.dumps(document).encode())


def head_start(path: Path, results: Path, cache: Path, warm_s: float) -> bool:
    """Start what `path` remembers, unless all `results` are known and no file changed. Whether it was started."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        runtime = Runtime(**{**document["runtime"], "python": Path(document["runtime"]["python"]), "notes": ()})
        if not os.access(runtime.python, os.X_OK) or (
            results.is_file() and stamp(document["folders"]) == document["stamp"]
        ):
            return False
        return ImportServer(runtime, document["variables"], cache, warm_s, Interrupt()).start()
    except (OSError, ValueError, KeyError, TypeError):
        return False


def stamp(folders: list[str]) -> str:
    """Tells states of folders apart, by names, sizes and times: quick, and good enough for a guess."""
    return sha256("\n".join(line for folder in folders for line in _lines(folder)).encode()).hexdigest()


def _lines(folder: str) -> Iterator[str]:
    for entry in sorted(os.scandir(folder), key=lambda item: item.name):
        if entry.is_dir(follow_symlinks=False):
            yield from _lines(entry.path) if entry.name != "__pycache__" else ()
        else:
            status = entry.stat(follow_symlinks=False)
            yield f"{entry.path} {status.st_size} {status.st_mtime_ns}"
