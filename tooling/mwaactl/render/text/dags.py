"""The check of DAGs and artifacts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.console import RenderableType
from rich.markup import escape
from rich.text import Text

from mwaactl.errors import Severity
from mwaactl.render.lines import counted, one_line
from mwaactl.render.text.dispatch import text
from mwaactl.workflows.dags_check import DagsReport, StageReport

SHOWN = 10  # warnings of one kind; JSON has them all


@text.register
def _(data: DagsReport) -> RenderableType:
    return Text.from_markup("\n".join(_lines(data)), emoji=False)


def _lines(report: DagsReport) -> Iterator[str]:
    word = "[bold red]FAILED[/]" if report.refusing else "[bold green]PASSED[/]"
    files = counted(report.files, "file")
    yield f"[bold]{escape(report.environment)}[/]: {word}, {files} for Airflow {escape(report.airflow_version)}"
    for stage in report.stages:
        yield f"  {_stage(stage)}"
    shown: Counter[str] = Counter()
    for finding in report.findings:
        if finding.severity is not Severity.LOW:  # those are the error
            continue
        shown[finding.id] += 1
        if shown[finding.id] <= SHOWN:
            place, message = escape(one_line(finding.place)), escape(one_line(finding.message))
            yield f"  [bold yellow]![/] {place}: {message} [dim]\\[{finding.id}][/]"
            if finding.hint:
                yield f"      [dim]{escape(one_line(finding.hint))}[/]"

    for kind, count in shown.items():
        if count > SHOWN:
            yield f"  [bold yellow]![/] ... and {count - SHOWN} more of {kind}"


def _stage(stage: StageReport) -> str:
    errors = sum(finding.severity is not Severity.LOW for finding in stage.findings)
    warnings = len(stage.findings) - errors
    mark = "[bold red]✗[/]" if errors else "[bold yellow]![/]" if warnings else "[bold green]✓[/]"
    parts = [counted(errors, "error")] if errors else []
    parts += [counted(warnings, "warning")] if warnings else []
    parts += [escape(stage.note)] if stage.note else []
    return f"{mark} {stage.stage:<12} [dim]{stage.seconds:5.2f} s[/] {', '.join(parts)}".rstrip()
