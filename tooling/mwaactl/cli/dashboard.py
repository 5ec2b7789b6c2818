"""mwaactl dashboard."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mwaactl.cli.options import environments_argument, global_options
from mwaactl.cli.session import Session

if TYPE_CHECKING:
    from mwaactl.model.dashboard import Dashboard
    from mwaactl.model.result import Result
    from mwaactl.workflows.tools import Toolbox

PAGE = Path(".mwaactl") / "dashboard.html"
"""Below the project's folder."""


@click.command(short_help="The fleet on one HTML page: state, cost, network, findings, releases, DAGs.")
@environments_argument
@click.option("--out", metavar="PATH", help="Where to write the page (default: .mwaactl/dashboard.html).")
@click.option("--open", "is_open", is_flag=True, help="Open the page in the browser.")
@global_options
@click.pass_obj
def dashboard(session: Session, environments: tuple[str, ...], is_all: bool, out: str | None, is_open: bool) -> None:
    """Write one HTML page about environments (all by default). It loads nothing from anywhere, and runs no script.

    With --output json the data themselves are printed, and a page is written only where --out or --open asks for it.

    Exit 1: AWS did not tell the state of an environment. The page says so, and has all the rest.

    \b
    Example: mwaactl dashboard --open
             mwaactl dashboard dev prod --out fleet.html
    """
    from mwaactl.workflows import dashboard as workflow

    if is_all and environments:
        raise click.UsageError("Give names or --all, not both.")
    root = Path()

    def work(tools: Toolbox) -> Result[Dashboard]:
        nonlocal root
        root = tools.project.root
        return workflow.run(tools, environments)

    def present(result: Result[Dashboard]) -> None:
        from mwaactl.render.dashboard import page

        if session.is_json and out is None and not is_open:
            session.show(result)
            return
        path = Path(out) if out is not None else root / PAGE
        session.put(page(result.data), str(path))
        session.show(replace(result, data=replace(result.data, page=str(path))))
        if is_open:
            workflow.show(path)

    session.run(work, present)
