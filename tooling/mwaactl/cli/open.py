"""mwaactl open."""

from __future__ import annotations

import click

from mwaactl.cli.options import environment_argument, global_options
from mwaactl.cli.session import Session


@click.command("open", short_help="Log in to Airflow's web server, in the browser.")
@environment_argument
@click.option("--print", "prints", is_flag=True, help="Print the address instead. It logs in, so keep it secret.")
@global_options
@click.pass_obj
def open_(session: Session, environment: str, prints: bool) -> None:
    """Open the web server of ENVIRONMENT in the browser, logged in by your AWS credentials.

    A private web server must be reachable from here: by VPN, or through a bastion host.

    \b
    Example: mwaactl open dev
    """
    from mwaactl.workflows import open as workflow

    session.shows_keys = prints  # an address without its token would open nothing
    session.run(lambda tools: workflow.run(tools, environment, prints=prints))
