"""Statuses of an environment as a function of the clock.

Nothing waits and nothing ticks: an operation writes down which statuses it goes through and for how long, and whoever
asks later computes the status of that moment. Source of the sequences: the MWAA guide and the waiters of Terraform's
provider 5.100.0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

GONE = ""  # the status of an environment that is deleted: the API answers 404
IN_PROGRESS = ("CREATING", "CREATING_SNAPSHOT", "UPDATING", "ROLLING_BACK", "DELETING", "MAINTENANCE")


@dataclass(frozen=True)
class Durations:
    """How long the operations take in this sandbox, in seconds. On AWS: 20 to 30 minutes, 10 to 30, and 10."""

    create_s: float = 3.0
    update_s: float = 3.0
    delete_s: float = 1.5


@dataclass(frozen=True)
class Course:
    """Statuses with their lengths in seconds, from `started_at` (epoch seconds) on, then `final` for good."""

    started_at: float
    steps: tuple[tuple[str, float], ...]
    final: str

    @property
    def ends_at(self) -> float:
        """When `final` begins, in epoch seconds."""
        return self.started_at + sum(length for _, length in self.steps)

    def status_at(self, now: float) -> str:
        """The status at `now`, in epoch seconds."""
        passed = now - self.started_at
        for status, length in self.steps:
            if passed < length:
                return status
            passed -= length
        return self.final


def until_told(now: float, status: str) -> Course:
    """`status`, until somebody who does the work puts another course in its place."""
    return Course(now, ((status, math.inf),), status)


def creation(now: float, seconds: float, *, waits_for_endpoints: bool, fails: bool) -> Course:
    """CREATING, then AVAILABLE, CREATE_FAILED, or PENDING until the customer has made the VPC endpoints."""
    final = "CREATE_FAILED" if fails else "PENDING" if waits_for_endpoints else "AVAILABLE"
    return Course(now, (("CREATING", seconds),), final)


def update(now: float, seconds: float, *, end: str | None) -> Course:
    """CREATING_SNAPSHOT, UPDATING, AVAILABLE; a failure rolls back to the old configuration and ends in `end`.

    `end` is UPDATE_FAILED (restored and usable) or UNAVAILABLE.
    """
    steps = (("CREATING_SNAPSHOT", seconds / 3), ("UPDATING", seconds * 2 / 3))
    if end:
        return Course(now, (*steps, ("ROLLING_BACK", seconds)), end)
    return Course(now, steps, "AVAILABLE")


def deletion(now: float, seconds: float, *, fails_into: str | None) -> Course:
    """DELETING, then gone; a failed deletion leaves the environment in the status `fails_into`."""
    return Course(now, (("DELETING", seconds),), fails_into or GONE)
