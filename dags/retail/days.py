"""Which day a run is about."""

from __future__ import annotations

from datetime import date, datetime, timedelta


def sales_day(asked: str | None, interval_start: datetime | None, now: datetime) -> date:
    """The day that was asked for, else that of the data interval, else yesterday.

    A run that is triggered with `logical_date` null has no data interval. Raises ValueError for what is no date such as
    2026-01-31.
    """
    if asked:
        return date.fromisoformat(asked)
    return interval_start.date() if interval_start else now.date() - timedelta(days=1)
