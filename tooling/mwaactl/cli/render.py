"""mwaactl render."""

from __future__ import annotations

import click

from mwaactl.cli.options import global_options
from mwaactl.cli.session import Session


@click.command(short_help="Write tfvars, schema and reference from envs/*.yaml.")
@click.argument("environments", metavar="[ENVIRONMENT]...", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; exit 2 when a file is stale.")
@global_options
@click.pass_obj
def render(session: Session, environments: tuple[str, ...], check: bool) -> None:
    """Render envs/NAME.yaml to envs/NAME.tfvars (all by default). The rendered files are committed.

    \b
    Example: mwaactl render
             mwaactl render --check
    """
    from mwaactl.workflows import render as workflow

    session.run(lambda tools: workflow.run(tools, environments, check=check))
