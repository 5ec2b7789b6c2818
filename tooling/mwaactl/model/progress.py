"""What long work tells while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Moment(StrEnum):
    """What has just happened."""

    STAGE = "stage"  # a new stage of the pipeline began: `message` says which
    STARTED = "started"  # work on one resource began
    RUNNING = "running"  # it is still going on, since `elapsed_s`
    DONE = "done"  # it ended, after `elapsed_s`
    FAILED = "failed"
    NOTE = "note"  # something worth a line
    WARNING = "warning"


@dataclass(frozen=True)
class Progress:
    """One event of one environment.

    `elapsed_s` is in seconds; `done` of `total` counts resources or files; `is_slow` warns of minutes.
    """

    environment: str
    moment: Moment
    message: str
    address: str = ""
    elapsed_s: float = 0.0
    done: int = 0
    total: int = 0
    is_slow: bool = False


OnEvent = Callable[[Progress], None]
