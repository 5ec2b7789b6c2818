"""Plans."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from mwaactl.model.plan import Action, ResourceChange
from mwaactl.render.gate.words import option_text
from mwaactl.render.lines import one_line
from mwaactl.render.text.artifacts import difference_text
from mwaactl.render.text.dispatch import text
from mwaactl.workflows.apply import ApplyReport
from mwaactl.workflows.deploy import DeployPreview
from mwaactl.workflows.plan import PlanReport

SIGNS = {
    Action.CREATE: "[green]+[/]",
    Action.UPDATE: "[yellow]~[/]",
    Action.REPLACE: "[bold red]-/+[/]",
    Action.DELETE: "[red]-[/]",
    Action.FORGET: "[dim].[/]",
}


@text.register
def _(data: PlanReport) -> RenderableType:
    lines = [f"[bold]{data.environment}[/]: {data.plan.summary}"]
    lines += [f"  [cyan]<[/] {_escaped(address)} is there, and imported" for address in data.plan.imported]
    for change in data.plan.changes:
        lines += change_lines(change)
    if data.plan.is_empty:
        return Text.from_markup(lines[0])
    if data.options:
        lines.append("  airflow_configuration_options:")
        lines += [f"    {sign} {_escaped(words)}" for sign, words in map(option_text, data.options)]
    lines.append(f"  policy: {data.verdict.summary}")
    for finding in data.verdict.warnings:
        lines.append(f"  [bold yellow]![/] {escape(finding.address)} {escape(finding.message)}")
    return Text.from_markup("\n".join(lines))


@text.register
def _(data: DeployPreview) -> RenderableType:
    return Group(text(data.plan), Text.from_markup(f"  DAG files: {difference_text(data.publication)}"))


@text.register
def _(data: ApplyReport) -> RenderableType:
    return Text.from_markup(f"[bold]{data.environment}[/]: applied {data.plan.summary}")


def change_lines(change: ResourceChange) -> list[str]:
    """One change in the markup of rich, with its attributes."""
    forced = f" [red]forced by {', '.join(change.forced_by)}[/]" if change.forced_by else ""
    lines = [f"  {SIGNS.get(change.action, '')} {_escaped(change.address)}{forced}"]
    for attribute in change.attributes:
        lines.append(f"      {attribute.name}: {_escaped(attribute.before)} → {_escaped(attribute.after)}")
    return lines


def _escaped(words: str) -> str:
    return escape(one_line(words))
