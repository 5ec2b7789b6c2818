"""Moments and lengths of time as people write them: 15m, 2h30m, 2026-11-23T06:00."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_LENGTH = re.compile(r"(?:(?P<days>\d+)d)?(?:(?P<hours>\d+)h)?(?:(?P<minutes>\d+)m)?(?:(?P<seconds>\d+)s)?")


def length_of(text: str) -> timedelta:
    """15m, 2h30m, 1d, 90s. Raises ValueError, also for nothing and for more than a thousand years."""
    found = _LENGTH.fullmatch(text.strip().lower())
    parts = {unit: int(number) for unit, number in found.groupdict().items() if number} if found else {}
    if not parts:
        raise ValueError(f'"{text}" is no length of time: write 90s, 15m, 2h30m or 1d')
    try:
        return timedelta(**parts)
    except OverflowError:
        raise ValueError(f'"{text}" is too long') from None


def moment_of(text: str, now: datetime) -> datetime:
    """A length of time before `now`, or an ISO 8601 date or time (UTC unless it says otherwise). Raises ValueError."""
    try:
        return now - length_of(text)
    except (ValueError, OverflowError):
        pass
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f'"{text}" is no time: write 15m, 2h30m, 1d, or 2026-11-23T06:00 (UTC)') from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def clock(seconds: float) -> str:
    """`8 s`, `2 min 05 s`, `1 h 00 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
