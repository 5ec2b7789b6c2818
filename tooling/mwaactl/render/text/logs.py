"""Events of a log: one line each, and more below it for a stack trace."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from mwaactl.model.log_event import LogEvent
from mwaactl.render.lines import one_line
from mwaactl.render.text.dispatch import text
from mwaactl.workflows.logs import LogsReport

STYLES = {"DEBUG": "dim", "WARNING": "yellow", "ERROR": "red", "CRITICAL": "bold red"}
LONGEST_LINE = 10_000


@text.register
def _(data: LogsReport) -> RenderableType:
    earlier = [Text(f"... {data.left_out} earlier events left out", style="dim")] if data.left_out else []
    return Group(*earlier, event_lines(data.events))


def event_lines(events: Sequence[LogEvent]) -> RenderableType:
    """`2026-11-23 06:00:00 dag.task#1 ERROR words`."""
    return Group(*map(_event, events))


def _event(event: LogEvent) -> Text:
    level, words = event.parts
    first, *others = [one_line(line, LONGEST_LINE) for line in words.rstrip().split("\n")]
    style = STYLES.get(level, "")
    line = Text(f"{event.time:%Y-%m-%d %H:%M:%S} ", style="dim")
    line.append(f"{one_line(event.source)} ", style="cyan")
    line.append(f"{level} {first}" if level else first, style=style)
    for other in others:
        line.append(f"\n    {other}", style=style)
    return line
