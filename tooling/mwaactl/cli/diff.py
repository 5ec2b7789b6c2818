"""mwaactl diff."""

from __future__ import annotations

import click

from mwaactl.cli.options import environment_names, global_options
from mwaactl.cli.session import Session


@click.command(short_help="Compare two environments: configuration, versions, artifacts, release.")
@click.argument("first", metavar="ENVIRONMENT", shell_complete=environment_names)
@click.argument("second", metavar="OTHER", shell_complete=environment_names)
@click.option("--full/--only-differences", "is_full", default=False, help="Show what is equal, too (default: not).")
@click.option("--offline", "is_offline", is_flag=True, help="Compare configuration and files only, without AWS.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 4 when they differ in more than identity and release.")
@global_options
@click.pass_obj
def diff(session: Session, first: str, second: str, is_full: bool, is_offline: bool, detailed_exitcode: bool) -> None:
    """Show ENVIRONMENT and OTHER side by side: configuration, versions, artifacts, DAG files of the current releases.

    What differs between any two environments (account, Region, address range) has a section of its own. An environment
    that is not deployed, or whose account these credentials cannot reach, is compared by its configuration alone.

    \b
    Example: mwaactl diff stage prod
             mwaactl diff dev stage --offline --full
    """
    from mwaactl.workflows import diff as workflow

    if first == second:
        raise click.UsageError("Name two different environments.")
    session.run(
        lambda tools: workflow.run(
            tools, (first, second), is_offline=is_offline, is_full=is_full, detailed_exitcode=detailed_exitcode
        )
    )
