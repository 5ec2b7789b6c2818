"""mwaactl dags run."""

from __future__ import annotations

import click

from mwaactl.cli.options import environment_argument, global_options, length_option
from mwaactl.cli.session import Session


@click.command("run", short_help="Trigger a DAG, and with --wait see it through.")
@environment_argument
@click.argument("dag", metavar="DAG")
@click.option("--conf", metavar="JSON|@FILE", default="", help="Parameters of the run: a JSON object, or a file of it.")
@click.option("--logical-date", metavar="DATE", help="What date the run stands for, in ISO 8601.")
@click.option("--wait", "is_waiting", is_flag=True, help="Wait for its end, and tell what its tasks do.")
@length_option("--timeout", "1h", "How long --wait waits. The run goes on.")
@click.option("--unpause", "unpauses", is_flag=True, help="If the DAG is paused, let it run from now on.")
@global_options
@click.pass_obj
def dags_run(  # noqa: PLR0913, PLR0917 - one argument for each option
    session: Session,
    environment: str,
    dag: str,
    conf: str,
    logical_date: str | None,
    is_waiting: bool,
    timeout: float,
    unpauses: bool,
) -> None:
    """Trigger DAG in ENVIRONMENT. Asks only where the environment is protected.

    With --wait, exit 0 is for a run that succeeded and exit 1 for one that failed. Ctrl-C ends the wait, not the run.

    \b
    Example: mwaactl dags run dev daily_retail_etl --wait
             mwaactl dags run dev daily_retail_etl --conf '{"stores": ["berlin"]}'
             mwaactl dags run dev daily_retail_etl --conf @backfill.json
    """
    from mwaactl.workflows import dags_run as workflow

    wanted = workflow.RunWanted(dag, _conf(conf), _date(logical_date), is_waiting, timeout, unpauses)
    session.run(lambda tools: workflow.run(tools, environment, wanted))


def _conf(given: str) -> dict[str, object]:
    from pathlib import Path

    from mwaactl.errors import ConfigError
    from mwaactl.model.json_object import json_object

    if not given.startswith("@"):
        return json_object(given or "{}", "--conf")
    try:
        return json_object(Path(given[1:]).read_text(encoding="utf-8"), given[1:])
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read {given[1:]}: {error}") from error


def _date(given: str | None) -> str | None:
    from datetime import UTC, datetime

    if given is None:
        return None
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        raise click.BadParameter(f'"{given}" is no date: write 2026-11-23 or 2026-11-23T06:00:00+00:00') from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()
