"""How long an environment may still live: its `ttl`, counted from its creation by AWS's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mwaactl.model.environment import Environment
from mwaactl.model.live import LiveEnvironment
from mwaactl.model.moment import length_of

LARGEST_SKEW = timedelta(minutes=5)
"""AWS refuses requests whose time is further off (IAM User Guide, "Signature Version 4"), so more is no accident."""


class LifeState(StrEnum):
    """Whether an environment may be reaped, and if not, why."""

    EXPIRED = "expired"
    LIVES = "lives"
    WITHOUT_TTL = "no ttl"
    PROTECTED = "protected"
    CHANGING = "changing"
    NOT_DEPLOYED = "not deployed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Lifetime:
    """`left_s` are seconds, less than none when it has expired; both None where there is no ttl or no creation."""

    state: LifeState
    expires_at: datetime | None = None
    left_s: float | None = None

    @property
    def is_expired(self) -> bool:
        """May it be reaped?"""
        return self.state is LifeState.EXPIRED


def lifetime(environment: Environment, live: LiveEnvironment | None, now: datetime) -> Lifetime:
    """What is left at `now`, by AWS's clock. A protected environment never expires, nor does one that is changing."""
    if live is None:
        return Lifetime(LifeState.NOT_DEPLOYED)
    if environment.ttl is None:
        return Lifetime(LifeState.WITHOUT_TTL)
    if live.created_at is None:
        return Lifetime(LifeState.UNKNOWN)
    expires_at = live.created_at + length_of(environment.ttl)
    left_s = (expires_at - now).total_seconds()
    if environment.protected:
        state = LifeState.PROTECTED
    elif left_s > 0:
        state = LifeState.LIVES
    else:
        state = LifeState.CHANGING if live.is_changing else LifeState.EXPIRED
    return Lifetime(state, expires_at, left_s)


def skew(ours: datetime, theirs: datetime | None) -> timedelta | None:
    """How far our clock is ahead of AWS's (behind: negative), where that is too far to be an accident."""
    if theirs is None or abs(ours - theirs) <= LARGEST_SKEW:
        return None
    return ours - theirs
