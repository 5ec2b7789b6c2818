"""Gives the files of one job to workers, ends those that overstay, and passes results on line by line."""

from __future__ import annotations

import fcntl
import json
import os
import re
import selectors
import shutil
import signal
import struct
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .confinement import adopt_orphans
from .worker import TICKET, Worker

GRACE_S = 1.0  # after the time limit that the file itself is told of by a signal
POLL_S = 0.05
MOST_FORKS = 200  # beyond the number of files: something is wrong with all of them


@dataclass
class _Child:
    pid: int
    results: int
    room: Path
    rest: bytes = b""
    file: int | None = None
    since: float = field(default_factory=time.monotonic)


class Supervisor:
    """One job. `send` passes a message to the client, and raises OSError when it is gone."""

    def __init__(self, job: dict[str, Any], room: Path, send: Callable[[dict[str, Any]], None]) -> None:
        self._job, self._room, self._send = job, room, send
        self._children: dict[int, _Child] = {}
        self._reported: set[int] = set()
        self._retried: set[int] = set()
        self._forks = 0
        self._selector = selectors.DefaultSelector()

    def run(self, client: int) -> None:
        """Work until every file has an outcome, or the client has gone away."""
        adopt_orphans()
        numbers = list(range(len(self._job["files"])))
        self._selector.register(client, selectors.EVENT_READ, None)
        try:
            while numbers and self._forks < len(self._job["files"]) + MOST_FORKS:
                self._hand_out(numbers)
                numbers = [number for number in range(len(self._job["files"])) if number not in self._reported]
                for number in set(numbers) & self._retried:
                    self._report(number, _crash(self._job["files"][number], "the process ended without a word", None))
                self._retried.update(numbers)
                numbers = [number for number in numbers if number not in self._reported]
        finally:
            for pid in list(self._children):
                self._end(pid)
            _end_orphans()
            shutil.rmtree(self._room, ignore_errors=True)

    def _hand_out(self, numbers: list[int]) -> None:
        tickets, entry = os.pipe()
        os.set_blocking(entry, False)
        pending = b"".join(number.to_bytes(TICKET, "big") for number in numbers)
        wanted = min(self._job["workers"], len(numbers))
        while True:
            pending = _fill(entry, pending)
            if not pending and entry >= 0:
                os.close(entry)
                entry = -1
            waiting = len(numbers) - len(self._reported & set(numbers))
            while waiting and len(self._children) < min(wanted, waiting) and self._forks < len(numbers) + MOST_FORKS:
                if not _has_tickets(tickets) and not pending:
                    break
                self._fork(tickets, entry)
            if not self._children:
                break
            self._listen()
            self._end_overdue()
        os.close(tickets)
        if entry >= 0:
            os.close(entry)

    def _fork(self, tickets: int, entry: int) -> None:
        self._forks += 1
        room = self._room / str(self._forks)
        room.mkdir(mode=0o700, parents=True)
        results, end = os.pipe()
        pid = os.fork()
        if pid == 0:
            _leave_behind({tickets, end}, entry)
            _become_worker(self._job, tickets, end, room)
        os.close(end)
        os.set_blocking(results, False)
        self._children[pid] = _Child(pid, results, room)
        self._selector.register(results, selectors.EVENT_READ, pid)

    def _listen(self) -> None:
        for key, _events in self._selector.select(POLL_S):
            if key.data is None:
                if not os.read(key.fd, 65_536):
                    raise ConnectionResetError("the client has gone away")
            else:
                self._read(self._children[key.data])
        for pid in list(self._children):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                self._bury(self._children[pid], status)

    def _read(self, child: _Child) -> None:
        try:
            data = os.read(child.results, 1 << 20)
        except BlockingIOError:
            return
        if not data:
            with suppress(KeyError):
                self._selector.unregister(child.results)
            return
        *lines, child.rest = (child.rest + data).split(b"\n")
        for line in lines:
            with suppress(ValueError, KeyError, TypeError, IndexError):
                self._take(child, json.loads(line))

    def _take(self, child: _Child, message: dict[str, Any]) -> None:
        if "begin" in message:
            child.file, child.since = int(message["begin"]), time.monotonic()
        elif "end" in message:
            child.file = None
            self._report(int(message["end"]), message["outcome"])
        else:
            self._send(message)

    def _report(self, number: int, outcome: dict[str, Any]) -> None:
        if number not in self._reported:
            self._reported.add(number)
            self._send({"id": self._job["files"][number]["id"], "outcome": outcome})

    def _end_overdue(self) -> None:
        for child in list(self._children.values()):
            is_over = time.monotonic() - child.since > self._job["limit_s"] + GRACE_S
            if child.file is not None and is_over:
                self._end(child.pid, "timeout")

    def _end(self, pid: int, why: str = "") -> None:
        child = self._children[pid]
        for kill in (os.killpg, os.kill):
            with suppress(OSError):
                kill(pid, signal.SIGKILL)
        _done, status = os.waitpid(pid, 0)
        self._bury(child, status, why)

    def _bury(self, child: _Child, status: int, why: str = "") -> None:
        with suppress(OSError):
            os.killpg(child.pid, signal.SIGKILL)
        for _ in range(64):
            before = len(child.rest), child.file
            self._read(child)
            if before == (len(child.rest), child.file):
                break
        with suppress(KeyError):
            self._selector.unregister(child.results)
        os.close(child.results)
        del self._children[child.pid]
        if child.file is not None and child.file not in self._reported:
            place = _place_of_crash(child.room / "trace", self._job)
            file = self._job["files"][child.file]
            if why == "timeout":
                text = f"import takes longer than {self._job['limit_s']:g} s and does not let itself be interrupted"
                self._report(child.file, _crash(file, text, place, "ImportTimeout"))
            else:
                self._report(child.file, _crash(file, _ending(status), place))
        shutil.rmtree(child.room, ignore_errors=True)
        _end_orphans(set(self._children))


def _become_worker(job: dict[str, Any], tickets: int, results: int, room: Path) -> None:
    import traceback

    from . import worker

    try:
        Worker(job, tickets, results, room).run()
    except BaseException:  # noqa: BLE001, RUF100 - to be seen in the log of the server
        traceback.print_exc()
    finally:
        worker.leave(1)


def _leave_behind(keep: set[int], entry: int) -> None:
    """Close what is the supervisor's, but for stdio: it is replaced later."""
    for name in os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else ():  # noqa: PTH112, PTH208
        descriptor = int(name)
        if descriptor > 2 and descriptor not in keep:
            with suppress(OSError):
                os.close(descriptor)
    if entry > 2:
        with suppress(OSError):
            os.close(entry)


def _fill(entry: int, pending: bytes) -> bytes:
    if entry < 0 or not pending:
        return b""
    try:
        return pending[os.write(entry, pending[:4096]) :]
    except BlockingIOError:
        return pending


def _has_tickets(tickets: int) -> bool:
    count = struct.unpack("i", fcntl.ioctl(tickets, termios.FIONREAD, struct.pack("i", 0)))[0]
    return bool(count)


def _end_orphans(known: set[int] | None = None) -> None:
    """Kill and bury what ended workers left behind in sessions of their own: it has become our child."""
    for _ in range(20):
        try:
            with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:  # noqa: PTH123
                left = {int(pid) for pid in file.read().split()} - (known or set())
        except OSError:
            return
        if not left:
            return
        for pid in left:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
            with suppress(OSError):
                os.waitpid(pid, 0)


def _ending(status: int) -> str:
    if os.WIFSIGNALED(status):
        return f"the interpreter was ended by {signal.Signals(os.WTERMSIG(status)).name}"
    return f"the interpreter exited with {os.WEXITSTATUS(status)}"


def _crash(file: dict[str, str], text: str, place: tuple[str, int] | None, kind: str = "Crash") -> dict[str, Any]:
    path, line = place or (file["path"], 0)
    error = {"type": kind, "message": text, "file": path, "line": line, "frames": []}
    return {"state": "imported", "dags": [], "errors": [error]}


def _place_of_crash(trace: Path, job: dict[str, Any]) -> tuple[str, int] | None:
    """The innermost frame of the user's in what faulthandler wrote last."""
    roots = tuple(folder for folder in (job["dags"], job["plugins"]) if folder)
    try:
        text = trace.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    last = re.split(r"^(?:Timeout|Fatal Python error)", text, flags=re.MULTILINE)[-1]
    found = re.findall(r'File "([^"]+)", line (\d+)', last)
    return next(((file, int(line)) for file, line in found if file.startswith(roots)), None)
