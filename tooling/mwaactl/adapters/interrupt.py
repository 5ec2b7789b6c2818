"""Ctrl-C, for one process that waits for several children at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mwaactl.errors import Aborted


class Interrupt:
    """Remembers that the user wants to stop, and passes it once to every running child.

    Terraform must be asked by SIGINT, once, and then be waited for: only so does it store its state and release its
    lock. A second SIGINT would make it give up both, so it is never sent.
    """

    def __init__(self) -> None:
        self._children: set[int] = set()
        self._lock = threading.RLock()  # a signal handler may run while this thread holds it
        self._requested = threading.Event()

    @property
    def is_requested(self) -> bool:
        """Has the user asked to stop?"""
        return self._requested.is_set()

    def check(self) -> None:
        """Stop here when the user asked to: called between steps. Raises Aborted."""
        if self.is_requested:
            raise Aborted("Interrupted.")

    def request(self) -> int:
        """Ask every running child to stop, the first time. Returns how many are running."""
        with self._lock:
            is_first = not self._requested.is_set()
            self._requested.set()
            if is_first:
                for pid in self._children:
                    send_interrupt(pid)
            return len(self._children)

    @contextmanager
    def watching(self, pid: int) -> Iterator[None]:
        """Pass an interrupt on to the child `pid` while the block runs."""
        with self._lock:
            self._children.add(pid)
            if self._requested.is_set():
                send_interrupt(pid)
        try:
            yield
        finally:
            with self._lock:
                self._children.discard(pid)


def send_interrupt(pid: int) -> None:
    """SIGINT to one process; one that has just ended is fine."""
    try:
        os.kill(pid, signal.SIGINT)
    except ProcessLookupError:
        return


@contextmanager
def handling_signals(interrupt: Interrupt, say: Callable[[str], None]) -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP into `interrupt.request()` while the block runs.

    With no child running the usual KeyboardInterrupt is raised, so that a prompt or a request ends at once.
    Outside the main thread, where Python allows no handlers, the block just runs.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(_number: int, _frame: object) -> None:
        was_requested = interrupt.is_requested
        running = interrupt.request()
        if not running:
            raise KeyboardInterrupt
        if was_requested:
            say("Still waiting for Terraform: ending it now would lose its state and leave its lock.")
        else:
            say("Interrupted: waiting for Terraform to finish what is under way, store its state and release its lock.")

    previous = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
