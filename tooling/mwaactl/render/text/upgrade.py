"""Upgrades: what one would do, and what was done."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from mwaactl.model.upgrade_path import PinChange, Way
from mwaactl.render.lines import counted
from mwaactl.render.text.dispatch import text
from mwaactl.workflows.blue_green import BlueGreenReport
from mwaactl.workflows.upgrade import UpgradePreview, UpgradeReport

MOST_PINS = 8

_HOW = {
    Way.TERRAFORM: "in place, by Terraform",
    Way.API: "in place, by UpdateEnvironment: Terraform's AWS provider does not know how",
}


@text.register
def _(data: UpgradePreview) -> RenderableType:
    path = data.path
    if path.way is Way.NOTHING:
        return Text.from_markup(f"[bold]{data.environment}[/] runs Airflow {path.after} already")
    parts: list[RenderableType] = [
        Text.from_markup(f"[bold]{data.environment}[/]: Airflow {path.before} to {path.after}, {_HOW[path.way]}")
    ]
    parts += [Text.from_markup(f"  [yellow]warning[/] {escape(warning)}") for warning in path.warnings]
    shown = max(MOST_PINS, sum(change.is_asked for change in data.pins))
    parts += [Text(f"  MWAA pins {_pin(change)}") for change in data.pins[:shown]]
    more = len(data.pins) - shown
    parts += [Text(f"  and {counted(more, 'other package')}")] if more > 0 else []
    parts += _heirs(data.heirs)
    if data.plan:
        parts.append(text(data.plan))
    return Group(*parts)


@text.register
def _(data: UpgradeReport) -> RenderableType:
    if data.path.way is Way.NOTHING:
        title = f"[bold green]✓[/] [bold]{data.environment}[/] runs Airflow {data.airflow_version}: nothing to upgrade"
    else:
        title = (
            f"[bold green]✓[/] [bold]{data.environment}[/] went from Airflow {data.path.before} to "
            f"{data.airflow_version} in {counted(round(data.seconds), 'second')}, {data.status}"
        )
    parts: list[RenderableType] = [Text.from_markup(title)]
    if data.files:
        parts.append(Text(f"  changed {', '.join(data.files)}: commit them"))
    if data.plan is not None and data.path.way is not Way.TERRAFORM:
        is_empty = not data.plan.changes
        parts.append(Text("  Terraform sees no change" if is_empty else f"  not deployed yet: {data.plan.summary}"))
    return Group(*parts, *_heirs(data.heirs))


@text.register
def _(data: BlueGreenReport) -> RenderableType:
    title = (
        f"[bold green]✓[/] [bold]{data.new}[/] runs Airflow {data.airflow_version}, {data.status}; "
        f"{data.environment} runs {data.before} as before"
    )
    parts: list[RenderableType] = [text(data.clone), Text("")] if data.clone else []
    parts.append(Text.from_markup(title))
    plan = "no change" if data.plan.is_empty else data.plan.summary
    parts.append(Text(f"  Terraform sees {plan}"))
    parts.append(Text(f"From {data.environment} to {data.new}:", style="bold"))
    for number, step in enumerate(data.steps, 1):
        parts.append(Text(f"{number:3}. {step.text}"))
        parts += [Text(f"       {command}", style="dim") for command in step.commands]
    return Group(*parts)


def _pin(change: PinChange) -> str:
    asked = ": requirements.txt asks for it, too" if change.is_asked else ""
    return f"{change.package} {change.before or 'unpinned'} -> {change.after or 'unpinned'}{asked}"


def _heirs(names: tuple[str, ...]) -> list[Text]:
    if not names:
        return []
    return [Text(f"  get the version from this file too, at their next deploy: {', '.join(names)}", style="yellow")]
