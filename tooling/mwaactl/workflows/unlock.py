"""unlock: remove a state lock that a killed run left behind."""

from __future__ import annotations

from dataclasses import dataclass

from mwaactl.model.result import Result
from mwaactl.model.state import StateLock
from mwaactl.workflows.tools import Question, Toolbox


@dataclass(frozen=True)
class UnlockReport:
    """The lock that was removed; None when there was none."""

    environment: str
    lock: StateLock | None


def run(tools: Toolbox, name: str) -> Result[UnlockReport]:
    """Show who holds the lock, ask, remove it. Raises Busy when a run from this folder is still alive."""
    environment = tools.project.environment(name)
    with tools.hold(environment, "unlock") as workspace:
        lock = tools.state_bucket(environment).lock()
        if lock is None:
            return Result("unlock", UnlockReport(name, None))
        tools.confirm(
            Question(
                f"{lock.who} has held the state of {name} for {lock.operation} since {lock.since} UTC.\n"
                "If that run is still alive, removing its lock can damage the state. Remove it?"
            )
        )
        workspace.init(tools.on_event)
        workspace.force_unlock(lock.id)
    return Result("unlock", UnlockReport(name, lock))
