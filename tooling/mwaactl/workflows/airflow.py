"""airflow: a command of the Airflow CLI, run by the environment's web server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mwaactl.errors import ConfigError
from mwaactl.model.airflow_cli import command_of, is_impossible, supported_commands
from mwaactl.model.result import Result
from mwaactl.workflows.airflow_access import access
from mwaactl.workflows.tools import Question, Toolbox


@dataclass(frozen=True)
class CliReport:
    """What the command wrote. `has_failed` is judged by what it wrote: the API tells no exit code."""

    environment: str
    command: tuple[str, ...]
    stdout: str
    stderr: str
    has_failed: bool


def run(tools: Toolbox, name: str, words: Sequence[str]) -> Result[CliReport]:
    """Run it. Exit code 1 when it failed, as well as that can be known.

    Raises ConfigError for a command that starts a server or waits for a terminal: no answer would ever come.
    """
    if is_impossible(words):
        raise ConfigError(
            f"airflow {words[0]} cannot run through MWAA's web server.", hint="such as: dags list, variables get NAME"
        )
    found = access(tools, name)
    command = command_of(words, found.rest.major)
    if command not in supported_commands(found.rest.major):
        tools.warn(name, f"airflow {command} is not on AWS's list for Airflow {found.rest.major}; MWAA may refuse it")
    if found.environment.protected:
        tools.confirm(Question(f'Run "airflow {" ".join(words)}" in "{name}", which is protected?'))
    reply = found.cli(*words)
    report = CliReport(name, tuple(words), reply.stdout, reply.stderr, reply.has_failed)
    return Result("airflow", report, exit_code=1 if reply.has_failed else 0)
