"""Progress on a terminal and in a log."""

from __future__ import annotations

import io
import re
import threading

import pytest
from rich.console import Console

from mwaactl.model.progress import Moment, Progress
from mwaactl.render.progress import Board, Lines, display

EVENTS = 150


def terminal() -> Console:
    return Console(file=io.StringIO(), force_terminal=True, width=100, no_color=True)


def written(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", console.file.getvalue())


def story(environment: str) -> list[Progress]:
    events = [Progress(environment, Moment.STAGE, "apply")]
    for number in range(EVENTS):
        address = f"aws_thing.n{number}"
        events.append(Progress(environment, Moment.STARTED, "creating", address))
        events.append(Progress(environment, Moment.DONE, "created", address, 1.0, number + 1, EVENTS))
    return events


def test_board_survives_several_environments_and_its_own_drawing_thread() -> None:
    """Locks taken in two orders once froze the display, and the deploy with it."""
    console = terminal()
    board = Board(console)
    threads = [
        threading.Thread(target=lambda name=name: [board.event(event) for event in story(name)], daemon=True)
        for name in ("dev", "stage", "prod")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads), "the display hangs"
    stopping = threading.Thread(target=board.pause, daemon=True)
    stopping.start()
    stopping.join(timeout=10)
    assert not stopping.is_alive(), "the display does not stop"
    for name in ("dev", "stage", "prod"):
        assert f"{name} ✓ aws_thing.n{EVENTS - 1}: created" in written(console)


def test_board_shows_stage_count_and_what_is_being_worked_on() -> None:
    console = terminal()
    board = Board(console)
    board.event(Progress("dev", Moment.STAGE, "apply"))
    board.event(Progress("dev", Moment.DONE, "created", "aws_thing.a", 2.0, 1, 3))
    board.event(Progress("dev", Moment.STARTED, "creating", "aws_thing.b"))
    with console.capture() as capture:
        console.print(board)
    board.pause()
    assert "apply 1/3" in capture.get()
    assert "aws_thing.b creating" in capture.get()
    assert "aws_thing.a" not in capture.get()


@pytest.mark.parametrize(
    ("progress", "line"),
    [
        (Progress("dev", Moment.STAGE, "plan"), "dev > plan"),
        (Progress("dev", Moment.DONE, "created", "a.b", 61), "dev ✓ a.b: created 1:01"),
        (Progress("dev", Moment.RUNNING, "creating", "a.b", 10), "dev a.b: creating 10s"),
        (Progress("dev", Moment.STARTED, "creating (minutes)", "a.b", is_slow=True), "dev a.b: creating (minutes)"),
        (Progress("dev", Moment.STARTED, "creating", "a.b"), ""),
        (Progress("dev", Moment.RUNNING, "uploading", "x.py", done=1, total=2), ""),
        (Progress("dev", Moment.WARNING, "look"), "dev ! look"),
        (Progress("dev", Moment.NOTE, "[bold] is text"), "dev [bold] is text"),
    ],
)
def test_log_has_one_plain_line_for_what_is_worth_one(progress: Progress, line: str) -> None:
    console = Console(file=io.StringIO(), width=200)
    Lines(console).event(progress)
    assert written(console).strip() == line


def test_verbose_log_tells_what_begins_too() -> None:
    console = Console(file=io.StringIO(), width=200)
    Lines(console, is_verbose=True).event(Progress("dev", Moment.STARTED, "creating", "a.b"))
    assert written(console).strip() == "dev a.b: creating"


def test_lines_are_for_pipes_and_the_board_for_terminals() -> None:
    assert isinstance(display(Console(file=io.StringIO())), Lines)
    assert isinstance(display(Console(file=io.StringIO(), force_terminal=True, _environ={"TERM": "xterm"})), Board)
