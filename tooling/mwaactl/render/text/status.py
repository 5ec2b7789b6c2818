"""The environments side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from mwaactl.model.lifetime import LifeState
from mwaactl.render.lines import counted, duration
from mwaactl.render.text.dispatch import table_of
from mwaactl.workflows.status import NOT_DEPLOYED, StatusReport

COLUMNS = ("environment", "status", "Airflow", "class", "release", "drift", "ttl", "USD/month")
_STYLES = {"AVAILABLE": "green", NOT_DEPLOYED: "dim", "UPDATE_FAILED": "yellow"}


def _status_table(reports: Sequence[StatusReport]) -> RenderableType:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in COLUMNS:
        table.add_column(name, overflow="fold", justify="right" if name == COLUMNS[-1] else "left")
    for report in reports:
        table.add_row(*_row(report))
    return Group(table, *_web_servers(reports), *(_problem(report) for report in reports if report.last_error))


def _row(report: StatusReport) -> Iterator[str]:
    yield f"[bold]{escape(report.environment)}[/]{' (protected)' if report.protected else ''}"
    style = _STYLES.get(report.status, "red" if "FAILED" in report.status else "")
    lock = f"\n[yellow]locked by {escape(report.locked_by)}[/]" if report.locked_by else ""
    yield f"[{style}]{report.status}[/]{lock}" if style else f"{report.status}{lock}"
    yield report.airflow_version + (f"\n[yellow]until {report.end_of_support}[/]" if report.end_of_support else "")
    yield report.environment_class
    age = "" if report.release_age_s is None else f" [dim]({duration(report.release_age_s)} ago)[/]"
    yield f"{report.release or '-'}{age}"
    yield _drift(report)
    yield _ttl(report)
    yield _cost(report)


def _drift(report: StatusReport) -> str:
    if report.drifted is None or report.drift_age_s is None:
        return "[dim]not looked[/]" if report.status != NOT_DEPLOYED else "-"
    found = f"[yellow]{counted(report.drifted, 'resource')}[/]" if report.drifted else "none"
    return f"{found} [dim]({duration(report.drift_age_s)} ago)[/]"


def _ttl(report: StatusReport) -> str:
    if report.ttl is None:
        return "-"
    if report.life is LifeState.PROTECTED:
        return f"{report.ttl}, but protected"
    if report.ttl_left_s is None:
        return report.ttl
    if report.ttl_left_s <= 0:
        return f"[bold red]expired[/] {duration(-report.ttl_left_s)} ago"
    return f"{duration(report.ttl_left_s)} left"


def _cost(report: StatusReport) -> str:
    if report.status == NOT_DEPLOYED or report.cost_low is None or report.cost_high is None:
        return "-"
    amount = f"{report.cost_low:.0f}"
    if report.cost_high != report.cost_low:
        amount += f" to {report.cost_high:.0f}"
    return f"{amount}{' [yellow]+ ?[/]' if report.cost_unknown else ''}"


def _web_servers(reports: Sequence[StatusReport]) -> Iterator[RenderableType]:
    """Below the table: an address is half as wide as a terminal."""
    found = [report for report in reports if report.webserver_url]
    if found:
        width = max(len(report.environment) for report in found)
        yield Text("")
        for report in found:
            yield Text.from_markup(f"[dim]{report.environment:<{width}}  {escape(str(report.webserver_url))}[/]")


def _problem(report: StatusReport) -> RenderableType:
    """Below the table, where it has the whole width: the words of Airflow or of a script may be many."""
    words = Text.from_markup(f"\n[bold]{report.environment}[/]: [red]{escape(str(report.last_error))}[/]")
    return Group(words, Text.from_markup(f"[dim]more: {escape(report.hint)}[/]")) if report.hint else words


table_of[StatusReport] = _status_table
