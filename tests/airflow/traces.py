"""What a process holds, and what lies in a folder: to compare before and after."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Held:
    """Open file handles by what they are, threads, and child processes, of a process; a zombie is a child."""

    handles: Counter[str]
    threads: int
    children: int


def held(pid: int) -> Held:
    """What process `pid` holds now."""
    process = Path(f"/proc/{pid}")
    handles: Counter[str] = Counter()
    for entry in (process / "fd").iterdir():
        try:
            handles[re.sub(r"\[\d+\]|\d+$", "", entry.readlink().as_posix())] += 1
        except FileNotFoundError:  # the one by which the folder is read, or closed meanwhile
            continue
    children = sum(1 for stat in Path("/proc").glob("[0-9]*/stat") if _parent(stat) == pid)
    return Held(handles, len(list((process / "task").iterdir())), children)


def listing(folder: Path) -> set[str]:
    """Everything below a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def memory(pids: list[int]) -> int:
    """Bytes that these processes take; what several share is counted once (proportional set size)."""
    kilobytes = 0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
        except (FileNotFoundError, ProcessLookupError):  # ended meanwhile
            continue
        kilobytes += int(re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)[1])  # type: ignore[index]
    return kilobytes * 1024


def listeners(pids: list[int]) -> set[int]:
    """Ports on which these processes listen."""
    inodes = set()
    for pid in pids:
        for entry in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                target = entry.readlink().as_posix()
            except FileNotFoundError:
                continue
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
    rows = [row.split() for row in Path("/proc/net/tcp").read_text(encoding="utf-8").splitlines()[1:]]
    return {int(row[1].partition(":")[2], 16) for row in rows if row[3] == "0A" and row[9] in inodes}


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0
