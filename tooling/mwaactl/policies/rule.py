"""What one check is: whom it judges, how, and what to say about it. Nothing here knows checkov."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

from mwaactl.errors import Severity
from mwaactl.policies.context import Context, current
from mwaactl.policies.resource import UNKNOWN, Resource

PAGE = "docs/policies.md"


@dataclass(frozen=True)
class Judgement:
    """`is_fine` is None where it cannot be told, or does not apply.

    `keys` are the arguments looked at, in checkov's form `logging_configuration/[0]/task_logs/[0]/enabled`; `details`
    say what is wrong with them, and never hold a value that may be a secret.
    """

    is_fine: bool | None
    keys: tuple[str, ...] = ()
    details: tuple[str, ...] = ()


FINE: Final = Judgement(True)
UNTOLD: Final = Judgement(None)

Judge = Callable[[Resource], Judgement]


@dataclass(frozen=True)
class Rule:
    """One check, CKV_MWAA_<number>. `category` is one of checkov's; `source` the page that the rule comes from."""

    number: int
    severity: Severity
    category: str
    resources: tuple[str, ...]
    name: str
    why: str
    mend: str
    judge: Judge
    source: str = ""

    @property
    def id(self) -> str:
        return f"CKV_MWAA_{self.number}"

    @property
    def guideline(self) -> str:
        """Where its section is, in this repository."""
        return f"{PAGE}#{self.id.lower()}"


def failed(*paths: str, because: str = "") -> Judgement:
    """Not fine, because of the arguments at these dotted paths."""
    return Judgement(False, tuple(path.replace(".", "/[0]/") for path in paths), (because,) if because else ())


def judged(value: Any, is_fine: Callable[[Any], bool], path: str, because: str = "") -> Judgement:
    """The judgement on one value; an unknown one cannot be told."""
    if value is UNKNOWN:
        return UNTOLD
    return FINE if is_fine(value) else failed(path, because=because)


def all_of(judgements: list[Judgement]) -> Judgement:
    """Fine if all are; one that is not outweighs those that cannot be told."""
    bad = [one for one in judgements if one.is_fine is False]
    if bad:
        keys = tuple(dict.fromkeys(key for one in bad for key in one.keys))
        return Judgement(False, keys, tuple(text for one in bad for text in one.details))
    return UNTOLD if any(one.is_fine is None for one in judgements) else FINE


def in_context(judge: Callable[[Resource, Context], Judgement]) -> Judge:
    """A judge that has to know whose plan it is; without a context nothing can be told."""

    @wraps(judge)
    def of(resource: Resource) -> Judgement:
        context = current()
        return judge(resource, context) if context else UNTOLD

    return of


def if_protected(judge: Judge) -> Judge:
    """A judge of protected environments only."""

    @wraps(judge)
    def of(resource: Resource) -> Judgement:
        context = current()
        return judge(resource) if context and context.environment.protected else UNTOLD

    return of


def number(value: Any) -> Any:
    """A number as int, even if written as text; UNKNOWN for what is none."""
    if isinstance(value, str) and value.lstrip("-").isdigit():
        return int(value)
    return value if value is None or (isinstance(value, int) and not isinstance(value, bool)) else UNKNOWN
