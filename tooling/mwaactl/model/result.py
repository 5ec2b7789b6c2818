"""What a command gives back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from mwaactl.errors import MwaactlError

T = TypeVar("T")


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What came of one environment: data, or the error that ended it."""

    environment: str
    data: T | None = None
    error: MwaactlError | None = None


@dataclass(frozen=True)
class Result(Generic[T]):
    """The result of a command. `exit_code` is 0 unless data alone call for another (4: changes pending)."""

    command: str
    data: T
    exit_code: int = 0
    errors: Sequence[MwaactlError] = field(default=())

    @property
    def status(self) -> str:
        """success, partial or error, as the JSON envelope says it."""
        if not self.errors:
            return "success"
        return "error" if _is_all_failed(self.data) else "partial"


def _is_all_failed(data: object) -> bool:
    return isinstance(data, tuple) and all(isinstance(item, Outcome) and item.error for item in data)


def result_of(command: str, outcomes: Sequence[Outcome[T]], exit_code: int = 0) -> Result[tuple[Outcome[T], ...]]:
    """The result for several environments: with errors, the exit code of the first that failed."""
    errors = [outcome.error for outcome in outcomes if outcome.error is not None]
    return Result(command, tuple(outcomes), errors[0].exit_code if errors else exit_code, errors)
