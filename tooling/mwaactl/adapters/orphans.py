"""Ends processes by a mark in their environment: whoever started them may be gone, and they may have left their group.

Only where there is /proc: elsewhere nothing is found, and what a killed sandbox leaves has to be ended by hand.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

MARK = "_MWAACTL_PLACE"
"""The variable that every process of the sandbox's Airflows inherits; it names a folder below the sandbox's own.

Not MWAACTL_...: those are settings, which are taken from programs that shall not know them."""

POLL_S = 0.05


def marked(folder: Path) -> list[int]:
    """Ids of the processes of this user whose mark is `folder` or below it."""
    begin = f"{MARK}={folder}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # ended meanwhile, or somebody else's
            variables = (entry / "environ").read_bytes().split(b"\0")
            if any(one == begin or one.startswith(begin + b"/") for one in variables):
                found.append(int(entry.name))
    return [pid for pid in found if pid != os.getpid()]


def end_marked(folder: Path, *, grace_s: float = 5.0) -> int:
    """End these processes, those that do not go within `grace_s` seconds by force. How many there were."""
    first = marked(folder)
    _send(first, signal.SIGTERM)
    deadline = time.monotonic() + grace_s
    while (left := marked(folder)) and time.monotonic() < deadline:
        time.sleep(POLL_S)
    while left:  # they may start others while we look
        _send(left, signal.SIGKILL)
        time.sleep(POLL_S)
        left = [pid for pid in marked(folder) if not _is_zombie(pid)]
    return len(first)


def _send(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def _is_zombie(pid: int) -> bool:
    with suppress(OSError):
        return ") Z " in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    return True
