"""mwaactl unlock."""

from __future__ import annotations

import click

from mwaactl.cli.options import environment_argument, global_options
from mwaactl.cli.session import Session


@click.command(short_help="Remove a state lock that a killed run left behind.")
@environment_argument
@global_options
@click.pass_obj
def unlock(session: Session, environment: str) -> None:
    """Show who holds the Terraform state of ENVIRONMENT since when, ask, and remove that lock.

    \b
    Example: mwaactl unlock dev
    """
    from mwaactl.workflows import unlock as workflow

    session.run(lambda tools: workflow.run(tools, environment))
