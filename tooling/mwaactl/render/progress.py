"""Progress on stderr: bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markup import escape

from mwaactl.model.progress import Moment, Progress

if TYPE_CHECKING:
    from rich.live import Live

RESOURCES_SHOWN = 4  # per environment: the rest only scrolls by


class Display(Protocol):
    """Takes events as they come; `pause` leaves the terminal to somebody else."""

    def event(self, progress: Progress) -> None:
        """Show one event."""

    def pause(self) -> None:
        """Stop drawing until the next event."""


class Lines:
    """One plain line per event worth a line, for logs and pipes."""

    def __init__(self, console: Console, *, is_verbose: bool = False) -> None:
        self._console = console
        self._is_verbose = is_verbose
        self._lock = threading.Lock()

    def event(self, progress: Progress) -> None:
        """Print the event. Unless verbose, what begins is told only where it will take long; every end is told."""
        is_small = (progress.moment is Moment.STARTED and not progress.is_slow) or (
            progress.moment is Moment.RUNNING and not progress.elapsed_s
        )
        if is_small and not self._is_verbose:
            return
        with self._lock:
            self._console.print(_line(progress), soft_wrap=True, highlight=False)

    def pause(self) -> None:
        """Lines never hold the terminal."""


@dataclass
class Row:
    """What one environment is doing."""

    stage: str = ""
    done: int = 0
    total: int = 0
    began: float = field(default_factory=time.monotonic)
    working: dict[str, tuple[str, float]] = field(default_factory=dict)  # address -> what, since when


class Board:
    """A bar per environment, and below it the resources being worked on, with the time they have taken."""

    # rich draws from a thread of its own, which holds rich's locks when it asks for our rows. So `_lock` guards the
    # rows alone and is never held while rich is called; `_switching` guards only starting and stopping.

    def __init__(self, console: Console) -> None:
        self._console = console
        self._rows: dict[str, Row] = {}
        self._lock = threading.RLock()
        self._switching = threading.RLock()
        self._live: Live | None = None

    def event(self, progress: Progress) -> None:
        """Take the event into the picture; what is worth keeping scrolls by above it."""
        from rich.live import Live

        with self._lock:
            self._update(self._rows.setdefault(progress.environment, Row()), progress)
        with self._switching:
            if self._live is None:
                self._live = Live(self, console=self._console, refresh_per_second=8, transient=True)
                self._live.start()
        if progress.moment in (Moment.DONE, Moment.FAILED, Moment.NOTE, Moment.WARNING):
            self._console.print(_line(progress), soft_wrap=True, highlight=False)

    def pause(self) -> None:
        """Take the picture off the terminal."""
        with self._switching:
            live, self._live = self._live, None
            if live is not None:
                live.stop()
        with self._lock:
            self._rows.clear()

    def __rich_console__(self, _console: Console, _options: ConsoleOptions) -> RenderResult:
        from rich.progress_bar import ProgressBar
        from rich.table import Table

        now = time.monotonic()
        table = Table.grid(padding=(0, 1))
        with self._lock:
            for name, row in self._rows.items():
                bar = ProgressBar(total=row.total or 1, completed=row.done, width=20, pulse=not row.total)
                count = f"{row.done}/{row.total}" if row.total else ""
                table.add_row(f"[bold]{escape(name)}[/]", bar, f"{escape(row.stage)} {count}", _clock(now - row.began))
                for address, (what, since) in list(row.working.items())[:RESOURCES_SHOWN]:
                    table.add_row("", "", f"[dim]{escape(address)} {escape(what)}[/]", f"[dim]{_clock(now - since)}[/]")
        yield table

    def _update(self, row: Row, progress: Progress) -> None:
        if progress.moment is Moment.STAGE:
            row.stage, row.done, row.total = progress.message, 0, 0
            row.working.clear()
        elif progress.moment is Moment.STARTED:
            row.working[progress.address] = (progress.message, time.monotonic())
        elif progress.moment in (Moment.DONE, Moment.FAILED):
            row.working.pop(progress.address, None)
        if progress.total:
            row.done, row.total = progress.done, progress.total


def display(console: Console, *, is_verbose: bool = False) -> Display:
    """Bars where they can be drawn, else lines."""
    if console.is_terminal and not console.is_dumb_terminal:
        return Board(console)
    return Lines(console, is_verbose=is_verbose)


def _line(progress: Progress) -> str:
    name = f"[bold]{escape(progress.environment)}[/]"
    message, address = escape(progress.message), escape(progress.address)
    if progress.moment is Moment.STAGE:
        return f"{name} [dim]>[/] {message}"
    sign = {Moment.DONE: "[green]✓[/] ", Moment.FAILED: "[red]✗[/] ", Moment.WARNING: "[yellow]![/] "}
    elapsed = f" [dim]{_clock(progress.elapsed_s)}[/]" if progress.elapsed_s >= 1 else ""
    subject = f"{address}: " if address else ""
    return f"{name} {sign.get(progress.moment, '')}{subject}{message}{elapsed}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}" if minutes else f"{rest}s"
