"""mwaactl dags."""

from __future__ import annotations

import click

from mwaactl.cli.dags_list import dags_list
from mwaactl.cli.dags_run import dags_run


@click.group(short_help="DAGs: list, run.")
def dags() -> None:
    """DAGs of an environment, as Airflow sees them.

    \b
    Example: mwaactl dags list dev
             mwaactl dags run dev daily_retail_etl --wait
    """


for command in (dags_list, dags_run):
    dags.add_command(command)
