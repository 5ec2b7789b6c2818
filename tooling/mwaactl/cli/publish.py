"""mwaactl publish."""

from __future__ import annotations

import click

from mwaactl.cli.options import environment_argument, global_options
from mwaactl.cli.session import Session


@click.command(short_help="Upload the DAG files that changed.")
@environment_argument
@click.option("--dry-run", is_flag=True, help="Show the difference and change nothing.")
@click.option("--skip-checks", is_flag=True, help="Do not check the DAG files before they are uploaded.")
@click.option("--wait", is_flag=True, help="Wait until Airflow has parsed the new DAG files; show import errors.")
@click.option("--timeout", metavar="SECONDS", type=click.FloatRange(min=1), help="The longest to wait (default: 300).")
@global_options
@click.pass_obj
def publish(
    session: Session, environment: str, dry_run: bool, skip_checks: bool, wait: bool, timeout: float | None
) -> None:
    """Make the DAG files in the bucket of ENVIRONMENT equal to those of dags/, by digest.

    Files in the bucket that mwaactl did not publish stay. plugins, requirements.txt and startup.sh need an update of
    the environment: `mwaactl deploy` brings them.

    A publish that is killed is finished by the next one. Two at once: one of them is refused, and told who publishes.

    \b
    Example: mwaactl publish dev --dry-run
             mwaactl publish prod --yes --wait
    """
    from mwaactl.workflows import publish as workflow

    session.run(
        lambda tools: workflow.run(
            tools, environment, dry_run=dry_run, skip_checks=skip_checks, wait=wait, timeout_s=timeout
        )
    )
