"""Clones: what one would be, what was made, what was removed."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from mwaactl.render.lines import counted, one_line
from mwaactl.render.text.dispatch import text
from mwaactl.render.text.drafts import note_lines, yaml_lines
from mwaactl.workflows.clone import ClonePreview, CloneReport
from mwaactl.workflows.copying import CopyReport
from mwaactl.workflows.unclone import UncloneReport

MOST_NAMES = 8


@text.register
def _(data: ClonePreview) -> RenderableType:
    parts: list[RenderableType] = [*yaml_lines(data.environment, data.yaml)]
    parts += [Text(f"and {path}") for path in data.files]
    no_plan = Text("plan: none, as the state bucket does not exist yet; a clone would make it")
    parts.append(text(data.plan) if data.plan else no_plan)
    parts.append(Text(f"  cost: {data.low:.0f} to {data.high:.0f} USD per month, as far as prices are known"))
    parts.append(Text(f"  DAG files: release {data.release} of {data.source}" if data.release else "  DAG files: none"))
    return Group(*parts, *_copies(data.copies), *note_lines(data.notes))


@text.register
def _(data: CloneReport) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    sandbox = "--sandbox " * (data.target == "sandbox")
    rows = {
        "Airflow": f"{data.airflow_version}, {data.status}",
        "web server": f"{data.webserver_url}  log in: mwaactl {sandbox}open {data.environment}"
        if data.webserver_url
        else "none",
        "bucket": f"s3://{data.bucket}",
        "release": f"{data.release}, with the bytes of {data.cloned} of {data.source}" if data.release else "none",
        "files": f"{', '.join(data.files)}: commit them",
    }
    for name, value in rows.items():
        table.add_row(f"  {name}", escape(value))
    title = (
        f"[bold green]✓[/] [bold]{data.environment}[/] is a clone of {data.source}, made in {data.target} "
        f"in {counted(round(data.seconds), 'second')}"
    )
    quiet = [Text(f"  paused, as they would have begun at once: {', '.join(data.paused)}")] if data.paused else []
    every = Text(f"  every DAG is paused: mwaactl {sandbox}airflow {data.environment} -- dags unpause DAG")
    parts: list[RenderableType] = [Text.from_markup(title), table, *_copies(data.copies), *quiet]
    parts += [every] if data.copies is not None else []
    return Group(*parts, *note_lines(data.notes), Text(""), text(data.differences))


@text.register
def _(data: UncloneReport) -> RenderableType:
    what = f"{counted(data.deleted_resources, 'resource')}, {counted(data.deleted_object_versions, 'object version')}"
    files = f" and {', '.join(data.files)}" if data.files else ""
    return Text.from_markup(f"[bold]{data.environment}[/], a clone of {data.source}: removed {what}{escape(files)}")


def _copies(data: CopyReport | None) -> Iterator[Text]:
    if data is None:
        yield Text("  variables, pools, connections: not copied; DAGs are paused by Airflow's default alone")
        return
    kinds = {"variables": data.variables, "pools": data.pools, "connections": data.connections}
    for kind, names in kinds.items():
        yield Text(f"  {kind}: {_names(names)}")
    for one in data.left:
        yield Text.from_markup(f"  [yellow]not copied[/] {one.kind} {escape(one_line(one.name))}: {escape(one.why)}")
    yield from note_lines(data.notes)


def _names(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(map(one_line, names[:MOST_NAMES])) + more if names else "none"
