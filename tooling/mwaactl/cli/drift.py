"""mwaactl drift."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mwaactl.cli.options import chosen, environments_argument, global_options
from mwaactl.cli.session import Session

if TYPE_CHECKING:
    from mwaactl.model.drift import DriftReport
    from mwaactl.model.result import Outcome, Result


@click.command(short_help="Find what was changed in AWS outside of Terraform.")
@environments_argument
@click.option("--issue", "is_issue", is_flag=True, help="Open, update or close the issue on drift, by gh.")
@global_options
@click.pass_obj
def drift(session: Session, environments: tuple[str, ...], is_all: bool, is_issue: bool) -> None:
    """Say in plain words what was changed or deleted in AWS since the last deploy of ENVIRONMENT, and not by Terraform.

    Changes nothing, takes no lock, and needs no more than the right to read. What AWS changes by itself is left out.

    Exit 0: no drift, or not deployed. Exit 4: drift. An environment that cannot be looked at does not stop the others,
    and its error decides the exit code.

    \b
    Example: mwaactl drift dev
             mwaactl drift --all --output json
    """
    from mwaactl.workflows import drift as workflow

    names = chosen(environments, is_all)

    def present(result: Result[tuple[Outcome[DriftReport], ...]]) -> None:
        from mwaactl.render.drift_issue import drift_section
        from mwaactl.workflows import drift_issue

        session.show(result)
        if is_issue:
            judged = [outcome.data for outcome in result.data if outcome.data]
            drift_issue.update({one.environment: session.hide(drift_section(one)) for one in judged})

    session.run(lambda tools: workflow.run(tools, names), present)
