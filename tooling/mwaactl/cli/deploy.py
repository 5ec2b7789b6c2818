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
@click.option("--skip-checks", is_flag=True, help="Do not check DAG files and artifacts before they are planned.")
@global_options
@click.pass_obj
def deploy(session: Session, environments: tuple[str, ...], is_all: bool, allowed: Allowed, skip_checks: bool) -> None:
    """Bring ENVIRONMENT to what its YAML says: render > plan > policy > apply > publish > verify.

    Shows every plan first and asks once. Several environments run side by side; one failing stops no other.

    \b
    Example: mwaactl deploy dev
             mwaactl --sandbox deploy dev stage --yes
    """
    from mwaactl.workflows import deploy as workflow

    names = chosen(environments, is_all)
    session.run(lambda tools: workflow.run(tools, names, allowed=allowed, skip_checks=skip_checks))
