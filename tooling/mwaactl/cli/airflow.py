"""mwaactl airflow."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from mwaactl.cli.options import environment_argument, global_options
from mwaactl.cli.session import Session

if TYPE_CHECKING:
    from mwaactl.model.result import Result
    from mwaactl.workflows.airflow import CliReport

HIDDEN = "what looks like a secret was cut out: --show-secrets shows it"


@click.command(short_help="Run a command of the Airflow CLI in the environment.")
@environment_argument
@click.option("--show-secrets", is_flag=True, help="Do not cut out what looks like a secret.")
@click.argument("words", metavar="-- ARGS...", nargs=-1, required=True)
@global_options
@click.pass_obj
def airflow(session: Session, environment: str, show_secrets: bool, words: tuple[str, ...]) -> None:
    """Run `airflow ARGS` on the web server of ENVIRONMENT, with a CLI token of AWS, and pass on stdout and stderr.

    MWAA tells no exit code: exit 1 is for a stack trace, an exception or a usage message on stderr. It runs only some
    commands of Airflow, one at a time, and reaches a private web server from inside the VPC alone.

    \b
    Example: mwaactl airflow dev -- dags list
             mwaactl airflow dev -- variables get stores
    """
    from mwaactl.workflows import airflow as workflow

    session.shows_keys = show_secrets

    def present(result: Result[CliReport]) -> None:
        if session.is_json:
            session.show(result)
            return
        report = result.data
        for stream, text in ((sys.stdout, report.stdout), (sys.stderr, report.stderr)):
            stream.write(session.hide(text))
            stream.flush()
        if session.hide(report.stdout) != report.stdout:
            session.talk().print(f"[dim]{HIDDEN}[/]", soft_wrap=True)

    session.run(lambda tools: workflow.run(tools, environment, words), present)
