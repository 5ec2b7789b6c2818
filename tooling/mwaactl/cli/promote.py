"""mwaactl promote."""

from __future__ import annotations

import click

from mwaactl.cli.options import environment_names, global_options
from mwaactl.cli.session import Session


@click.command(short_help="Publish to one environment exactly what another one runs.")
@click.argument("source", metavar="SOURCE", shell_complete=environment_names)
@click.argument("environment", metavar="ENVIRONMENT", shell_complete=environment_names)
@click.option("--release", metavar="RELEASE", default="current", help="A release of SOURCE (default: the current one).")
@click.option("--source-profile", metavar="NAME", default="", help="AWS profile that reads the bucket of SOURCE.")
@click.option("--force", "is_forced", is_flag=True, help="Promote what ENVIRONMENT's Airflow may not run.")
@click.option("--dry-run", is_flag=True, help="Show the difference and change nothing.")
@global_options
@click.pass_obj
def promote(
    session: Session,
    source: str,
    environment: str,
    release: str,
    source_profile: str,
    is_forced: bool,
    dry_run: bool,
) -> None:
    """Make the DAG files of ENVIRONMENT those that were released to SOURCE, byte for byte.

    Accounts and Regions may differ: the bytes go through this machine, and their digests are verified on the way. Where
    no credentials reach both accounts, --source-profile names those for SOURCE, which are only used to read. Refused,
    unless forced, when ENVIRONMENT runs an older Airflow than the release was made for, or another major version.

    \b
    Example: mwaactl promote dev stage --dry-run
             mwaactl promote stage prod --release 20261123T0731 --source-profile stage
    """
    from mwaactl.workflows import promote as workflow

    asked = workflow.Promotion(source, release, source_profile, is_forced, dry_run)
    session.run(lambda tools: workflow.run(tools, environment, asked))
