"""One run of mwaactl per environment and folder at a time."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mwaactl.adapters.process import is_running
from mwaactl.errors import Busy


@contextmanager
def holding(path: Path, environment: str, command: str) -> Iterator[int]:
    """Hold the lock file `path` and yield its descriptor. Raises Busy when another run has it.

    The kernel drops the lock when the last process that has the descriptor ends, however it ends: nothing to clean up.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _busy(path, environment) from error
        holder = {"command": command, "pid": os.getpid(), "since": time.strftime("%Y-%m-%d %H:%M:%S")}
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(holder).encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _busy(path: Path, environment: str) -> Busy:
    try:
        holder = json.loads(path.read_text(encoding="utf-8"))
        command, pid, since = holder["command"], int(holder["pid"]), holder["since"]
    except (OSError, ValueError, KeyError):  # being written this moment
        return Busy(f'Another run of mwaactl works on "{environment}".', hint="wait for it to end")
    if is_running(pid):
        return Busy(
            f'"{environment}" is held by `mwaactl {command}`, process {pid}, since {since}.',
            hint=f"wait for it to end, or stop it in good order: kill -INT {pid}",
        )
    return Busy(
        f'Terraform, started by a `mwaactl {command}` that was killed, still works on "{environment}" since {since}.',
        hint="wait a moment: it stores its state and releases its lock when it is done",
    )
