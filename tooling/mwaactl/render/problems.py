"""Errors for a person: what, cause, what to try. A few lines, on stderr."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape

from mwaactl.errors import ConfigError, Diagnostic, MwaactlError, PolicyRefused, TerraformError

MAXIMUM_DIAGNOSTICS = 12  # more of them say the same again


def print_error(console: Console, error: MwaactlError, environment: str = "") -> None:
    """Print one error."""
    where = f"{environment}: " if environment and f'"{environment}"' not in error.what else ""
    console.print(f"[bold red]Error:[/] {escape(where + error.what)} [dim]\\[{error.code}][/]", soft_wrap=True)
    for line in _details(error):
        console.print(f"  {line}", soft_wrap=True)
    if error.during:
        console.print(f"  [dim]while[/] {escape(error.during)}", soft_wrap=True)
    if error.cause:
        console.print(f"  [dim]cause[/] {escape(error.cause)}", soft_wrap=True)
    if error.hint:
        console.print(f"  [dim]try[/]   {escape(error.hint)}", soft_wrap=True)


def _details(error: MwaactlError) -> Iterator[str]:
    if isinstance(error, ConfigError):
        yield from (escape(str(problem)) for problem in error.problems)
    elif isinstance(error, PolicyRefused):
        for finding in error.findings:
            yield f"[red]✗[/] {escape(finding.id)} {escape(finding.address)}: {escape(finding.message)}"
            if finding.hint:
                yield f"    [dim]{escape(finding.hint)}[/]"
    elif isinstance(error, TerraformError):
        shown = error.diagnostics[:MAXIMUM_DIAGNOSTICS]
        yield from (_diagnostic(diagnostic) for diagnostic in shown)
        if len(error.diagnostics) > len(shown):
            yield f"... and {len(error.diagnostics) - len(shown)} more"


def _diagnostic(diagnostic: Diagnostic) -> str:
    where = " ".join(part for part in (diagnostic.address, diagnostic.place and f"({diagnostic.place})") if part)
    text = f"[red]✗[/] {escape(where)}{': ' if where else ''}{escape(diagnostic.summary)}"
    detail = " ".join(diagnostic.detail.split())
    return f"{text}: {escape(detail)}" if detail else text
