"""Results as text. One function per kind of data, chosen by its type."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from functools import singledispatch
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from mwaactl.model.plan import Action, ResourceChange
from mwaactl.model.release import PublishDifference
from mwaactl.model.result import Outcome
from mwaactl.workflows.apply import ApplyReport
from mwaactl.workflows.deploy import DeployPreview, DeployReport
from mwaactl.workflows.destroy import DestroyReport
from mwaactl.workflows.doctor import DoctorReport
from mwaactl.workflows.plan import PlanReport
from mwaactl.workflows.publish import PublishReport
from mwaactl.workflows.render import RenderReport
from mwaactl.workflows.sandbox import SandboxFaults, SandboxLog, SandboxReport, SandboxVariables
from mwaactl.workflows.status import StatusReport
from mwaactl.workflows.unlock import UnlockReport

SIGNS = {
    Action.CREATE: "[green]+[/]",
    Action.UPDATE: "[yellow]~[/]",
    Action.REPLACE: "[bold red]-/+[/]",
    Action.DELETE: "[red]-[/]",
    Action.FORGET: "[dim].[/]",
}
MAXIMUM_FILES = 10


@singledispatch
def text(data: Any) -> RenderableType:
    """`data` for a terminal."""
    raise TypeError(f"no text for {type(data).__name__}")


@text.register
def _(data: tuple) -> RenderableType:  # type: ignore[type-arg]
    found = [item.data for item in data if isinstance(item, Outcome) and item.data is not None]
    if found and isinstance(found[0], StatusReport):
        return _status_table(found)
    return Group(*(text(item) for item in found))


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
    return Group(text(data.plan), Text.from_markup(f"  DAG files: {_difference(data.publication)}"))


@text.register
def _(data: ApplyReport) -> RenderableType:
    return Text.from_markup(f"[bold]{data.environment}[/]: applied {data.plan.summary}")


@text.register
def _(data: DeployReport) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    rows = {
        "Airflow": f"{data.airflow_version}, {data.status}",
        "web server": data.webserver_url or "none yet",
        "bucket": f"s3://{data.bucket}",
        "release": data.publication.release or "none",
        "changed": f"{data.plan.summary}; DAG files: {_difference(data.publication.difference)}",
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
def _(data: PublishReport) -> RenderableType:
    verb = "to publish" if data.is_dry_run else "published"
    lines = [f"[bold]{data.environment}[/]: {verb}: {_difference(data.difference)} (s3://{data.bucket})"]
    lines += _files("+", data.difference.uploads) + _files("-", data.difference.deletes)
    if data.release:
        lines.append(f"  release {data.release}")
    return Text.from_markup("\n".join(lines))


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


@text.register
def _(data: DoctorReport) -> RenderableType:
    signs = {"ok": "[green]✓[/]", "warning": "[yellow]![/]", "failed": "[red]✗[/]"}
    table = Table.grid(padding=(0, 2))
    for check in data.checks:
        hint = f"\n[dim]{escape(check.hint)}[/]" if check.hint else ""
        table.add_row(signs[check.health.value], check.name, f"{escape(check.found)}{hint}")
    return table


@text.register
def _(data: SandboxReport) -> RenderableType:
    if not data.is_running:
        return Text("the sandbox is not running")
    return Text(f"the sandbox runs at {data.url}, process {data.pid}; log: {data.log}")


@text.register
def _(data: SandboxVariables) -> RenderableType:
    lines = [f"unset {' '.join(data.removed)}"]
    lines += [f"export {name}={shlex.quote(value)}" for name, value in sorted(data.variables.items())]
    return Text("\n".join(lines))


@text.register
def _(data: SandboxFaults) -> RenderableType:
    return Text("\n".join(json.dumps(dict(fault), sort_keys=True) for fault in data.faults) or "no faults")


@text.register
def _(data: SandboxLog) -> RenderableType:
    return Text("\n".join(data.lines))


def _status_table(reports: Sequence[StatusReport]) -> RenderableType:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("environment", "status", "Airflow", "class", "release", "web server"):
        table.add_column(name, overflow="fold")
    for report in reports:
        protected = " (protected)" if report.protected else ""
        problem = f"\n[red]{escape(report.last_error)}[/]" if report.last_error else ""
        lock = f"\n[yellow]locked by {escape(report.locked_by)}[/]" if report.locked_by else ""
        table.add_row(
            f"[bold]{report.environment}[/]{protected}",
            f"{report.status}{problem}{lock}",
            report.airflow_version,
            report.environment_class,
            report.release or "-",
            report.webserver_url or "-",
        )
    return table


def _change(change: ResourceChange) -> list[str]:
    forced = f" [red]forced by {', '.join(change.forced_by)}[/]" if change.forced_by else ""
    lines = [f"  {SIGNS.get(change.action, '')} {escape(change.address)}{forced}"]
    for attribute in change.attributes:
        lines.append(f"      {attribute.name}: {escape(attribute.before)} → {escape(attribute.after)}")
    return lines


def _difference(difference: PublishDifference) -> str:
    if difference.is_empty:
        return f"{difference.unchanged} unchanged"
    return f"{len(difference.uploads)} to upload, {len(difference.deletes)} to delete, {difference.unchanged} unchanged"


def _files(sign: str, paths: Sequence[str]) -> list[str]:
    lines = [f"  {sign} {escape(path)}" for path in paths[:MAXIMUM_FILES]]
    return lines + ([f"  {sign} ... and {len(paths) - MAXIMUM_FILES} more"] if len(paths) > MAXIMUM_FILES else [])


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
