"""mwaactl clone."""

from __future__ import annotations

from typing import Any

import click

from mwaactl.cli.options import allow_options, environment_names, global_options
from mwaactl.cli.session import Session

NONE = "none"
ONLY_UNDO = "--undo takes the name of the clone alone."


@click.command(short_help="Make a complete copy of an environment, with one command.")
@click.argument("names", metavar="SOURCE NEW", nargs=-1, required=True, shell_complete=environment_names)
@click.option("--ttl", metavar="TIME", default="14d", show_default=True, help="How long it may live, or: none.")
@click.option("--class", "environment_class", metavar="CLASS", help="Another size, such as mw1.small.")
@click.option("--airflow-version", metavar="VERSION", help="Another Airflow, to rehearse an upgrade.")
@click.option("--account", "account_id", metavar="ID", help="Another AWS account.")
@click.option("--region", metavar="REGION", help="Another AWS Region.")
@click.option("--vpc-cidr", metavar="RANGE", help="Addresses of the clone's VPC (default: the next free range).")
@click.option("--snapshot", "is_snapshot", is_flag=True, help="Write all values out instead of extending SOURCE.")
@click.option("--copy/--no-copy", "copies", default=True, help="Copy variables, pools and connections (default: yes).")
@click.option("--with-secrets", is_flag=True, help="Copy what looks secret, too, as far as Airflow shows it.")
@click.option("--source-profile", metavar="NAME", default="", help="AWS profile that reads SOURCE.")
@click.option("--dry-run", is_flag=True, help="Show YAML, plan, cost and what would be copied; change nothing.")
@click.option("--undo", is_flag=True, help="Remove the clone NEW, whatever is there of it, and its files.")
@allow_options
@global_options
@click.pass_obj
def clone(
    session: Session,
    /,
    names: tuple[str, ...],
    source_profile: str,
    copies: bool,
    with_secrets: bool,
    dry_run: bool,
    undo: bool,
    **options: Any,
) -> None:
    """Make NEW, a complete and working copy of SOURCE, which is only read.

    Writes envs/NEW.yaml with what must differ (a free range of addresses, no protection), plans, asks policy, applies,
    copies variables, pools and connections, publishes the very bytes that SOURCE runs, keeps every DAG paused, and
    shows what differs. The same command goes on after any failure.

    Policy wants a time to live of every unprotected clone, after which mwaactl reap removes it (CKV_MWAA_21).

    Secrets stay behind unless asked for. Passwords of connections always do: Airflow does not show them.

    \b
    Example: mwaactl clone prod perf --ttl 8h --class mw1.medium
             mwaactl clone prod perf --dry-run
             mwaactl clone --undo perf
    """
    if undo:
        _undo(session, names)
        return
    if len(names) != 2 or names[0] == names[1]:
        raise click.UsageError("Name two environments: the SOURCE, and the NEW one that does not exist yet.")
    from mwaactl.model.clone import CloneWish
    from mwaactl.workflows import clone as workflow

    allowed = options.pop("allowed")
    options["ttl"] = None if options["ttl"] == NONE else options["ttl"]
    wish = CloneWish(*names, copies_objects=copies, copies_secrets=with_secrets, **options)
    session.run(lambda tools: workflow.run(tools, wish, profile=source_profile, allowed=allowed, dry_run=dry_run))


def _undo(session: Session, names: tuple[str, ...]) -> None:
    from mwaactl.workflows import unclone as workflow

    if len(names) != 1:
        raise click.UsageError(ONLY_UNDO)
    session.run(lambda tools: workflow.run(tools, names[0]))
