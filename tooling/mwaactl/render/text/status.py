"""The environments side by side."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from mwaactl.render.lines import duration
from mwaactl.render.text.dispatch import table_of
from mwaactl.workflows.status import StatusReport


def _status_table(reports: Sequence[StatusReport]) -> RenderableType:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("environment", "status", "Airflow", "class", "release", "web server"):
        table.add_column(name, overflow="fold")
    for report in reports:
        protected = " (protected)" if report.protected else ""
        problem = f"\n[red]{escape(report.last_error)}[/]" if report.last_error else ""
        lock = f"\n[yellow]locked by {escape(report.locked_by)}[/]" if report.locked_by else ""
        age = "" if report.release_age_s is None else f" [dim]({duration(report.release_age_s)} ago)[/]"
        table.add_row(
            f"[bold]{report.environment}[/]{protected}",
            f"{report.status}{problem}{lock}",
            report.airflow_version,
            report.environment_class,
            f"{report.release or '-'}{age}",
            report.webserver_url or "-",
        )
    return table


table_of[StatusReport] = _status_table
