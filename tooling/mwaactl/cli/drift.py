"""mwaactl drift."""

from __future__ import annotations

import click

from mwaactl.cli.options import chosen, environments_argument, global_options
from mwaactl.cli.session import Session


@click.command(short_help="Find what was changed in AWS outside of Terraform.")
@environments_argument
@global_options
@click.pass_obj
def drift(session: Session, environments: tuple[str, ...], is_all: bool) -> None:
    """Say in plain words what was changed or deleted in AWS since the last deploy of ENVIRONMENT, and not by Terraform.

    Changes nothing, takes no lock, and needs no more than the right to read. What AWS changes by itself is left out.

    Exit 0: no drift, or not deployed. Exit 4: drift. An environment that cannot be looked at does not stop the others,
    and its error decides the exit code.

    \b
    Example: mwaactl drift dev
             mwaactl drift --all --output json
    """
    from mwaactl.workflows import drift as workflow

    names = chosen(environments, is_all)
    session.run(lambda tools: workflow.run(tools, names))
