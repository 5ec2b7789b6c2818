"""mwaactl doctor."""

from __future__ import annotations

import click

from mwaactl.cli.options import global_options
from mwaactl.cli.session import Session


@click.command(short_help="Check this machine, the project and an account.")
@click.argument("environments", metavar="[ENVIRONMENT]...", nargs=-1)
@global_options
@click.pass_obj
def doctor(session: Session, environments: tuple[str, ...]) -> None:
    """Check that this machine and project are fit for a deploy, and for each ENVIRONMENT what AWS says. Reads only.

    \b
    Example: mwaactl doctor
             mwaactl doctor prod
    """
    from mwaactl.workflows import doctor as workflow

    session.run(lambda tools: workflow.run(tools, environments))
