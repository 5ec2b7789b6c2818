"""mwaactl destroy."""

from __future__ import annotations

import click

from mwaactl.cli.options import chosen, environments_argument, global_options
from mwaactl.cli.session import Session


@click.command(short_help="Take an environment away.")
@environments_argument
@click.option("--confirm", "confirmed", metavar="NAME", multiple=True, help="The name of a protected environment.")
@global_options
@click.pass_obj
def destroy(session: Session, environments: tuple[str, ...], is_all: bool, confirmed: tuple[str, ...]) -> None:
    """Delete ENVIRONMENT and everything that Terraform made for it, its DAGs and their history included.

    A protected environment needs its name typed, or given by --confirm; --yes alone is not enough.

    \b
    Example: mwaactl destroy dev
             mwaactl destroy prod --confirm prod --yes
    """
    from mwaactl.workflows import destroy as workflow

    names = chosen(environments, is_all)
    session.run(lambda tools: workflow.run(tools, names, confirmed=confirmed))
