"""What Airflow runs: DAGs, runs, the web server."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from mwaactl.model.airflow_dag import AirflowDag, ImportFailure
from mwaactl.model.dag_run import TaskRun
from mwaactl.model.moment import clock
from mwaactl.render.lines import counted, one_line
from mwaactl.render.text.dispatch import text
from mwaactl.workflows.airflow import CliReport
from mwaactl.workflows.dags_list import DagsListing
from mwaactl.workflows.dags_run import RunReport
from mwaactl.workflows.open import OpenReport

ABSENT = "-"
STYLES = {"success": "green", "failed": "red", "upstream_failed": "red", "running": "cyan", "skipped": "dim"}


@text.register
def _(data: DagsListing) -> RenderableType:
    broken = counted(len(data.import_errors), "import error")
    parts: list[RenderableType] = [
        Text.from_markup(f"[bold]{data.environment}[/]: {counted(len(data.dags), 'DAG')}, {broken}")
    ]
    if data.dags:
        table = Table(box=None, pad_edge=False, header_style="dim")
        for name in ("dag", "", "schedule", "next run", "last run", "owners", "tags", "file"):
            table.add_column(name, overflow="fold")
        for dag in data.dags:
            table.add_row(*_cells(dag))
        parts.append(table)
    for failure in data.import_errors:
        parts += _failure(failure)
    return Group(*parts)


@text.register
def _(data: RunReport) -> RenderableType:
    run = data.run
    style = STYLES.get(run.state, "yellow")
    took = f" after {clock(data.seconds)}" if data.seconds is not None else ""
    title = f"[bold]{data.environment}[/]: {_words(run.dag_id)} {_words(run.run_id)} [{style}]{run.state}[/]{took}"
    if not data.tasks:
        return Text.from_markup(title, emoji=False)
    return Group(Text.from_markup(title, emoji=False), _tasks(data.tasks))


@text.register
def _(data: OpenReport) -> RenderableType:
    return Text(data.url or f"{data.environment}: opened {data.host} in the browser")


@text.register
def _(data: CliReport) -> RenderableType:
    return Text(data.stdout)


def _cells(dag: AirflowDag) -> list[str]:
    last = f"[{STYLES.get(dag.last_run_state or '', 'yellow')}]{dag.last_run_state}[/] {_minute(dag.last_run_at)}"
    name = f"[bold]{_words(dag.dag_id)}[/]"
    return [
        name if not dag.has_import_errors else f"[red]✗[/] {name}",
        "[yellow]paused[/]" if dag.is_paused else "",
        _words(dag.schedule),
        ABSENT if dag.is_paused else _minute(dag.next_run),
        last if dag.last_run_state else ABSENT,
        _words(", ".join(dag.owners)),
        _words(", ".join(dag.tags)),
        _words(dag.file),
    ]


def _failure(failure: ImportFailure) -> list[RenderableType]:
    place = f"{failure.file}:{failure.line}" if failure.line else failure.file
    lines: list[RenderableType] = [
        Text.from_markup(f"[red]✗[/] {_words(place)}: {_words(failure.message)}", emoji=False)
    ]
    return lines + [Text(f"    {one_line(frame)}", style="dim") for frame in reversed(failure.frames)]


def _tasks(tasks: Sequence[TaskRun]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("task", "state", "duration", "tries"):
        table.add_column(name, overflow="fold")
    for task in tasks:
        style = STYLES.get(task.state, "yellow")
        duration = clock(task.duration_s) if task.duration_s is not None else ABSENT
        table.add_row(_words(task.label), f"[{style}]{task.state}[/]", duration, str(task.tries or ABSENT))
    return table


def _minute(moment: str | None) -> str:
    return moment[:16].replace("T", " ") if moment else ABSENT


def _words(words: str) -> str:
    return escape(one_line(words))
