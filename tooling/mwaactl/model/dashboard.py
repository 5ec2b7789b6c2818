"""All that the dashboard shows, as plain data. What could not be had is there with the reason, beside all the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from mwaactl.model.airflow_dag import AirflowDag, ImportFailure
from mwaactl.model.bill import CostItem
from mwaactl.model.cost import BudgetState
from mwaactl.model.dags.sketch import DagSketch
from mwaactl.model.network_picture import NetworkPicture
from mwaactl.model.release import Counts, Origin
from mwaactl.model.verdict import Verdict

T = TypeVar("T")

NOT_DEPLOYED = "not deployed"
AVAILABLE = "AVAILABLE"


class Mark(StrEnum):
    """How an environment stands, in the order of who needs somebody first. Each has a word and a shape on the page."""

    FAILED = "failed"
    UNKNOWN = "unknown"
    LOOK = "look"
    BUSY = "busy"
    ABSENT = "absent"
    FINE = "fine"


@dataclass(frozen=True)
class Told(Generic[T]):
    """A part of the page, or in `missing` why there is none."""

    data: T | None = None
    missing: str = ""


@dataclass(frozen=True)
class Standing:
    """What AWS and the records of an environment tell. None is: nothing to tell, or nobody has looked.

    `support_ends` is a date (ISO), `ttl_left_s` what is left of its time to live in seconds, below 0 once it has
    expired. `drift` says in words what was found to differ.
    """

    status: str
    airflow_version: str
    environment_class: str
    webserver_url: str | None = None
    release: str | None = None
    release_age_s: float | None = None
    last_error: str | None = None
    hint: str | None = None
    locked_by: str | None = None
    support_ends: str | None = None
    is_support_over: bool = False
    ttl_left_s: float | None = None
    drift: str | None = None


@dataclass(frozen=True)
class MonthlyCost:
    """The estimate of a month in USD: `low` to `high` for what has a price, `unknown` names what has none."""

    low: Decimal
    high: Decimal
    items: tuple[CostItem, ...]
    unknown: tuple[str, ...]
    budget: Decimal | None
    budget_state: BudgetState | None
    as_of: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Judgement:
    """The last verdict of policy, the ISO time and age in seconds, and what has changed since, in words."""

    verdict: Verdict
    judged_at: str
    age_s: float | None
    changed_since: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReleaseRow:
    """One release. `age_s` in seconds; `gone` is how many of its files nobody can restore."""

    id: str
    created_at: str
    age_s: float | None
    created_by: str
    commit: str | None
    files: int
    changed: Counts
    origin: Origin
    is_current: bool = False
    is_previous: bool = False
    is_unfinished: bool = False
    gone: int = 0


@dataclass(frozen=True)
class ReleaseHistory:
    """The newest releases, newest first, of `total`."""

    releases: tuple[ReleaseRow, ...]
    total: int


@dataclass(frozen=True)
class DagPicture:
    """A DAG as its published file has it, and as Airflow sees it; one of the two may be missing."""

    sketch: DagSketch | None
    live: AirflowDag | None = None

    @property
    def name(self) -> str | None:
        """Its id, as far as it is known."""
        return self.sketch.dag_id if self.sketch else self.live.dag_id if self.live else None


@dataclass(frozen=True)
class DagFolder:
    """The DAGs of the current release. `unread` are files and why nothing, or not all, is known of them.

    `airflow` is why Airflow itself told nothing, empty where it did.
    """

    dags: tuple[DagPicture, ...]
    unread: tuple[tuple[str, str], ...] = ()
    import_failures: tuple[ImportFailure, ...] = ()
    airflow: str = ""


@dataclass(frozen=True)
class EnvironmentCard:
    """One environment: what its YAML says, and what else could be found out."""

    name: str
    mwaa_name: str
    account_id: str
    region: str
    is_protected: bool
    airflow_version: str
    environment_class: str
    ttl: str | None
    network: NetworkPicture
    cost: MonthlyCost
    standing: Told[Standing] = field(default_factory=Told)
    policy: Told[Judgement] = field(default_factory=Told)
    releases: Told[ReleaseHistory] = field(default_factory=Told)
    dags: Told[DagFolder] = field(default_factory=Told)


@dataclass(frozen=True)
class Dashboard:
    """The fleet at one moment (ISO time). `target` is AWS or sandbox, `page` where the page lies, None for nowhere."""

    made_at: str
    target: str
    environments: tuple[EnvironmentCard, ...]
    page: str | None = None


@dataclass(frozen=True)
class Concern:
    """Something that wants to be looked at, in one sentence, and the command that shows more or mends it."""

    environment: str
    mark: Mark
    text: str
    hint: str = ""


def mark_of(card: EnvironmentCard) -> Mark:
    """The worst that is to be said of an environment."""
    marks = list(Mark)
    return min([_state(card), *(one.mark for one in concerns_of(card))], key=marks.index)


def concerns_of(card: EnvironmentCard) -> tuple[Concern, ...]:
    """What somebody should look at, the worst first. What is missing by nature, such as prices, is none."""
    found: list[tuple[Mark, str, str]] = []
    standing = card.standing.data
    if standing is None:
        found.append((Mark.UNKNOWN, card.standing.missing, f"mwaactl doctor {card.name}"))
    else:
        found += _of_standing(card.name, standing)
    if card.cost.budget_state is BudgetState.OVER and card.cost.budget is not None:
        text = f"may cost {card.cost.high:,.0f} USD per month; the budget is {card.cost.budget:,.0f}"
        found.append((Mark.LOOK, text, f"mwaactl cost {card.name}"))
    if card.policy.data and (count := len(card.policy.data.verdict.refusals)):
        text = f"policy refused the last plan: {count} finding{'s' if count > 1 else ''}"
        found.append((Mark.LOOK, text, f"mwaactl plan {card.name}"))
    if card.dags.data and (count := len(card.dags.data.import_failures)):
        text = f"Airflow cannot import {count} DAG file{'s' if count > 1 else ''}"
        found.append((Mark.LOOK, text, f"mwaactl dags list {card.name}"))
    marks = list(Mark)
    return tuple(Concern(card.name, *one) for one in sorted(found, key=lambda one: marks.index(one[0])))


def _of_standing(name: str, standing: Standing) -> list[tuple[Mark, str, str]]:
    found = []
    state = state_mark(standing.status)
    if standing.last_error or state is Mark.FAILED:
        text = standing.last_error or f"{standing.status}, and AWS gives no reason"
        mark = Mark.FAILED if state is Mark.FAILED else Mark.LOOK
        found.append((mark, text, standing.hint or f"mwaactl status {name}"))
    if standing.ttl_left_s is not None and standing.ttl_left_s < 0:
        found.append((Mark.LOOK, "its time to live is over", "mwaactl reap"))
    if standing.drift:
        found.append((Mark.LOOK, standing.drift, f"mwaactl drift {name}"))
    if standing.is_support_over:
        found.append(
            (Mark.LOOK, f"Airflow {standing.airflow_version} is out of support", f"mwaactl upgrade {name} VERSION")
        )
    if standing.locked_by:
        found.append((Mark.LOOK, f"Terraform's state is locked by {standing.locked_by}", f"mwaactl unlock {name}"))
    return found


def state_mark(status: str) -> Mark:
    """Of a state of MWAA, or NOT_DEPLOYED."""
    if status == AVAILABLE:
        return Mark.FINE
    if status == NOT_DEPLOYED:
        return Mark.ABSENT
    return Mark.FAILED if status.endswith("_FAILED") or status == "UNAVAILABLE" else Mark.BUSY


def _state(card: EnvironmentCard) -> Mark:
    return state_mark(card.standing.data.status) if card.standing.data else Mark.UNKNOWN
