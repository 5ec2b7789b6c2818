"""What doctor found."""

from __future__ import annotations

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from mwaactl.render.text.dispatch import text
from mwaactl.workflows.doctor import DoctorReport


@text.register
def _(data: DoctorReport) -> RenderableType:
    signs = {"ok": "[green]✓[/]", "warning": "[yellow]![/]", "failed": "[red]✗[/]"}
    table = Table.grid(padding=(0, 2))
    for check in data.checks:
        hint = f"\n[dim]{escape(check.hint)}[/]" if check.hint else ""
        table.add_row(signs[check.health.value], check.name, f"{escape(check.found)}{hint}")
    return table
