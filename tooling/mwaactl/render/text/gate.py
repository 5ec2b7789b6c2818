"""The gate's verdict."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.markup import escape
from rich.text import Text

from mwaactl.errors import MwaactlError
from mwaactl.model.gate import Gate, GateReport
from mwaactl.model.verdict import IN_CODE, Verdict
from mwaactl.render.gate.findings import Judged, Standing, judged
from mwaactl.render.gate.words import STATIC_ONLY, cost_text, error_lines, next_command, option_text, verdict_line
from mwaactl.render.lines import counted, one_line
from mwaactl.render.text.dispatch import text
from mwaactl.render.text.plan import change_lines

_MARKS = {
    Standing.REFUSAL: "[bold red]✗[/]",
    Standing.WARNING: "[bold yellow]![/]",
    Standing.WAIVED: "[dim]○[/]",
}


@text.register
def _(data: Gate) -> RenderableType:
    style = "bold green" if data.has_passed else "bold red"
    lines = [f"[{style}]{escape(verdict_line(data))}[/]", *_subject(data)]
    if any((data.repository.refusals, data.repository.warnings, data.repository.waived)):
        lines += ["", f"[bold]repository[/]: {data.repository.summary}", *_findings(data.repository)]
    for report in data.reports:
        lines += ["", *_report(report)]
    for name, error in data.failures:
        lines += ["", *_failure(name, error)]
    if data.left_out:
        lines += ["", f"not affected: {_escaped(', '.join(left.environment for left in data.left_out))}"]
    if command := next_command(data):
        lines += ["", f"next: {escape(command)}"]
    return Text.from_markup("\n".join(lines), emoji=False)  # `:key:` is a part of ARNs


def _subject(gate: Gate) -> Iterator[str]:
    commit = f"commit {_escaped(gate.commit[:12])}" if gate.commit else ""
    since = f"compared with {_escaped(gate.since)}" if gate.since else ""
    if subject := " ".join(part for part in (commit, since) if part):
        yield f"  {subject}"
    if gate.is_static:
        yield f"  [bold]{STATIC_ONLY}[/]"


def _report(report: GateReport) -> Iterator[str]:
    verdict = report.verdict
    word = "[bold red]REFUSED[/]" if verdict.is_refused else "[bold green]PASSED[/]"
    yield f"[bold]{_escaped(report.environment)}[/]: {word}, {verdict.summary} [dim]({report.seconds:.1f} s)[/]"
    if report.affected_because:
        yield f"  affected because: {_escaped(', '.join(report.affected_because))}"
    if report.plan is not None:
        yield f"  plan: {report.plan.summary}"
        for change in report.plan.changes:
            yield from (f"  {line}" for line in change_lines(change))
    if report.options:
        yield "  airflow_configuration_options:"
        for sign, words in map(option_text, report.options):
            yield f"    {sign} {escape(words)}"
    yield from _findings(verdict)
    if report.cost is not None:
        new = "new, " if report.cost.before is None else ""
        yield f"  cost per month: {new}{escape(cost_text(report.cost))}; prices of {_escaped(report.cost.after.as_of)}"


def _findings(verdict: Verdict) -> Iterator[str]:
    in_code = 0
    for one in judged(verdict):
        if one.standing is Standing.WAIVED and one.source == IN_CODE:
            in_code += 1  # old news: every review has seen them where they stand
        else:
            yield from _finding(one)
    if in_code:
        yield f"  [dim]○ {counted(in_code, 'check')} switched off in the code, with a reason (--format json)[/]"


def _finding(one: Judged) -> Iterator[str]:
    found = one.finding
    place = f" [dim]{_escaped(found.place)}[/]" if found.place else ""
    yield f"  {_MARKS[one.standing]} {_escaped(found.id)} {found.severity.value} {_escaped(found.address)}{place}"
    yield f"      {_escaped(found.message)}"
    if one.standing is Standing.WAIVED:
        yield f"      [dim]waived: {_escaped(one.reason)} ({_escaped(one.source)})[/]"
    elif found.hint:
        yield f"      [dim]{_escaped(found.hint)}[/]"


def _failure(environment: str, error: MwaactlError) -> Iterator[str]:
    yield f"[bold]{_escaped(environment)}[/]: [bold red]could not be judged[/]"
    yield from (f"  {escape(line)}" for line in error_lines(error))


def _escaped(words: str) -> str:
    return escape(one_line(words))
