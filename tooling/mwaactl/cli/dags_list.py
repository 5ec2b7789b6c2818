"""mwaactl dags list."""

from __future__ import annotations

import click

from mwaactl.cli.options import environment_argument, global_options
from mwaactl.cli.session import Session


@click.command("list", short_help="What Airflow sees: DAGs, last runs, import errors.")
@environment_argument
@global_options
@click.pass_obj
def dags_list(session: Session, environment: str) -> None:
    """List the DAGs that Airflow sees in ENVIRONMENT, with schedule, next and last run, and the files it cannot import.

    Changes nothing. The IAM policy of the caller must allow airflow:InvokeRestApi.

    \b
    Example: mwaactl dags list dev
    """
    from mwaactl.workflows import dags_list as workflow

    session.run(lambda tools: workflow.run(tools, environment))
