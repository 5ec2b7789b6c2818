"""Refuses, and remembers, what a DAG file may not do while it is imported: an audit hook of Python.

It sees what Python code does on every system. Code in C that goes around Python is for `confinement`.
"""

from __future__ import annotations

import ctypes.util
import errno
import ipaddress
import os
import platform
import sys
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
MOST_TOUCHES = 20  # of one file

CHANGES = {
    "os.remove": 1,
    "os.rename": 2,
    "os.rmdir": 1,
    "os.mkdir": 1,
    "os.chmod": 1,
    "os.chown": 1,
    "os.chflags": 1,
    "os.link": 2,
    "os.symlink": 2,
    "os.truncate": 1,
    "os.utime": 1,
    "os.setxattr": 1,
    "os.removexattr": 1,
}
"""Events that change files, and how many of their first arguments are paths."""

PROCESSES = frozenset(
    ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "pty.spawn")
)
LISTINGS = frozenset(("os.listdir", "os.scandir"))
SIGNALS = frozenset(("os.kill", "os.killpg"))
ADDRESSES = frozenset(("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"))
NAMES = frozenset(("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"))
ASKS_SYSTEM = tuple(os.path.realpath(module.__file__ or "") for module in (platform, uuid, ctypes.util))
"""Modules of Python that start programs to learn about the system, and do without when they cannot."""

WATCHED = frozenset(("open", "sqlite3.connect", *CHANGES, *LISTINGS, *PROCESSES, *SIGNALS, *ADDRESSES, *NAMES))
OWN_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/tty")


@dataclass(frozen=True)
class Touch:
    """One refused act: what kind, on what, and the user's place in the code."""

    kind: str
    what: str
    file: str
    line: int


@dataclass
class Watch:
    """`readable` and `writable` are folders; `roots` those of the user's own code, whose reads become dependencies."""

    readable: tuple[str, ...]
    writable: tuple[str, ...]
    roots: tuple[str, ...]
    place: Callable[[], tuple[str, int]]
    touches: list[Touch] = field(default_factory=list)
    opened: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    is_on: bool = False
    _thread: threading.local = field(default_factory=threading.local)

    def install(self) -> None:
        """Begin. A hook cannot be removed; `is_on` switches it.

        It is called for every id() and many other harmless things, thousands of times for each file.
        """
        watched, judge = WATCHED, self._hook

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            if event in watched:
                judge(event, arguments)

        sys.addaudithook(hook)

    def start(self) -> None:
        """A new file begins."""
        self.touches, self.opened, self.listed = [], set(), set()
        self.is_on = True

    def stop(self) -> None:
        """The file has ended."""
        self.is_on = False

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.is_on or getattr(self._thread, "is_inside", False):
            return
        self._thread.is_inside = True  # what follows opens and lists files, too
        try:
            self._judge(event, arguments)
        finally:
            self._thread.is_inside = False

    def _judge(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            self._open(arguments)
        elif event in CHANGES:
            self._change(event, arguments)
        elif event in LISTINGS:
            self._list(arguments)
        elif event in PROCESSES:
            self._refuse("process", _program(event, arguments), is_worth_telling=not _is_asking_system())
        elif event in SIGNALS and arguments[0] != os.getpid():
            self._refuse("process", f"signal to process {arguments[0]}")
        elif event in ADDRESSES or event in NAMES:
            self._connect(event, arguments)
        elif event == "sqlite3.connect" and str(arguments[0]) == os.environ.get("MWAACTL_DATABASE"):
            self._refuse("database", "Airflow's metadata database")

    def _list(self, arguments: tuple[Any, ...]) -> None:
        path = _path(arguments[0] if arguments and arguments[0] is not None else ".")
        if path and _is_below(path, self.roots) and not _is_import_system():
            self.listed.add(path)

    def _change(self, event: str, arguments: tuple[Any, ...]) -> None:
        for argument in arguments[: CHANGES[event]]:
            path = _path(argument)
            if path and not _is_below(path, self.writable):
                self._refuse("write", f"{event.removeprefix('os.')} {path}")

    def _open(self, arguments: tuple[Any, ...]) -> None:
        path, flags = _path(arguments[0]), arguments[2]
        if not path or path in OWN_DEVICES:
            return
        if isinstance(flags, int) and flags & WRITING:
            if not _is_below(path, self.writable):
                self._refuse("write", f"open {path} for writing")
        elif _is_below(path, self.roots):
            self.opened.add(path)
        elif not _is_below(path, (*self.readable, *self.writable)) and os.path.exists(path):  # noqa: PTH110
            self._refuse("read", f"open {path}")

    def _connect(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in NAMES:
            host = arguments[0]
        elif len(arguments) > 1 and isinstance(arguments[1], tuple) and arguments[1]:
            host = arguments[1][0]
        else:  # a Unix socket: files rule it
            return
        if not _is_loopback(host):
            self._refuse("network", str(host))

    def _refuse(self, kind: str, what: str, *, is_worth_telling: bool = True) -> None:
        if is_worth_telling and len(self.touches) < MOST_TOUCHES:
            touch = Touch(kind, what, *self.place())
            if touch not in self.touches:
                self.touches.append(touch)
        words = "is not available while a DAG file is imported"
        raise PermissionError(errno.EACCES, f"{what}: {kind} {words}")


def _path(argument: object) -> str:
    """The real, absolute path of an argument; empty for what is none, such as a descriptor."""
    if isinstance(argument, bytes):
        argument = os.fsdecode(argument)
    if isinstance(argument, os.PathLike):
        argument = os.fspath(argument)
    return os.path.realpath(argument) if isinstance(argument, str) else ""


def _is_below(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in folders)


def _is_asking_system() -> bool:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename in ASKS_SYSTEM:
            return True
        frame = frame.f_back
    return False


def _is_import_system() -> bool:
    """Whether Python itself lists a folder to find a module: the caller of the hook, four calls above."""
    return sys._getframe(4).f_code.co_filename.startswith("<frozen importlib")


def _is_loopback(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _program(event: str, arguments: tuple[Any, ...]) -> str:
    if event in ("os.fork", "os.forkpty"):
        return "fork"
    first = arguments[1] if event == "subprocess.Popen" and len(arguments) > 1 else arguments[0] if arguments else event
    if isinstance(first, bytes):
        first = os.fsdecode(first)
    text = first if isinstance(first, str) else " ".join(map(str, first)) if isinstance(first, list | tuple) else event
    return f"start {text[:100]}"
