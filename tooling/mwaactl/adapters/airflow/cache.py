"""The folder for what every project shares: runtimes of Airflow, results of imports."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

POLL_S = 0.2


def cache_folder(environment: Mapping[str, str]) -> Path:
    """$MWAACTL_CACHE, else mwaactl below $XDG_CACHE_HOME, else below ~/.cache. It may be deleted at any time."""
    named = environment.get("MWAACTL_CACHE")
    if named:
        return Path(named).absolute()
    home = environment.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "mwaactl"


@contextmanager
def alone(path: Path, check: Callable[[], None]) -> Iterator[None]:
    """Hold the lock file `path`, waiting for whoever has it; `check` is called meanwhile and may raise.

    The kernel drops the lock when the process ends, however it ends.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while True:
            check()
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(POLL_S)
        yield
    finally:
        os.close(descriptor)
