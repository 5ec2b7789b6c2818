"""Drift."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.markup import escape
from rich.text import Text

from mwaactl.model.drift import DriftReport, DriftStatus, ResourceDrift
from mwaactl.render.lines import counted, one_line
from mwaactl.render.text.dispatch import text

_STAYS = "(a deploy leaves it so)"


@text.register
def _(data: DriftReport) -> RenderableType:
    name = escape(one_line(data.environment))
    if data.status is not DriftStatus.DRIFTED:
        return Text.from_markup(f"[bold]{name}[/]: {data.status.value}")
    lines = [f"[bold]{name}[/]: [yellow]drift[/] in {counted(len(data.resources), 'resource')}"]
    for resource in data.resources:
        lines += _resource(resource)
    lines.append(f"next: mwaactl plan {name} shows how a deploy would put it back;")
    lines.append(f"      to keep it, write it into envs/{name}.yaml")
    return Text.from_markup("\n".join(lines), emoji=False)  # `:key:` is a part of ARNs


def _resource(resource: ResourceDrift) -> Iterator[str]:
    sign = "[red]-[/]" if resource.is_deleted else "[yellow]~[/]"
    yield f"  {sign} {escape(one_line(resource.address))}"
    for attribute in resource.attributes:
        stays = "" if attribute.is_restored else f" [dim]{_STAYS}[/]"
        yield f"      {escape(one_line(attribute.message))}{stays}"
