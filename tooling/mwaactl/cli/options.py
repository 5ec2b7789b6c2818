"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from mwaactl.cli.session import Session

F = TypeVar("F", bound=Callable[..., Any])


def environment_argument(function: F) -> F:
    """ENVIRONMENT: the name of a file in envs/."""
    return click.argument("environment", metavar="ENVIRONMENT", shell_complete=environment_names)(function)


def environments_argument(function: F) -> F:
    """ENVIRONMENT...: several names, or --all."""
    function = click.option("--all", "is_all", is_flag=True, help="All environments of envs/.")(function)
    return click.argument("environments", metavar="[ENVIRONMENT]...", nargs=-1, shell_complete=environment_names)(
        function
    )


def chosen(environments: tuple[str, ...], is_all: bool) -> tuple[str, ...]:
    """The environments that were asked for; empty means all. Neither names nor --all is a usage error."""
    if is_all and environments:
        raise click.UsageError("Give names or --all, not both.")
    if not is_all and not environments:
        raise click.UsageError("Name at least one ENVIRONMENT, or give --all.")
    return tuple(dict.fromkeys(environments))


def allow_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--allow-replace ADDRESS and --allow ADDRESS, handed over as one argument `allowed`."""

    @wraps(function)
    def with_allowed(*arguments: Any, allow_replace: tuple[str, ...], allow: tuple[str, ...], **others: Any) -> Any:
        from mwaactl.workflows.tools import Allowed

        return function(*arguments, allowed=Allowed(allow_replace, allow), **others)

    loss = click.option(
        "--allow-replace",
        metavar="ADDRESS",
        multiple=True,
        help="Let this resource be replaced or deleted although the environment is protected. Repeatable.",
    )
    other = click.option(
        "--allow",
        metavar="ADDRESS",
        multiple=True,
        help="Agree to what any other guard says of this resource (deletions: to their number). Repeatable.",
    )
    return loss(other(with_allowed))


def length_option(name: str, default: str, help_text: str) -> Callable[[F], F]:
    """An option that is a length of time, such as 90s, 15m or 2h; handed over in seconds."""

    def seconds(_context: click.Context, _parameter: click.Parameter, value: str) -> float:
        from mwaactl.model.moment import length_of

        try:
            return length_of(value).total_seconds()
        except ValueError as error:
            raise click.BadParameter(str(error)) from None

    return click.option(name, default=default, show_default=True, metavar="TIME", callback=seconds, help=help_text)


def _set(name: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    def callback(context: click.Context, _parameter: click.Parameter, value: Any) -> Any:
        if value not in (None, False):
            setattr(context.ensure_object(Session), name, value)
        return value

    return callback


def global_options(function: F) -> F:
    """Options that work before and after the command's name."""
    options = (
        click.option(
            "--sandbox",
            is_flag=True,
            help="Use the sandbox instead of AWS.",
            callback=_set("is_sandbox"),
            expose_value=False,
        ),
        click.option(
            "--output",
            type=click.Choice(["text", "json"]),
            help="Form of the result (default: text).",
            callback=_set("output"),
            expose_value=False,
        ),
        click.option(
            "--yes", "-y", is_flag=True, help="Agree to every question.", callback=_set("is_yes"), expose_value=False
        ),
        click.option(
            "--project",
            type=click.Path(exists=True, file_okay=False),
            metavar="DIR",
            help="The project's folder (default: found from the current one).",
            callback=_set("project"),
            expose_value=False,
        ),
        click.option(
            "--terraform",
            metavar="PATH",
            help="The terraform or tofu program.",
            callback=_set("terraform"),
            expose_value=False,
        ),
        click.option(
            "--no-color",
            is_flag=True,
            help="No colours (NO_COLOR does the same).",
            callback=_set("is_plain"),
            expose_value=False,
        ),
        click.option(
            "--verbose",
            "-v",
            is_flag=True,
            help="In logs and pipes, tell what begins too.",
            callback=_set("is_verbose"),
            expose_value=False,
        ),
        click.option(
            "--debug", is_flag=True, help="Show the trace of an error.", callback=_set("is_debug"), expose_value=False
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def environment_names(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The environments that a shell may complete `incomplete` to."""
    from pathlib import Path

    from mwaactl.adapters.project import Project
    from mwaactl.errors import MwaactlError

    try:
        names = Project.find(Path.cwd()).environment_names()
    except MwaactlError:
        return []
    taken = context.params.get("environments") or ()
    return [name for name in names if name.startswith(incomplete) and name not in taken]
