"""The only place that starts processes."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from mwaactl.adapters.interrupt import Interrupt
from mwaactl.errors import ToolMissing

POLL_S = 0.05
TERMINATE = signal.SIGTERM


@dataclass(frozen=True)
class Command:
    """A program with its arguments, where it runs and all of its environment variables."""

    argv: Sequence[str]
    directory: Path
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Completed:
    """What a finished process left. A negative `returncode` is the signal that ended it."""

    returncode: int
    stdout: str
    stderr: str


def run(command: Command, *, timeout_s: float | None = None, stdin: str = "") -> Completed:
    """Run a short command to its end, with `stdin` as its input. Raises ToolMissing when the program is not there.

    After `timeout_s` seconds it is killed: TimeoutError.
    """
    try:
        done = subprocess.run(
            list(command.argv),
            cwd=command.directory,
            env=dict(command.environment),
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout_s,
            check=False,
        )
    except (FileNotFoundError, PermissionError) as error:
        raise ToolMissing(f"{command.argv[0]} cannot be run: {error.strerror}.") from error
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(f"{command.argv[0]} takes longer than {error.timeout:g} s") from error
    return Completed(done.returncode, done.stdout, done.stderr)


def follow(
    command: Command,
    *,
    output: Path,
    on_line: Callable[[str], None],
    interrupt: Interrupt,
    keep_open: Sequence[int] = (),
) -> Completed:
    """Run a long command and hand over each line of its stdout as it comes.

    The child writes to the file `output` (mode 0600), not to a pipe: when mwaactl is killed, Terraform would die of the
    broken pipe in the middle of an apply, with its state unsaved. With a file it finishes in good order. The file
    descriptors `keep_open` stay open in the child, so a lock on one of them lasts as long as the child does.
    It runs in a process group of its own, so Ctrl-C of the terminal reaches it only through `interrupt`, once.
    """
    interrupt.check()
    errors = output.with_suffix(".stderr")
    with open_private(output) as out, open_private(errors) as err:
        child = _started(command, out.fileno(), err.fileno(), keep_open)
    with interrupt.watching(child.pid), output.open(encoding="utf-8", errors="replace") as lines:
        pending = ""
        while True:
            has_ended = child.poll() is not None
            pending = _hand_over(pending + lines.read(), on_line)
            interrupt.report()
            if has_ended:
                break
            time.sleep(POLL_S)
    if pending:
        on_line(pending)
    return Completed(child.returncode, "", errors.read_text(encoding="utf-8", errors="replace"))


def start_detached(argv: Sequence[str], *, log: Path, environment: Mapping[str, str]) -> int:
    """Start a background process that outlives this one; stdout and stderr go to `log`. Returns its process id."""
    with open_private(log) as out:
        child = subprocess.Popen(
            list(argv),
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            close_fds=True,
        )
    child.returncode = 0  # not ours to wait for: keeps Popen from warning about a child still running
    return child.pid


@dataclass(frozen=True)
class Service:
    """A child that runs until it is ended, the first of a process group of its own."""

    child: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        """Its process id, and that of its group."""
        return self.child.pid

    @property
    def returncode(self) -> int | None:
        """None while it runs; negative for the signal that ended it."""
        return self.child.poll()

    def end(self, *, grace_s: float) -> None:
        """SIGTERM to its whole group, after `grace_s` seconds SIGKILL. Returns when the child itself is gone."""
        self.signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.child.wait(grace_s)
        self.signal(signal.SIGKILL)
        self.child.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send to the whole group; one that is gone is fine."""
        with suppress(ProcessLookupError, PermissionError):  # macOS denies it where only zombies are left
            os.killpg(self.child.pid, number)


def start_service(command: Command, *, log: Path, errors: Path | None = None, keep_open: Sequence[int] = ()) -> Service:
    """Start a child that does not end by itself; stdout and stderr are added to `log`. Raises ToolMissing.

    With `errors` stderr goes there. The file descriptors `keep_open` stay open in the child.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    err = os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if errors else os.dup(descriptor)
    try:
        return Service(_started(command, descriptor, err, keep_open))
    finally:
        os.close(descriptor)
        os.close(err)


def _started(command: Command, out: int, err: int, keep_open: Sequence[int]) -> subprocess.Popen[bytes]:
    """The child, in a process group of its own, writing to these file descriptors. Raises ToolMissing."""
    try:
        return subprocess.Popen(
            list(command.argv),
            cwd=command.directory,
            env=dict(command.environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
            pass_fds=tuple(keep_open),
        )
    except (FileNotFoundError, PermissionError) as error:
        raise ToolMissing(f"{command.argv[0]} cannot be run: {error.strerror}.") from error


def is_running(pid: int) -> bool:
    """Is there a process with this id?"""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def started_at(pid: int) -> str:
    """When the process was started, in ticks since the system was: tells two of one id apart. Empty when not known."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:  # it has ended, or this is no Linux
        return ""
    return fields[19]  # field 22 of all (proc_pid_stat(5)); the name of the program, in brackets, may hold blanks


def open_private(path: Path) -> BinaryIO:
    """Open `path` for writing, readable by the user alone: Terraform's output may hold secrets."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _hand_over(text: str, on_line: Callable[[str], None]) -> str:
    *whole, rest = text.split("\n")
    for line in whole:
        on_line(line)
    return rest
