"""mwaactl gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mwaactl.cli.options import allow_options, environments_argument, global_options
from mwaactl.cli.session import Session

if TYPE_CHECKING:
    from mwaactl.model.gate import Gate
    from mwaactl.model.result import Result
    from mwaactl.workflows.tools import Allowed

FORMATS = ("text", "json", "sarif", "junit", "github", "markdown")

Wanted = tuple[tuple[str, str], ...]  # format and file; no file is stdout


def _wanted(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> Wanted:
    found = tuple((name, file) for name, _, file in (value.partition("=") for value in values))
    unknown = [name for name, _ in found if name not in FORMATS]
    if unknown:
        raise click.BadParameter(f"{unknown[0]} is not one of {', '.join(FORMATS)}.")
    if sum(not file for _, file in found) > 1:
        raise click.BadParameter("only one format can go to stdout; write the others as FORMAT=FILE.")
    return found


@click.command(short_help="Give one verdict on a change: files, plan, policy, guards, cost.")
@environments_argument
@click.option("--since", metavar="REF", default="", help="Only what the change since this commit or branch affects.")
@click.option(
    "--static", "is_static", is_flag=True, help="Without credentials and plan; runs nothing of what it looks at."
)
@click.option(
    "--format",
    "wanted",
    metavar="FORMAT[=FILE]",
    multiple=True,
    callback=_wanted,
    help=f"{', '.join(FORMATS)}; to stdout, or to FILE. Repeatable.",
)
@click.option("--comment", "is_comment", is_flag=True, help="Post or update the comment on the pull request, by gh.")
@allow_options
@global_options
@click.pass_obj
def gate(  # noqa: PLR0913, PLR0917 - one argument for each option
    session: Session,
    environments: tuple[str, ...],
    is_all: bool,
    since: str,
    is_static: bool,
    wanted: Wanted,
    is_comment: bool,
    allowed: Allowed,
) -> None:
    """Judge ENVIRONMENT as a pull request would change it. Changes nothing, in AWS or in the work tree.

    Exit 0: passed. Exit 3: policy refuses; the findings name rule, resource and file:line.

    \b
    Example: mwaactl gate dev
             mwaactl gate --since origin/main --format github --format sarif=gate.sarif
             mwaactl gate --all --static
    """
    from mwaactl.workflows import gate as workflow

    if is_all and environments:
        raise click.UsageError("Give names or --all, not both.")
    if not (is_all or environments or since):
        raise click.UsageError("Name at least one ENVIRONMENT, or give --all or --since REF.")
    session.trusts_project = not is_static
    request = workflow.Request(tuple(dict.fromkeys(environments)), since, is_static, allowed)

    def present(result: Result[Gate]) -> None:
        from mwaactl.render.gate import rendered
        from mwaactl.render.text import text

        has_stdout = any(not file for _, file in wanted)
        for name, file in wanted if has_stdout else (("json" if session.is_json else "text", ""), *wanted):
            session.put(text(result.data) if name == "text" else rendered(name, result), file)
        if is_comment:
            workflow.comment(session.hide(rendered("markdown", result)))

    session.run(lambda tools: workflow.run(tools, request), present)
