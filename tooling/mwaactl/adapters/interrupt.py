"""Ctrl-C, for one process that waits for several children at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mwaactl.errors import Aborted

WAITING = "Interrupted: waiting for Terraform to finish what is under way, store its state and release its lock."
STILL_WAITING = "Still waiting for Terraform: ending it now would lose its state and leave its lock."
ENDING = "Interrupted: ending with the step that is under way. Once more ends it at once."


class Interrupt:
    """Remembers that the user wants to stop, and passes it once to every running child.

    Terraform must be asked by SIGINT, once, and then be waited for: only so does it store its state and release its
    lock. A second SIGINT would make it give up both, so it is never sent.
    """

    def __init__(self, say: Callable[[str], None] = lambda _news: None) -> None:
        """`say` tells the user something."""
        self._say = say
        self._children: set[int] = set()
        self._lock = threading.RLock()  # a signal handler may run while this thread holds it
        self._is_requested = False
        self._is_asking = False
        self._news = ""

    @property
    def is_requested(self) -> bool:
        """Has the user asked to stop?"""
        return self._is_requested

    def check(self) -> None:
        """Stop here when the user asked to: called between steps. Raises Aborted."""
        if self.is_requested:
            raise Aborted("Interrupted.")

    def request(self) -> int:
        """Ask every running child to stop, the first time. Returns how many are running."""
        with self._lock:
            is_first, self._is_requested = not self._is_requested, True
            if is_first:
                for pid in self._children:
                    send_interrupt(pid)
            return len(self._children)

    @contextmanager
    def watching(self, pid: int) -> Iterator[None]:
        """Pass an interrupt on to the child `pid` while the block runs."""
        with self._lock:
            self._children.add(pid)
            if self._is_requested:
                send_interrupt(pid)
        try:
            yield
        finally:
            with self._lock:
                self._children.discard(pid)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """In this block, a question to the user, Ctrl-C raises KeyboardInterrupt at once."""
        self._is_asking = True
        try:
            yield
        finally:
            self._is_asking = False

    @property
    def may_raise(self) -> bool:
        """May a signal handler raise here? Not beside other threads.

        The main thread may be in the middle of an import or hold any other lock of Python's own, which the exception
        would leave locked: the other threads would wait for it for ever.
        """
        return self._is_asking or threading.active_count() == 1

    def put_off(self, news: str) -> None:
        """Remember what a signal handler has to say: it may not print, as the lock of the screen may be taken."""
        self._news = news

    def report(self) -> None:
        """Tell the user what was put off. Everybody who waits calls this now and then."""
        with self._lock:
            news, self._news = self._news, ""
        if news:
            self._say(news)


def send_interrupt(pid: int) -> None:
    """SIGINT to one process; one that has just ended is fine."""
    try:
        os.kill(pid, signal.SIGINT)
    except ProcessLookupError:
        return


@contextmanager
def handling_signals(interrupt: Interrupt) -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP into `interrupt.request()` while the block runs.

    While Terraform runs, it is waited for. At a question, and where nothing else goes on, KeyboardInterrupt is raised.
    Otherwise the work ends at its next step, and a second signal ends the process at once: no Terraform is running, so
    there is no state to lose. Outside the main thread, where Python allows no handlers, the block just runs.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(number: int, _frame: object) -> None:
        was_requested = interrupt.is_requested
        if interrupt.request():
            interrupt.put_off(STILL_WAITING if was_requested else WAITING)
        elif interrupt.may_raise:
            raise KeyboardInterrupt
        elif was_requested:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        else:
            interrupt.put_off(ENDING)

    previous = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
