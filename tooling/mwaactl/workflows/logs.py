"""logs: what an environment wrote to CloudWatch Logs."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mwaactl.errors import Aborted, AwsError, EnvironmentNotFound, NotReady
from mwaactl.model.log_event import LogEvent, LogType, StreamFilter, log_group
from mwaactl.model.result import Result
from mwaactl.workflows.airflow_access import pause
from mwaactl.workflows.setback import sentence
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.aws import Logs
    from mwaactl.model.environment import Environment

FIRST_POLL_S = 1.0
LONGEST_POLL_S = 10.0
LATE = timedelta(seconds=60)  # by which events may come after others with a later time: MWAA sends them in batches
OnEvents = Callable[[Sequence[LogEvent]], None]


@dataclass(frozen=True)
class LogsWanted:
    """Which events. `limit` keeps the last ones only; 0 is no limit, and then events are told as they are found."""

    kind: LogType
    since: datetime
    streams: StreamFilter = field(default_factory=StreamFilter)
    follows: bool = False
    limit: int = 0


@dataclass(frozen=True)
class LogsReport:
    """The events, oldest first: empty where they were told already. `left_out` were before the last `limit`."""

    environment: str
    group: str
    since: datetime
    events: tuple[LogEvent, ...] = ()
    left_out: int = 0
    seen: int = 0


@dataclass
class Tail:
    """Follows a log group. Only ids within LATE of the newest event are remembered, so memory is bounded."""

    tools: Toolbox
    logs: Logs
    wanted: LogsWanted
    seen: dict[str, datetime] = field(default_factory=dict)

    def news(self, group: str) -> Iterator[list[LogEvent]]:
        """Pages of events not seen before, for ever. Raises Aborted."""
        poll_s, newest = FIRST_POLL_S, self.wanted.since
        while True:
            has_news = False
            start = max(self.wanted.since, newest - LATE)
            for page in self.logs.pages(group, start, self.wanted.streams):
                self.tools.interrupt.check()
                fresh = [event for event in page if event.id not in self.seen]
                self.seen.update((event.id, event.time) for event in fresh)
                newest = max([newest, *(event.time for event in fresh)])
                has_news = has_news or bool(fresh)
                yield fresh
            self.seen = {known: time for known, time in self.seen.items() if time >= newest - LATE}
            poll_s = FIRST_POLL_S if has_news else min(poll_s * 1.5, LONGEST_POLL_S)
            pause(self.tools, poll_s)


def run(tools: Toolbox, name: str, wanted: LogsWanted, on_events: OnEvents) -> Result[LogsReport]:
    """Read. With a limit the events are in the report, else `on_events` gets them. Ctrl-C ends following: exit 130.

    Raises NotReady when the log group does not exist.
    """
    environment = tools.project.environment(name)
    tools.account(environment).check_caller()
    group = log_group(environment.mwaa_name, wanted.kind)
    report = LogsReport(name, group, wanted.since)
    logs = _logs(tools, environment)
    try:
        if wanted.follows:
            _tell_setback(tools, environment)
            return _followed(Tail(tools, logs, wanted), report, on_events)
        kept: deque[LogEvent] = deque(maxlen=wanted.limit or None)
        seen = 0
        for page in logs.pages(group, wanted.since, wanted.streams):
            tools.interrupt.check()
            seen += len(page)
            if wanted.limit:
                kept.extend(page)
            else:
                on_events(page)
    except NotReady as error:
        raise _explained(tools, environment, wanted.kind, error) from error
    if not seen:
        tools.note(
            name, f"{group} has no such events since {_shown(wanted.since)}; {_level(tools, environment, wanted)}"
        )
    if wanted.kind != LogType.SCHEDULER:  # which tells by itself
        _tell_setback(tools, environment)
    return Result(
        "logs", replace(report, events=tuple(kept), left_out=seen - len(kept) if wanted.limit else 0, seen=seen)
    )


def _followed(tail: Tail, report: LogsReport, on_events: OnEvents) -> Result[LogsReport]:
    seen = 0
    try:
        for page in tail.news(report.group):
            seen += len(page)
            on_events(page)
    except (Aborted, KeyboardInterrupt):
        pass  # what ends it, always
    return Result("logs", replace(report, seen=seen), exit_code=Aborted.exit_code)


def _tell_setback(tools: Toolbox, environment: Environment) -> None:
    """Say that the environment is not as it was wanted: the log asked for may have nothing on it."""
    try:
        live = tools.environments(environment).environment(environment.mwaa_name)
    except EnvironmentNotFound:
        return
    except AwsError as error:  # who may read logs need not see environments
        tools.warn(environment.name, error.what)
        return
    words = sentence(tools, environment, live)
    if words:
        tools.warn(environment.name, words)


def _logs(tools: Toolbox, environment: Environment) -> Logs:
    from mwaactl.adapters.aws import Logs

    return Logs(tools.account(environment))


def _explained(tools: Toolbox, environment: Environment, kind: LogType, error: NotReady) -> NotReady:
    """Why there is no log group: it is switched off, or nothing was deployed."""
    module = getattr(environment.mwaa.logging_configuration, kind.section)
    if module.enabled:
        return NotReady(error.what, hint=f"it comes with the environment: mwaactl deploy {environment.name}")
    place = _place(tools, environment, kind, "enabled")
    return NotReady(f"{error.what} {kind.section} is switched off at {place}.", hint="set enabled: true, and deploy")


def _level(tools: Toolbox, environment: Environment, wanted: LogsWanted) -> str:
    module = getattr(environment.mwaa.logging_configuration, wanted.kind.section)
    if not module.enabled:
        return f"{wanted.kind.section} is switched off at {_place(tools, environment, wanted.kind, 'enabled')}"
    return f"its level is {module.log_level} ({_place(tools, environment, wanted.kind, 'log_level')})"


def _place(tools: Toolbox, environment: Environment, kind: LogType, key: str) -> str:
    file, line = tools.project.place_of(environment.name, ("mwaa", "logging_configuration", kind.section, key))
    return f"{file}:{line}"


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
