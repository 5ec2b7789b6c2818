"""mwaactl plan."""

from __future__ import annotations

import click

from mwaactl.cli.options import allow_replace_option, chosen, environments_argument, global_options
from mwaactl.cli.session import Session


@click.command(short_help="Show what would change, and what policy says of it.")
@environments_argument
@allow_replace_option
@click.option("--detailed-exitcode", is_flag=True, help="Exit 4 when changes are pending.")
@global_options
@click.pass_obj
def plan(
    session: Session,
    environments: tuple[str, ...],
    is_all: bool,
    allow_replace: tuple[str, ...],
    detailed_exitcode: bool,
) -> None:
    """Show what a deploy would change in ENVIRONMENT, judge it by policy, and keep the plan for `mwaactl apply`.

    \b
    Example: mwaactl plan dev
             mwaactl plan --all --detailed-exitcode
    """
    from mwaactl.workflows import plan as workflow

    names = chosen(environments, is_all)
    session.run(
        lambda tools: workflow.run(tools, names, allow_replace=allow_replace, detailed_exitcode=detailed_exitcode)
    )
