"""mwaactl publish."""

from __future__ import annotations

import click

from mwaactl.cli.options import environment_argument, global_options
from mwaactl.cli.session import Session


@click.command(short_help="Upload the DAG files that changed.")
@environment_argument
@click.option("--dry-run", is_flag=True, help="Show the difference and change nothing.")
@global_options
@click.pass_obj
def publish(session: Session, environment: str, dry_run: bool) -> None:
    """Make the DAG files in the bucket of ENVIRONMENT equal to those of dags/, by digest.

    Files in the bucket that mwaactl did not publish stay. plugins, requirements.txt and startup.sh need an update of
    the environment: `mwaactl deploy` brings them.

    \b
    Example: mwaactl publish dev --dry-run
    """
    from mwaactl.workflows import publish as workflow

    session.run(lambda tools: workflow.run(tools, environment, dry_run=dry_run))
