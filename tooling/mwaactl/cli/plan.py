"""mwaactl plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mwaactl.cli.options import allow_options, chosen, environments_argument, global_options
from mwaactl.cli.session import Session

if TYPE_CHECKING:
    from mwaactl.workflows.tools import Allowed


@click.command(short_help="Show what would change, and what policy says of it.")
@environments_argument
@allow_options
@click.option("--detailed-exitcode", is_flag=True, help="Exit 4 when changes are pending.")
@click.option(
    "--store", "is_stored", is_flag=True, help="Store the plan with the state, for `apply --stored` elsewhere."
)
@global_options
@click.pass_obj
def plan(
    session: Session,
    environments: tuple[str, ...],
    is_all: bool,
    allowed: Allowed,
    detailed_exitcode: bool,
    is_stored: bool,
) -> None:
    """Show what a deploy would change in ENVIRONMENT, judge it by policy, and keep the plan for `mwaactl apply`.

    \b
    Example: mwaactl plan dev
             mwaactl plan --all --detailed-exitcode
             mwaactl plan prod --store
    """
    from mwaactl.workflows import plan as workflow

    names = chosen(environments, is_all)
    session.run(
        lambda tools: workflow.run(
            tools, names, allowed=allowed, detailed_exitcode=detailed_exitcode, is_stored=is_stored
        )
    )
