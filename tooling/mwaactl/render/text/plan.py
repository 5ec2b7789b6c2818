"""Plans."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from mwaactl.model.plan import Action, ResourceChange
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
    for change in data.plan.changes:
        lines += _change(change)
    if data.plan.is_empty:
        return Text.from_markup(lines[0])
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


def _change(change: ResourceChange) -> list[str]:
    forced = f" [red]forced by {', '.join(change.forced_by)}[/]" if change.forced_by else ""
    lines = [f"  {SIGNS.get(change.action, '')} {escape(change.address)}{forced}"]
    for attribute in change.attributes:
        lines.append(f"      {attribute.name}: {escape(attribute.before)} → {escape(attribute.after)}")
    return lines
