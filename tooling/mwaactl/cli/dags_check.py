"""mwaactl dags check."""

from __future__ import annotations

import click

from mwaactl.cli.options import environments_argument, global_options
from mwaactl.cli.session import Session

STAGES = ("syntax", "lint", "dags", "requirements", "plugins", "startup", "resolve", "import")


@click.command("check", short_help="Find what Airflow or MWAA would fail on, before anything is published.")
@environments_argument
@click.option("--until", metavar="STAGE", type=click.Choice(STAGES), help=f"Stop after it: {', '.join(STAGES)}.")
@click.option("--resolve", "is_resolved", is_flag=True, help="Resolve requirements.txt with uv; needs a package index.")
@click.option("--import", "is_imported", is_flag=True, help="Import the DAGs in the environment's own Airflow version.")
@click.option(
    "--allow-missing",
    metavar="NAME",
    multiple=True,
    help="A Variable or connection that may be missing at import. Repeatable.",
)
@global_options
@click.pass_obj
def dags_check(
    session: Session,
    environments: tuple[str, ...],
    is_all: bool,
    until: str | None,
    is_resolved: bool,
    is_imported: bool,
    allow_missing: tuple[str, ...],
) -> None:
    """Check DAGs, requirements.txt, plugins and startup.sh of ENVIRONMENT (default: of all); changes nothing.

    The first six stages execute nothing of what they look at, and take a second: Python syntax for the environment's
    Python, ruff's rules about Airflow, DAG ids and .airflowignore, requirements.txt, plugins, startup.sh. --resolve and
    --import go further. Exit 1: something would fail; each finding names file:line and what to do. docs/dag-checks.md
    says what the import can reach.

    \b
    Example: mwaactl dags check dev
             mwaactl dags check --all --until lint
             mwaactl dags check prod --import --allow-missing retail_bucket
    """
    from pathlib import Path

    from mwaactl.workflows.dags_import import start_early

    if is_imported and environments:
        start_early(Path(session.project or "."), environments)
    from mwaactl.model.dags.stage import Stage, stages
    from mwaactl.workflows import dags_check as workflow

    if is_all and environments:
        raise click.UsageError("Give names or --all, not both.")
    if until and (is_resolved or is_imported):
        raise click.UsageError("Give --until, or --resolve and --import, not both.")
    wanted = stages(Stage(until) if until else None, resolves=is_resolved, imports=is_imported)
    names = tuple(dict.fromkeys(environments))
    session.run(lambda tools: workflow.run(tools, names, wanted, allow_missing=allow_missing))
