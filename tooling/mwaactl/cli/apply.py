"""mwaactl apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mwaactl.cli.options import allow_options, environment_argument, global_options
from mwaactl.cli.session import Session

if TYPE_CHECKING:
    from mwaactl.workflows.tools import Allowed


@click.command(short_help="Apply the saved plan, and nothing else.")
@environment_argument
@allow_options
@click.option("--stored", "is_stored", is_flag=True, help="Apply the plan that `plan --store` stored for this commit.")
@global_options
@click.pass_obj
def apply(session: Session, environment: str, allowed: Allowed, is_stored: bool) -> None:
    """Apply the plan of ENVIRONMENT that `mwaactl plan` saved. A plan that has become stale is refused.

    DAG files are not part of it: `mwaactl publish` or `mwaactl deploy` brings them.

    \b
    Example: mwaactl plan dev && mwaactl apply dev
             mwaactl apply prod --stored --yes
    """
    from mwaactl.workflows import apply as workflow

    session.run(lambda tools: workflow.run(tools, environment, allowed=allowed, is_stored=is_stored))
