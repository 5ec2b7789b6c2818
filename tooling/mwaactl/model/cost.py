"""What an environment costs per month, as far as trustworthy prices are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from mwaactl.errors import Finding, Severity
from mwaactl.model import catalog
from mwaactl.model.bill import CostItem, bill, rounded
from mwaactl.model.footprint import Footprint, footprint_of, footprints_of_plan

if TYPE_CHECKING:
    from mwaactl.model.environment import Environment

__all__ = [
    "COST_BUDGET",
    "BudgetState",
    "Cost",
    "CostDifference",
    "CostItem",
    "budget_finding",
    "budget_state",
    "configured_cost",
    "cost_of",
    "difference",
]

LEFT_OUT = "not in it: traffic, requests, free tiers, taxes, and what the DAGs use elsewhere"

COST_BUDGET = "COST_BUDGET"


@dataclass(frozen=True)
class Cost:
    """The estimate of one environment; `as_of` is the date of the prices, `notes` say what they do not cover."""

    environment: str
    items: tuple[CostItem, ...]
    as_of: str
    notes: tuple[str, ...] = ()

    @property
    def low(self) -> Decimal:
        """USD per month at the least, of the items whose price is known."""
        return sum((item.low for item in self.items if item.low is not None), Decimal(0))

    @property
    def high(self) -> Decimal:
        """USD per month at the most, of the items whose price is known."""
        return sum((item.high for item in self.items if item.high is not None), Decimal(0))

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names of the items without a price: the estimate leaves them out."""
        return tuple(item.name for item in self.items if item.low is None or item.high is None)

    def times(self, rate: Decimal) -> Cost:
        """The same in another currency, at `rate` of it for one USD. The bases stay in USD."""
        items = (replace(item, low=rounded(item.low, rate), high=rounded(item.high, rate)) for item in self.items)
        return replace(self, items=tuple(items))


@dataclass(frozen=True)
class CostDifference:
    """Before and after a plan; `before` is None for an environment that is not there yet."""

    before: Cost | None
    after: Cost

    @property
    def low(self) -> Decimal:
        """USD per month more (or less, when negative), at the least."""
        return self.after.low - (self.before.low if self.before else Decimal(0))

    @property
    def high(self) -> Decimal:
        """USD per month more (or less, when negative), at the most."""
        return self.after.high - (self.before.high if self.before else Decimal(0))


class BudgetState(StrEnum):
    """How an estimate stands to a budget: by its high end, since autoscaling and not the author decides the rest."""

    WITHIN = "within"
    OVER = "over"
    UNKNOWN = "unknown"


def configured_cost(environment: Environment) -> Cost:
    """What the environment costs as its YAML has it."""
    return cost_of(environment.name, footprint_of(environment), environment.region)


def difference(document: Mapping[str, Any], environment: Environment) -> CostDifference:
    """What a plan (`terraform show -json`) changes. After a plan that deletes everything, there are no items."""
    before, after = footprints_of_plan(document)
    name, region = environment.name, environment.region
    return CostDifference(cost_of(name, before, region) if before else None, cost_of(name, after, region))


def cost_of(name: str, footprint: Footprint | None, region: str) -> Cost:
    """Price a footprint. An environment outside of the prices' Region gets a note, and the same prices."""
    known = catalog.prices_region()
    elsewhere = (f"prices of {known}; {region} differs",) if region != known else ()
    items = bill(footprint) if footprint else ()
    return Cost(name, items, catalog.prices_date(), (*elsewhere, LEFT_OUT))


def budget_state(cost: Cost, budget: Decimal) -> BudgetState:
    """Whether the most that `cost` may reach is within `budget`, in the same currency; unknown while a price is."""
    if cost.high > budget:
        return BudgetState.OVER
    return BudgetState.UNKNOWN if cost.unknown else BudgetState.WITHIN


def budget_finding(cost: Cost, environment: Environment) -> Finding | None:
    """What policy.monthly_budget has against an estimate: HIGH when it is over, LOW when that cannot be told."""
    budget = environment.policy.monthly_budget
    if budget is None:
        return None
    state = budget_state(cost, Decimal(budget))
    if state is BudgetState.WITHIN:
        return None
    unknown = ", ".join(cost.unknown)
    if state is BudgetState.UNKNOWN:
        message = f"whether it stays within {budget:,} USD per month cannot be told: no price is known for {unknown}"
        hint = f"mwaactl cost {environment.name}"
    else:
        known = [item for item in cost.items if item.high is not None]
        largest = max(known, key=lambda item: item.high or Decimal(0))
        more = f", without {unknown}" if unknown else ""
        message = f"may cost {cost.low:,.2f} to {cost.high:,.2f} USD per month{more}; the budget is {budget:,} USD"
        hint = f"most of it is {largest.name}, up to {largest.high:,.2f} USD: take less, or raise policy.monthly_budget"
    return Finding(
        COST_BUDGET,
        f"envs/{environment.name}.yaml",
        message,
        hint,
        environment.name,
        Severity.LOW if state is BudgetState.UNKNOWN else Severity.HIGH,
        f"envs/{environment.name}.yaml",
        attribute="policy.monthly_budget",
    )
