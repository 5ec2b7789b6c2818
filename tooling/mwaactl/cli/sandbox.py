"""mwaactl sandbox."""

from __future__ import annotations

from typing import TextIO

import click

from mwaactl.cli.options import global_options
from mwaactl.cli.session import Session


@click.group(short_help="The embedded AWS on this machine: start, stop, status, logs, env, inbox, faults, reset.")
def sandbox() -> None:
    """An AWS on this machine, for `mwaactl --sandbox ...` and any other AWS tool.

    \b
    Example: mwaactl sandbox start
             eval "$(mwaactl sandbox env)"; aws mwaa list-environments
    """


@sandbox.command(short_help="Start it, or find the one that runs.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Loopback port (default: a free one).")
@click.option(
    "--idle-timeout",
    "idle_timeout_s",
    type=click.FloatRange(1),
    default=7200.0,
    show_default=True,
    metavar="SECONDS",
    help="Stop by itself after this long without a request.",
)
@click.option(
    "--creation-seconds",
    "creation_s",
    type=click.FloatRange(0),
    default=3.0,
    show_default=True,
    metavar="SECONDS",
    help="How long creating an MWAA environment takes without Airflow.",
)
@click.option(
    "--update-seconds",
    "update_s",
    type=click.FloatRange(0),
    metavar="SECONDS",
    help="How long an update takes (default: as long as a creation).",
)
@click.option(
    "--airflow/--no-airflow",
    default=None,
    help="A real Airflow in each environment (default: yes, unless MWAACTL_SANDBOX_AIRFLOW is 0).",
)
@global_options
@click.pass_obj
def start(session: Session, /, **options: float | None) -> None:
    """Start the sandbox in the background. It outlives this command and stops by `mwaactl sandbox stop`.

    An environment takes as long as its Airflow needs to come up: half a minute, and about a minute more the first time
    that a version is installed. With --no-airflow it takes --creation-seconds, and there is none.

    \b
    Example: mwaactl sandbox start
             mwaactl sandbox start --no-airflow --creation-seconds 20
    """
    from mwaactl.workflows import sandbox as workflow

    session.run(lambda tools: workflow.start(tools, **options))


@sandbox.command(short_help="Stop it. What it holds is lost.")
@global_options
@click.pass_obj
def stop(session: Session) -> None:
    """Stop the sandbox and wait until it has ended. What it holds is lost.

    \b
    Example: mwaactl sandbox stop
    """
    from mwaactl.workflows import sandbox as workflow

    session.run(workflow.stop)


@sandbox.command(short_help="Does it run, and where?")
@global_options
@click.pass_obj
def status(session: Session) -> None:
    """Show whether the sandbox runs, its address, process and log.

    \b
    Example: mwaactl sandbox status --output json
    """
    from mwaactl.workflows import sandbox as workflow

    session.run(workflow.status)


@sandbox.command(short_help="Forget everything in it.")
@global_options
@click.pass_obj
def reset(session: Session) -> None:
    """Forget all accounts, services and faults of the sandbox, after a question.

    \b
    Example: mwaactl sandbox reset --yes
    """
    from mwaactl.workflows import sandbox as workflow

    session.run(workflow.reset)


@sandbox.command(short_help="Variables that put a shell into it.")
@click.argument("environment", metavar="[ENVIRONMENT]", required=False)
@global_options
@click.pass_obj
def env(session: Session, environment: str | None) -> None:
    """Print the shell lines that make aws, terraform and any SDK work in the sandbox, as the account of ENVIRONMENT.

    Without ENVIRONMENT it is dev, or the first one.

    \b
    Example: eval "$(mwaactl sandbox env)"; aws mwaa list-environments
    """
    from mwaactl.workflows import sandbox as workflow

    session.shows_keys = True  # those of the sandbox open nothing
    session.run(lambda tools: workflow.env(tools, environment))


@sandbox.command(short_help="Make it fail on purpose.")
@click.argument("file", type=click.File(encoding="utf-8"), required=False)
@click.option("--clear", is_flag=True, help="No more faults.")
@global_options
@click.pass_obj
def faults(session: Session, file: TextIO | None, clear: bool) -> None:
    """Ask for the faults in the JSON FILE (- for stdin), instead of those before; without FILE list them.

    \b
    Example: echo '[{"environment": "retail-dev", "on": "create", "end": "CREATE_FAILED"}]' | mwaactl sandbox faults -
    """
    import json

    from mwaactl.errors import ConfigError
    from mwaactl.workflows import sandbox as workflow

    try:
        wanted = [] if clear else json.load(file) if file else None
    except ValueError as error:
        raise ConfigError(f"The faults are not JSON: {error}.") from error
    session.run(lambda tools: workflow.faults(tools, wanted))


@sandbox.command(short_help="Messages published to SNS in it.")
@click.option("--topic", "topic_arn", metavar="ARN", default="", help="Only those of this topic.")
@global_options
@click.pass_obj
def inbox(session: Session, topic_arn: str) -> None:
    """Show what was published to SNS topics in the sandbox, which sends no e-mail: the oldest first.

    \b
    Example: mwaactl sandbox inbox --output json
    """
    from mwaactl.workflows import sandbox as workflow

    session.run(lambda tools: workflow.inbox(tools, topic_arn))


@sandbox.command(short_help="What it wrote.")
@click.option(
    "--lines", "-n", type=click.IntRange(1), default=100, show_default=True, help="How many of the last lines."
)
@global_options
@click.pass_obj
def logs(session: Session, lines: int) -> None:
    """Show the end of the sandbox's log: one line per request.

    \b
    Example: mwaactl sandbox logs -n 20
    """
    from mwaactl.workflows import sandbox as workflow

    session.run(lambda tools: workflow.logs(tools, lines))
