"""What a check has to know beside the resource: whose plan it is, and what day it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from mwaactl.model.environment import Environment


@dataclass(frozen=True)
class Context:
    """The environment whose plan is being judged. `is_clone`: it extends another environment."""

    environment: Environment
    is_clone: bool
    today: date


_current: list[Context] = []


@contextmanager
def judging(context: Context) -> Iterator[None]:
    """Checks see `context` in this block. Not for several threads at once: checkov's registries are not either."""
    _current.append(context)
    try:
        yield
    finally:
        _current.pop()


def current() -> Context | None:
    """The context, or None when checkov runs these checks without mwaactl."""
    return _current[-1] if _current else None
