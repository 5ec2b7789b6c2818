"""What environments cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from mwaactl.model.cost import BudgetState
from mwaactl.render.text.dispatch import table_of
from mwaactl.workflows.cost import USD, CostReport

NOT_ESTIMATED = "not estimated"
_BUDGET = {
    BudgetState.WITHIN: "[green]within the budget of {}[/]",
    BudgetState.OVER: "[bold red]over the budget of {}[/]",
    BudgetState.UNKNOWN: "[yellow]whether it is within the budget of {} cannot be told[/]",
}


def _cost_tables(reports: Sequence[CostReport]) -> RenderableType:
    parts: list[RenderableType] = []
    for report in reports:
        parts += [_table(report), *_below(report), Text("")]
    if len(reports) > 1:
        parts.append(Text.from_markup(f"[bold]all {len(reports)}[/]: {_sum(reports)}"))
    return Group(*parts, *(Text(line, style="dim") for line in _notes(reports)))


def _table(report: CostReport) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(f"[bold not dim]{report.environment}[/] ({report.region})", overflow="fold")
    for end in ("from", "to"):
        table.add_column(f"{end} {report.currency}/month", justify="right", no_wrap=True)
    table.add_column("basis", overflow="fold", style="dim")
    for item in report.items:
        table.add_row(escape(item.name), _money(item.low), _money(item.high), escape(item.basis))
    table.add_row("[bold]total[/]", f"[bold]{_money(report.low)}[/]", f"[bold]{_money(report.high)}[/]", "")
    return table


def _below(report: CostReport) -> Iterator[Text]:
    if report.unknown:
        words = escape(", ".join(report.unknown))
        yield Text.from_markup(f"[yellow]not estimated, and not in the total: {words}[/]")
    if report.budget is not None and report.budget_state is not None:
        yield Text.from_markup(_BUDGET[report.budget_state].format(f"{_money(report.budget)} {report.currency}"))


def _sum(reports: Sequence[CostReport]) -> str:
    low, high = (sum((getattr(one, end) for one in reports), Decimal(0)) for end in ("low", "high"))
    more = ", and what is not estimated" if any(report.unknown for report in reports) else ""
    return f"{_money(low)} to {_money(high)} {reports[0].currency} per month{more}"


def _notes(reports: Sequence[CostReport]) -> Iterator[str]:
    first = reports[0]
    rate = f", at {first.rate} {first.currency} for one USD" if first.currency != USD else ""
    yield f"an estimate with prices of {first.as_of}{rate}"
    yield from dict.fromkeys(note for report in reports for note in report.notes)


def _money(amount: Decimal | None) -> str:
    return f"[yellow]{NOT_ESTIMATED}[/]" if amount is None else f"{amount:,.2f}"


table_of[CostReport] = _cost_tables
