"""One run of the command line: its settings, and the way from a workflow to what the user sees."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, cast

import click

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from mwaactl.errors import MwaactlError
    from mwaactl.model.result import Result
    from mwaactl.wiring import Settings
    from mwaactl.workflows.tools import Question, Toolbox


WIDE = 400  # characters


def _is_set(name: str) -> bool:
    return os.environ.get(name, "").lower() not in ("", "0", "false", "no")


@dataclass
class Session:
    """Filled by the global options; click carries it as `ctx.obj`."""

    is_sandbox: bool = False
    output: str = ""
    is_yes: bool = False
    project: str | None = None
    terraform: str | None = None
    is_plain: bool = False
    is_verbose: bool = False
    is_debug: bool = False
    shows_keys: bool = False  # is printing keys what the command is for?
    trusts_project: bool = True  # may settings of the project name programs to run?
    secrets: frozenset[str] = frozenset()  # met in plans, and never to be written out

    def __post_init__(self) -> None:
        self.is_sandbox = self.is_sandbox or _is_set("MWAACTL_SANDBOX")
        self.is_yes = self.is_yes or _is_set("MWAACTL_YES")
        self.output = self.output or os.environ.get("MWAACTL_OUTPUT", "text")
        self.project = self.project or os.environ.get("MWAACTL_PROJECT")

    def check(self) -> None:
        """Raises ConfigError for a variable that no option could have set so."""
        from mwaactl.errors import ConfigError

        if self.output not in ("text", "json"):
            raise ConfigError(f"MWAACTL_OUTPUT={self.output} is not known.", hint="MWAACTL_OUTPUT is text or json")

    @property
    def is_json(self) -> bool:
        """Is the result to be JSON?"""
        return self.output == "json"

    @property
    def settings(self) -> Settings:
        """The settings that wiring needs."""
        from pathlib import Path

        from mwaactl.wiring import Settings

        folder = Path(self.project) if self.project else None
        return Settings(folder, self.is_sandbox, self.terraform, self.trusts_project)

    def talk(self) -> Console:
        """stderr: talk, progress, problems."""
        return self._console(stderr=True)

    def run(self, work: Callable[[Toolbox], Result[Any]], present: Callable[[Result[Any]], None] | None = None) -> None:
        """Run a workflow on a full toolbox, show its result (or `present` it), and exit with its code."""
        from mwaactl.adapters.interrupt import Interrupt, handling_signals
        from mwaactl.render.progress import display
        from mwaactl.render.text import text
        from mwaactl.wiring import Talk, toolbox

        console = self.talk()
        board = display(console, is_verbose=self.is_verbose)

        def say(line: str) -> None:
            board.pause()
            console.print(f"[bold yellow]{line}[/]", soft_wrap=True)

        interrupt = Interrupt(say)

        def show(data: object) -> None:
            board.pause()
            console.print(text(data), soft_wrap=True, highlight=False)

        def confirm(question: Question) -> None:
            board.pause()
            with interrupt.asking():
                self._confirm(console, question)

        try:
            with handling_signals(interrupt):
                talk = Talk(board.event, confirm, show, sys.stdin.isatty(), self._keep_secret)
                result = work(toolbox(self.settings, talk, interrupt))
        finally:
            board.pause()
        (present or self.show)(result)
        sys.exit(result.exit_code)

    def show(self, result: Result[Any]) -> None:
        """The result to stdout, its errors to stderr."""
        from mwaactl.model.result import Outcome
        from mwaactl.render.envelope import envelope
        from mwaactl.render.problems import print_error
        from mwaactl.render.text import text

        if self.is_json:
            self.put(envelope(result, self.typed))
            return
        self.put(text(result.data))
        console = self.talk()
        outcomes = [item for item in result.data if isinstance(item, Outcome)] if _is_many(result.data) else []
        names = {id(item.error): item.environment for item in outcomes if item.error}
        for error in result.errors:
            print_error(console, error, names.get(id(error), ""))

    def put(self, content: RenderableType, path: str = "") -> None:
        """Write to stdout, or into the file at `path`, whole or not at all. Raises ConfigError when it cannot."""
        from rich.console import Console

        if not path:
            if isinstance(content, str):
                click.echo(self.hide(content).rstrip("\n"))
            else:
                self._console(stderr=False).print(content, soft_wrap=True, highlight=False)
            return
        text = io.StringIO()
        if isinstance(content, str):
            text.write(content.rstrip("\n") + "\n")
        else:
            Console(file=text, width=WIDE).print(content, soft_wrap=True, highlight=False)
        _write(path, self.hide(text.getvalue()))

    def _keep_secret(self, secrets: Iterable[str]) -> None:
        self.secrets |= frozenset(secrets)  # a new set: another thread may be reading the old one

    def hide(self, text: str) -> str:
        """`text` without secrets."""
        if self.shows_keys:
            return text
        from mwaactl.model.redaction import redact

        return redact(text, self.secrets)

    def typed(self, text: str) -> str:
        """`text` with its commands as they have to be typed here: those of a newcomer without AWS need --sandbox."""
        if not self.is_sandbox or _is_set("MWAACTL_SANDBOX"):
            return text
        from mwaactl.cli import COMMANDS
        from mwaactl.render.typed import with_sandbox

        return with_sandbox(text, COMMANDS)

    def fail(self, command: str, error: MwaactlError) -> int:
        """Show an error that ended the command; returns the exit code."""
        from mwaactl.render.envelope import failure_envelope
        from mwaactl.render.problems import print_error

        if self.is_json:
            self.put(failure_envelope(command, error, self.typed))
        print_error(self.talk(), error)
        return error.exit_code

    def _confirm(self, console: Console, question: Question) -> None:
        from mwaactl.errors import Aborted, ConfigError

        if self.is_yes and question.name is None:
            return
        if not sys.stdin.isatty():
            raise ConfigError(
                "This needs a yes, and there is no terminal to ask on.",
                hint="add --yes" if question.name is None else f"add --confirm {question.name}",
            )
        console.print(question.text, markup=False, soft_wrap=True)
        if question.name is None:
            answer = click.prompt("Type yes to go on", default="no", show_default=False, err=True)
            is_agreed = answer.strip().lower() in ("y", "yes")
        else:
            is_agreed = (
                click.prompt(f"Type {question.name} to go on", default="", show_default=False, err=True)
                == question.name
            )
        if not is_agreed:
            raise Aborted("Nothing was changed.")

    def _console(self, *, stderr: bool) -> Console:
        from rich.console import Console

        from mwaactl.render.hiding import Hiding

        stream = sys.stderr if stderr else sys.stdout
        # A pipe or a log has no width: nothing is wrapped or cut there.
        width = None if stream.isatty() else WIDE
        file = cast(IO[str], Hiding(stream, lambda text: self.hide(self.typed(text))))
        return Console(file=file, width=width, no_color=self.is_plain or None, highlight=False)


def _write(path: str, text: str) -> None:
    from pathlib import Path

    from mwaactl.adapters.files import write_whole
    from mwaactl.errors import ConfigError

    try:
        write_whole(Path(path), text.encode())
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}") from error


def _is_many(data: object) -> bool:
    return isinstance(data, tuple)
