"""Errors for a person: what, cause, what to try. A few lines, on stderr."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from mwaactl.errors import ConfigError, MwaactlError
from mwaactl.render.details import details


def print_error(console: Console, error: MwaactlError, environment: str = "") -> None:
    """Print one error."""
    where = f"{environment}: " if environment and f'"{environment}"' not in error.what else ""
    console.print(f"[bold red]Error:[/] {escape(where + error.what)} [dim]\\[{error.code}][/]", soft_wrap=True)
    for line, hint in details(error):
        sign = "" if isinstance(error, ConfigError) or line.startswith("... and") else "[red]✗[/] "
        console.print(f"  {sign}{escape(line)}", soft_wrap=True)
        if hint:
            console.print(f"      [dim]{escape(hint)}[/]", soft_wrap=True)
    if error.during:
        console.print(f"  [dim]while[/] {escape(error.during)}", soft_wrap=True)
    if error.cause:
        console.print(f"  [dim]cause[/] {escape(error.cause)}", soft_wrap=True)
    if error.hint:
        console.print(f"  [dim]try[/]   {escape(error.hint)}", soft_wrap=True)
