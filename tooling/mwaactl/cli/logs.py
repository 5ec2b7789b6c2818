"""mwaactl logs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from mwaactl.cli.options import environment_argument, global_options
from mwaactl.cli.session import Session

if TYPE_CHECKING:
    from mwaactl.model.log_event import LogEvent, LogType
    from mwaactl.model.result import Result
    from mwaactl.workflows.logs import LogsReport, LogsWanted

TYPES = ("task", "scheduler", "worker", "webserver", "dag-processing")
JSON_LIMIT = 10_000  # events; an envelope is one document, so it must have an end


@click.command(short_help="What Airflow wrote to CloudWatch Logs.")
@environment_argument
@click.option("--type", "kind", type=click.Choice(TYPES), default="task", show_default=True, help="Which log.")
@click.option("--dag", default="", metavar="DAG", help="Only tasks of this DAG.")
@click.option("--run", default="", metavar="RUN_ID", help="Only tasks of this run.")
@click.option("--task", default="", metavar="TASK", help="Only this task.")
@click.option(
    "--since", default="15m", show_default=True, metavar="TIME", help="From when on: 90s, 15m, 2h, 1d, or a date (UTC)."
)
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Only the last N events.")
@click.option("--follow", "-f", "follows", is_flag=True, help="Go on with what is written from now on, until Ctrl-C.")
@global_options
@click.pass_obj
def logs(  # noqa: PLR0913, PLR0917 - one argument for each option
    session: Session,
    environment: str,
    kind: str,
    dag: str,
    run: str,
    task: str,
    since: str,
    limit: int | None,
    follows: bool,
) -> None:
    """Show the log of a component of ENVIRONMENT, or of its tasks, oldest first. Times are UTC.

    What looks like a secret is cut out. Works for private environments from everywhere.

    \b
    Example: mwaactl logs dev --dag daily_retail_etl --follow
             mwaactl logs dev --type scheduler --since 2h
    """
    from mwaactl.model.log_event import LogType
    from mwaactl.render.text.logs import event_lines
    from mwaactl.workflows import logs as workflow

    if (dag or run or task) and kind != LogType.TASK:
        raise click.UsageError("--dag, --run and --task are for --type task.")
    if follows and limit:
        raise click.UsageError("Give --follow or --limit, not both.")
    if follows and session.is_json:
        raise click.UsageError("--follow has no end, and --output json is one document: leave out one of them.")
    wanted = _wanted(LogType(kind), (dag, run, task), since, follows, limit or (JSON_LIMIT if session.is_json else 0))

    def tell(events: Sequence[LogEvent]) -> None:
        if events:
            session.put(event_lines(events))

    def present(result: Result[LogsReport]) -> None:
        if session.is_json or result.data.events:
            session.show(result)

    session.run(lambda tools: workflow.run(tools, environment, wanted, tell), present)


def _wanted(kind: LogType, streams: tuple[str, str, str], since: str, follows: bool, limit: int) -> LogsWanted:
    from datetime import UTC, datetime

    from mwaactl.model.log_event import StreamFilter
    from mwaactl.model.moment import moment_of
    from mwaactl.workflows.logs import LogsWanted

    try:
        start = moment_of(since, datetime.now(UTC))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--since") from None
    return LogsWanted(kind, start, StreamFilter(*streams), follows, limit)
