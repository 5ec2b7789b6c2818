"""mwaactl reap."""

from __future__ import annotations

import os
import sys

import click

from mwaactl.cli.options import environments_argument, global_options
from mwaactl.cli.session import Session


@click.command(short_help="Destroy what has outlived its time to live.")
@environments_argument
@click.option("--dry-run/--no-dry-run", default=None, help="Only tell (the default in CI, and without a terminal).")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 4 when a dry run finds something that has expired.")
@click.option("--own-account", is_flag=True, help="Leave out what is in other accounts than the credentials'.")
@global_options
@click.pass_obj
def reap(
    session: Session,
    environments: tuple[str, ...],
    is_all: bool,
    dry_run: bool | None,
    detailed_exitcode: bool,
    own_account: bool,
) -> None:
    """Destroy environments (all by default) whose `ttl`, counted from their creation by AWS's clock, is over.

    Never a protected one, never one without a ttl, never one that is being changed. The files in envs/ stay: removing
    them is for a pull request.

    \b
    Example: mwaactl reap
             mwaactl reap --own-account --no-dry-run --yes      in a workflow
    """
    from mwaactl.workflows import reap as workflow

    if dry_run is None:
        dry_run = bool(os.environ.get("CI")) or not (session.is_yes or sys.stdin.isatty())
    names = () if is_all else environments
    session.run(
        lambda tools: workflow.run(
            tools, names, dry_run=dry_run, detailed_exitcode=detailed_exitcode, is_own_account=own_account
        )
    )
