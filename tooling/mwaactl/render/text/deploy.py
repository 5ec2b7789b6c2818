"""What was done to an environment."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from mwaactl.render.text.artifacts import difference_text
from mwaactl.render.text.dispatch import text
from mwaactl.workflows.deploy import DeployReport
from mwaactl.workflows.destroy import DestroyReport
from mwaactl.workflows.render import RenderReport
from mwaactl.workflows.unlock import UnlockReport


@text.register
def _(data: DeployReport) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    rows = {
        "Airflow": f"{data.airflow_version}, {data.status}",
        "web server": _web_server(data),
        "bucket": f"s3://{data.bucket}",
        "release": data.publication.release or "none",
        "changed": f"{data.plan.summary}; DAG files: {difference_text(data.publication.difference)}",
    }
    for name, value in rows.items():
        table.add_row(f"  {name}", escape(value))
    title = f"[bold green]✓[/] [bold]{data.environment}[/] deployed to {data.target} in {_duration(data.seconds)}"
    return Group(Text.from_markup(title), table)


@text.register
def _(data: DestroyReport) -> RenderableType:
    if not data.deleted_resources:
        return Text.from_markup(f"[bold]{data.environment}[/]: nothing to destroy")
    return Text.from_markup(
        f"[bold]{data.environment}[/]: destroyed {data.deleted_resources} resources and "
        f"{data.deleted_object_versions} object versions"
    )


@text.register
def _(data: RenderReport) -> RenderableType:
    lines = [f"[yellow]warning[/] {escape(str(warning))}" for warning in data.warnings]
    lines += [f"wrote {escape(path)}" for path in data.written]
    return Text.from_markup("\n".join([*lines, f"{data.fresh} files are fresh"]))


@text.register
def _(data: UnlockReport) -> RenderableType:
    if data.lock is None:
        return Text(f"{data.environment}: the state is not locked")
    return Text(f"{data.environment}: removed the lock of {data.lock.who}")


def _web_server(data: DeployReport) -> str:
    if not data.webserver_url:
        return "none (mwaactl sandbox start --airflow gives one)" if data.target == "sandbox" else "none yet"
    return f"{data.webserver_url}  log in: mwaactl {'--sandbox ' * (data.target == 'sandbox')}open {data.environment}"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
