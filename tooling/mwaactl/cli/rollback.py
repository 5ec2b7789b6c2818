"""mwaactl rollback."""

from __future__ import annotations

import click

from mwaactl.cli.options import environment_argument, global_options
from mwaactl.cli.session import Session


@click.command(short_help="Restore the DAG files of an earlier release.")
@environment_argument
@click.argument("release", metavar="[RELEASE]", default="previous")
@click.option("--dry-run", is_flag=True, help="Show the difference and change nothing.")
@global_options
@click.pass_obj
def rollback(session: Session, environment: str, release: str, dry_run: bool) -> None:
    """Make the DAG files of ENVIRONMENT those of RELEASE again, copied inside S3 from the versions it recorded.

    RELEASE is an id of `mwaactl releases` or the beginning of one. Left out, it is what the current release was
    published over. A second rollback goes one release further back, never forth to what the first one left: for that,
    name it. A rollback is a release of its own; the next publish goes forward from it. When bytes that it needs are
    gone, it says so before anything is changed. plugins, requirements.txt and startup.sh are not rolled back.

    \b
    Example: mwaactl rollback prod --dry-run
             mwaactl rollback prod 20261123T0731
    """
    from mwaactl.workflows import rollback as workflow

    session.run(lambda tools: workflow.run(tools, environment, release, dry_run=dry_run))
