"""Notes where a file is while it takes long, so that one that has to be ended has a place."""

from __future__ import annotations

import _thread
import faulthandler
import os
import signal
import sys
import threading
import time
from types import FrameType

NOTES = 8  # while a file takes its whole time
HEADER = "Timeout"  # as faulthandler begins


class Tracer:
    """Writes to the descriptor `file`, from a thread that signals do not reach, whatever a file does about them.

    Only what holds Python's lock all the time, such as a regular expression, keeps the thread from its work. For that
    there is faulthandler, which walks the frames without the lock. It must not do so while Python runs: that ends the
    interpreter by SIGSEGV now and then. So the thread puts it off for as long as it is itself allowed to run.
    """

    def __init__(self, file: int, limit_s: float) -> None:
        self._file, self._limit_s = file, limit_s
        self._main = threading.main_thread().ident or 0
        # A file may replace them.
        self._sleep, self._write, self._frames = time.sleep, os.write, sys._current_frames
        self._put_off = faulthandler.dump_traceback_later

    def start(self) -> None:
        """Begin. It ends with the process.

        faulthandler is set here already: a file may take Python's lock before the thread has ever run.
        """
        self._put_off(self._limit_s / 2, file=self._file)
        # Not of `threading`: no file shall find a thread that it did not start.
        _thread.start_new_thread(self._watch, ())

    def _watch(self) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        while True:
            self._put_off(self._limit_s / 2, file=self._file)
            self._sleep(self._limit_s / NOTES)
            self._write(self._file, _described(self._frames().get(self._main)))


def _described(frame: FrameType | None) -> bytes:
    """The frames, innermost first, in faulthandler's words."""
    lines = [f"{HEADER}\n"]
    while frame is not None:
        lines.append(f'  File "{frame.f_code.co_filename}", line {frame.f_lineno or 0}\n')
        frame = frame.f_back
    return "".join(lines).encode(errors="replace")
