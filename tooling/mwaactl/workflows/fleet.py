"""The same work on several environments at once; one that fails neither stops nor spoils another."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from mwaactl.errors import MwaactlError
from mwaactl.model.progress import Moment, Progress
from mwaactl.model.result import Outcome
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.terraform import Workspace
    from mwaactl.model.environment import Environment

T = TypeVar("T")


class Named(Protocol):
    """An environment, or a part of one."""

    @property
    def name(self) -> str:
        """The environment's."""


N = TypeVar("N", bound=Named)

MEMORY_PER_ENVIRONMENT = 1 << 30  # Terraform with the AWS provider takes about 0.4 GB, an apply with graph up to 0.8
POLL_S = 0.2  # how soon a signal is noticed while the threads work


def parallelism() -> int:
    """How many environments at once: bounded by memory, not by cores, since most of the time is waiting for AWS."""
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):  # not known on this system
        return 4
    return max(1, min(8, memory // MEMORY_PER_ENVIRONMENT))


def planning_parallelism() -> int:
    """How many plans at once. A plan is mostly the provider's start, which is work for a core, not waiting."""
    return min(parallelism(), (os.cpu_count() or 1) + 1)


def each(
    tools: Toolbox,
    environments: Sequence[N],
    work: Callable[[N], T],
    *,
    at_once: int | None = None,
) -> list[Outcome[T]]:
    """Do `work` for every environment in threads; MwaactlErrors become outcomes, anything else is a bug and raised.

    `at_once` is how many of them (default: `parallelism`).
    """

    def attempt(environment: N) -> Outcome[T]:
        try:
            return Outcome(environment.name, work(environment))
        except MwaactlError as error:
            tools.on_event(Progress(environment.name, Moment.FAILED, error.what))
            return Outcome(environment.name, error=error)

    with ThreadPoolExecutor(max_workers=at_once or parallelism(), thread_name_prefix="environment") as pool:
        futures = [pool.submit(attempt, environment) for environment in environments]
        while wait(futures, timeout=POLL_S).not_done:  # short waits: Python runs signal handlers in between
            tools.interrupt.report()
        return [future.result() for future in futures]


def each_held(
    tools: Toolbox,
    environments: Sequence[Environment],
    command: str,
    work: Callable[[Environment, Workspace], T],
    *,
    at_once: int | None = None,
) -> list[Outcome[T]]:
    """The same with each environment's Terraform held meanwhile. One that is held elsewhere is an outcome too: Busy."""
    with holding_each(tools, environments, command) as held:
        free = [environment for environment in environments if environment.name in held.workspaces]
        done = each(tools, free, lambda one: work(one, held.workspaces[one.name]), at_once=at_once)
    order = {environment.name: place for place, environment in enumerate(environments)}
    return sorted([*done, *held.failed], key=lambda outcome: order[outcome.environment])


@dataclass
class Held:
    """The environments that this run holds, and the outcomes of those it could not get."""

    workspaces: dict[str, Workspace] = field(default_factory=dict)
    failed: list[Outcome[Any]] = field(default_factory=list)


@contextmanager
def holding_each(tools: Toolbox, environments: Sequence[Environment], command: str) -> Iterator[Held]:
    """Hold as many of `environments` as are free, for the whole block."""
    held = Held()
    with ExitStack() as stack:
        for environment in environments:
            try:
                held.workspaces[environment.name] = stack.enter_context(tools.hold(environment, command))
            except MwaactlError as error:
                held.failed.append(Outcome(environment.name, error=error))
        yield held
