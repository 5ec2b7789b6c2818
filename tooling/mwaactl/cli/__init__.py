"""The command line. One file per verb or noun group; this one holds the root group and the one error boundary."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from mwaactl.cli.lazy import LazyGroup
from mwaactl.cli.options import global_options
from mwaactl.cli.session import Session

if TYPE_CHECKING:
    from mwaactl.errors import MwaactlError

COLLECT_AFTER = 100_000
"""Objects made before Python looks for garbage. At 700, its default, a command spends a tenth of its time on that while
it loads modules, which are no garbage."""


COMMANDS = (
    "deploy",
    "plan",
    "gate",
    "apply",
    "publish",
    "releases",
    "rollback",
    "promote",
    "clone",
    "adopt",
    "upgrade",
    "status",
    "dashboard",
    "dags",
    "logs",
    "open",
    "airflow",
    "cost",
    "drift",
    "diff",
    "destroy",
    "reap",
    "render",
    "doctor",
    "unlock",
    "sandbox",
)
"""In the order of daily work."""


class Root(LazyGroup):
    """The root group, and the one place that catches errors."""

    def main(self, args: Sequence[str] | None = None, *_: Any, **__: Any) -> Any:
        """Run a command line and exit with the documented code."""
        from mwaactl.errors import MwaactlError

        arguments = list(sys.argv[1:] if args is None else args)
        session = Session()
        if _wants_json(arguments):
            session.output = "json"  # a mistake in the arguments themselves is reported in JSON as well
        try:
            session.check()
            super().main(args=arguments, prog_name="mwaactl", standalone_mode=False, obj=session)
        except click.exceptions.Exit as error:
            sys.exit(error.exit_code)
        except (click.ClickException, click.Abort, KeyboardInterrupt, MwaactlError) as error:
            sys.exit(session.fail(_command(arguments), _ours(error)))
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader is gone, e.g. `| head`
            sys.exit(1)
        except Exception as error:  # the boundary: anything else is a bug of ours
            sys.exit(_bug(session, _command(arguments), error))
        sys.exit(0)


@click.group(
    cls=Root, names=COMMANDS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="mwaactl", message="mwaactl %(version)s")
@global_options
def root() -> None:
    """Amazon MWAA environments as code.

    \b
    mwaactl --sandbox deploy dev     try it without an AWS account
    mwaactl plan --all               what would change
    mwaactl deploy prod              render > plan > policy > apply > publish > verify
    """


def main() -> None:
    """The entry point of the `mwaactl` program."""
    gc.set_threshold(COLLECT_AFTER)
    # pydantic would read the metadata of every installed package to find plugins; mwaactl is made for none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    root.main()


def _ours(error: BaseException) -> MwaactlError:
    """The same as an error of ours: click reports wrong arguments by exceptions of its own."""
    from mwaactl.errors import Aborted, ConfigError, MwaactlError

    if isinstance(error, MwaactlError):
        return error
    if isinstance(error, click.ClickException):
        context = getattr(error, "ctx", None)
        return ConfigError(error.format_message(), hint=f"{context.command_path if context else 'mwaactl'} --help")
    return Aborted("Interrupted.", hint="run the command again: it goes on from where it stopped")


def _wants_json(arguments: Sequence[str]) -> bool:
    pairs = zip(arguments, [*arguments[1:], ""], strict=True)
    return any(pair == ("--output", "json") or pair[0] == "--output=json" for pair in pairs)


def _command(arguments: Sequence[str]) -> str:
    return next((word for word in arguments if word in COMMANDS), "")


def _bug(session: Session, command: str, error: Exception) -> int:
    import tempfile
    import traceback

    from mwaactl.errors import Bug

    trace = "".join(traceback.format_exception(error))
    with tempfile.NamedTemporaryFile("w", prefix="mwaactl-bug-", suffix=".log", delete=False, encoding="utf-8") as log:
        log.write(trace)
    session.fail(
        command,
        Bug(
            f"This is a bug in mwaactl: {type(error).__name__}: {error}",
            hint=f"report it with {log.name}",
            cause=trace if session.is_debug else None,
        ),
    )
    return Bug.exit_code
