"""mwaactl status."""

from __future__ import annotations

import click

from mwaactl.cli.options import environments_argument, global_options
from mwaactl.cli.session import Session


@click.command(short_help="What there is: state, version, release, web server.")
@environments_argument
@global_options
@click.pass_obj
def status(session: Session, environments: tuple[str, ...], is_all: bool) -> None:
    """Show the state of environments as AWS reports it (all by default).

    Also why the last creation or update failed, and what AWS does not count as failure: requirements that could not be
    installed.

    \b
    Example: mwaactl status
             mwaactl status prod --output json
    """
    from mwaactl.workflows import status as workflow

    session.run(lambda tools: workflow.run(tools, () if is_all else environments))
