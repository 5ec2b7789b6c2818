"""mwaactl deploy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mwaactl.cli.options import allow_options, chosen, environments_argument, global_options
from mwaactl.cli.session import Session

if TYPE_CHECKING:
    from mwaactl.workflows.tools import Allowed


@click.command(short_help="The whole pipeline: render > plan > policy > apply > publish > verify.")
@environments_argument
@allow_options
@global_options
@click.pass_obj
def deploy(session: Session, environments: tuple[str, ...], is_all: bool, allowed: Allowed) -> None:
    """Bring ENVIRONMENT to what its YAML says: render > plan > policy > apply > publish > verify.

    Shows every plan first and asks once. Several environments run side by side; one failing stops no other.

    \b
    Example: mwaactl deploy dev
             mwaactl --sandbox deploy dev stage --yes
    """
    from mwaactl.workflows import deploy as workflow

    names = chosen(environments, is_all)
    session.run(lambda tools: workflow.run(tools, names, allowed=allowed))
