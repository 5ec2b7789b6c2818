"""mwaactl apply."""

from __future__ import annotations

import click

from mwaactl.cli.options import allow_replace_option, environment_argument, global_options
from mwaactl.cli.session import Session


@click.command(short_help="Apply the saved plan, and nothing else.")
@environment_argument
@allow_replace_option
@global_options
@click.pass_obj
def apply(session: Session, environment: str, allow_replace: tuple[str, ...]) -> None:
    """Apply the plan of ENVIRONMENT that `mwaactl plan` saved. A plan that has become stale is refused.

    DAG files are not part of it: `mwaactl publish` or `mwaactl deploy` brings them.

    \b
    Example: mwaactl plan dev && mwaactl apply dev
    """
    from mwaactl.workflows import apply as workflow

    session.run(lambda tools: workflow.run(tools, environment, allow_replace=allow_replace))
