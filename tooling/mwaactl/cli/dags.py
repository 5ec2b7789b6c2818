"""mwaactl dags."""

from __future__ import annotations

import click

from mwaactl.cli.dags_check import dags_check
from mwaactl.cli.dags_list import dags_list
from mwaactl.cli.dags_run import dags_run


@click.group(short_help="DAGs: check, list, run.")
def dags() -> None:
    """DAGs: those of dags/ before they are published, and those that Airflow sees in an environment.

    \b
    Example: mwaactl dags check --all
             mwaactl dags list dev
             mwaactl dags run dev daily_retail_etl --wait
    """


for command in (dags_check, dags_list, dags_run):
    dags.add_command(command)
