"""mwaactl releases."""

from __future__ import annotations

import click

from mwaactl.cli.options import environment_argument, global_options
from mwaactl.cli.session import Session


@click.command(short_help="What was published, by whom and when; what two releases differ in.")
@environment_argument
@click.argument("chosen", metavar="[RELEASE [OTHER]]", nargs=-1)
@click.option("--limit", metavar="N", type=click.IntRange(min=1), default=20, help="So many at most (default: 20).")
@click.option("--diff", "is_diff", is_flag=True, help="Show what OTHER has that RELEASE has not, and the reverse.")
@click.option("--patch", "is_patch", is_flag=True, help="The same with the lines of text files.")
@global_options
@click.pass_obj
def releases(
    session: Session, environment: str, chosen: tuple[str, ...], limit: int, is_diff: bool, is_patch: bool
) -> None:
    """List the releases of DAG files in ENVIRONMENT, newest first, or compare two of them.

    A release is named by its id, by the beginning of one, or as `current` or `previous`: where `mwaactl rollback` goes.
    Without OTHER it is compared with the current one; without either, --diff shows what a rollback would take back.
    As many as artifacts.keep_releases says are kept, and each of these can be restored.

    \b
    Example: mwaactl releases prod
             mwaactl releases prod --diff
             mwaactl releases prod --diff 20261123T0731 current --patch
    """
    from mwaactl.workflows import release_diff
    from mwaactl.workflows import releases as workflow

    if len(chosen) > 2:
        raise click.UsageError("Compare two releases, not more.")
    if is_diff or is_patch:
        session.run(lambda tools: release_diff.run(tools, environment, *chosen, is_patch=is_patch))
    elif chosen:
        raise click.UsageError("Add --diff to compare a release, or leave it out to list all.")
    else:
        session.run(lambda tools: workflow.run(tools, environment, limit=limit))
