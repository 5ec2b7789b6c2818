"""Which day a run is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta


def sales_day(conf: Mapping[str, object] | None, interval_start: datetime | None, run_after: datetime) -> date:
    """The day that `conf` asks for, else that of the data interval, else the day before the run.

    A run that is triggered with `logical_date` null has no data interval. Raises ValueError for a `conf` whose day is
    no date such as 2026-01-31.
    """
    asked = (conf or {}).get("day")
    if asked is not None:
        day = date.fromisoformat(str(asked))
        if day.isoformat() != asked:
            raise ValueError(f"conf: day is {asked!r}, not a date such as 2026-01-31")
        return day
    return interval_start.date() if interval_start else run_after.date() - timedelta(days=1)
