"""sandbox: start, stop and look into the embedded AWS. One function per subcommand."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from mwaactl.errors import ConfigError, SandboxError
from mwaactl.model.result import Result
from mwaactl.workflows.tools import Question, Toolbox


@dataclass(frozen=True)
class SandboxReport:
    """The sandbox as it is now. `url` is None when it does not run; `killed_pid` was one that left something behind.

    `has_stopped` only after a `stop` that found one running.
    """

    is_running: bool
    url: str | None = None
    pid: int | None = None
    log: str | None = None
    killed_pid: int | None = None
    has_stopped: bool = False


@dataclass(frozen=True)
class SandboxVariables:
    """What a shell has to set and to unset to work in the sandbox as `environment`'s account."""

    environment: str
    variables: Mapping[str, str]
    removed: Sequence[str]


@dataclass(frozen=True)
class SandboxFaults:
    """The faults that the sandbox is asked to show."""

    faults: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class SandboxMessage:
    """A message published to an SNS topic."""

    published_at: datetime
    topic: str
    subject: str
    body: str
    message_id: str


@dataclass(frozen=True)
class SandboxInbox:
    """Messages, the oldest first."""

    messages: tuple[SandboxMessage, ...]


@dataclass(frozen=True)
class SandboxLog:
    """The end of its log."""

    lines: tuple[str, ...]


def start(tools: Toolbox, **options: Any) -> Result[SandboxReport]:
    """Start it, or find the one that runs. `options` are those of `Sandbox.start`."""
    tools.sandbox.start(**options)
    return Result("sandbox start", _report(tools))


def stop(tools: Toolbox) -> Result[SandboxReport]:
    """Stop it, if it runs. What it holds is lost."""
    has_stopped = tools.sandbox.stop()
    return Result("sandbox stop", replace(_report(tools), has_stopped=has_stopped))


def status(tools: Toolbox) -> Result[SandboxReport]:
    """Does it run, and where?"""
    return Result("sandbox status", _report(tools))


def reset(tools: Toolbox) -> Result[SandboxReport]:
    """Forget everything in it, after a question."""
    tools.confirm(Question("Forget everything in the sandbox?"))
    tools.sandbox.reset()
    return Result("sandbox reset", _report(tools))


def env(tools: Toolbox, name: str | None) -> Result[SandboxVariables]:
    """The variables for the account of the environment `name` (default: dev, else the first). Raises SandboxError."""
    from mwaactl.adapters.sandbox import environment_variables, removed_variables

    state = tools.sandbox.find()
    if state is None:
        raise SandboxError("No sandbox is running.", hint="mwaactl sandbox start")
    names = tools.project.environment_names()
    if not names:
        raise ConfigError("There is no environment in envs/, so no account.", hint="write envs/dev.yaml")
    environment = tools.project.environment(name or ("dev" if "dev" in names else names[0]))
    variables = environment_variables(state, environment.account_id, environment.region, os.environ)
    return Result("sandbox env", SandboxVariables(environment.name, variables, removed_variables(os.environ)))


def faults(tools: Toolbox, wanted: Sequence[Mapping[str, Any]] | None) -> Result[SandboxFaults]:
    """Ask for `wanted` faults instead of those before; None only lists them. Raises SandboxError."""
    if wanted is not None:
        tools.sandbox.set_faults(wanted)
    return Result("sandbox faults", SandboxFaults(tools.sandbox.faults()))


def inbox(tools: Toolbox, topic_arn: str) -> Result[SandboxInbox]:
    """What was published to this SNS topic, or to all of them. Raises SandboxError."""
    found = (
        SandboxMessage(**{**one, "published_at": datetime.fromtimestamp(one["published_at"], UTC)})
        for one in tools.sandbox.inbox(topic_arn)
    )
    return Result("sandbox inbox", SandboxInbox(tuple(found)))


def logs(tools: Toolbox, lines: int) -> Result[SandboxLog]:
    """The last lines that the sandbox wrote."""
    path = tools.sandbox.log_path
    if not path.is_file():
        raise SandboxError("No sandbox was ever started here.", hint="mwaactl sandbox start")
    return Result(
        "sandbox logs", SandboxLog(tuple(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]))
    )


def _report(tools: Toolbox) -> SandboxReport:
    state = tools.sandbox.find()
    if state is None:
        return SandboxReport(is_running=False, killed_pid=tools.sandbox.killed_process())
    return SandboxReport(True, state.url, state.pid, str(tools.sandbox.log_path))
