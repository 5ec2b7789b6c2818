"""What has outlived its time to live."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from mwaactl.model.lifetime import LifeState
from mwaactl.render.lines import duration
from mwaactl.render.text.dispatch import table_of
from mwaactl.workflows.reap import ReapReport

_WHY = {
    LifeState.PROTECTED: "protected: never reaped, ttl or not",
    LifeState.CHANGING: "expired, but AWS is changing it: the next reap will find it",
    LifeState.NOT_DEPLOYED: "not deployed; if for good: git rm envs/{0}.yaml envs/{0}.tfvars envs/{0}.s3.tfbackend",
    LifeState.WITHOUT_TTL: "no ttl: lives for good",
    LifeState.UNKNOWN: "AWS does not say when it was created: left alone",
}


def _reap_table(reports: Sequence[ReapReport]) -> RenderableType:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("environment", "ttl", "created", ""):
        table.add_column(name, overflow="fold")
    for report in reports:
        created = f"{report.created_at:%Y-%m-%d %H:%M}" if report.created_at else "-"
        table.add_row(f"[bold]{escape(report.environment)}[/]", report.ttl or "-", created, _words(report))
    expired = [report.environment for report in reports if report.state is LifeState.EXPIRED]
    if expired and all(report.is_dry_run for report in reports):
        more = Text(f"a dry run: mwaactl reap --no-dry-run destroys {', '.join(expired)}", style="dim")
        return Group(table, more)
    return table


def _words(report: ReapReport) -> str:
    if report.deleted_resources is not None:
        name = escape(report.environment)
        return f"[green]destroyed[/], {report.deleted_resources} resources; then: git rm envs/{name}.*"
    if report.state is LifeState.EXPIRED and report.left_s is not None:
        return f"[bold red]expired[/] {duration(-report.left_s)} ago"
    if report.state is LifeState.LIVES and report.left_s is not None:
        return f"{duration(report.left_s)} left"
    return _WHY.get(report.state, report.state.value).format(escape(report.environment))


table_of[ReapReport] = _reap_table
