"""Macros of the retail DAGs: `{{ macros.retail.partition(ds) }}` gives day=2026-01-31."""

from __future__ import annotations

from airflow.plugins_manager import AirflowPlugin


def partition(day: str) -> str:
    """Prefix of one day in the data lake."""
    return f"day={day}"


class RetailPlugin(AirflowPlugin):
    name = "retail"
    macros = [partition]
