"""mwaactl dags."""

from __future__ import annotations

import click

from mwaactl.cli.lazy import LazyGroup


@click.group(cls=LazyGroup, names=("check", "list", "run"), prefix="dags_", short_help="DAGs: check, list, run.")
def dags() -> None:
    """DAGs: those of dags/ before they are published, and those that Airflow sees in an environment.

    \b
    Example: mwaactl dags check --all
             mwaactl dags list dev
             mwaactl dags run dev daily_retail_etl --wait
    """
