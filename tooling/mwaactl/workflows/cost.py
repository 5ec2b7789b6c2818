"""cost: what environments cost per month, from their YAML alone. Asks neither AWS nor Terraform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from mwaactl.model.cost import BudgetState, CostItem, budget_state, configured_cost
from mwaactl.model.result import Outcome, Result, result_of
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.model.environment import Environment

USD = "USD"


@dataclass(frozen=True)
class CostReport:
    """The estimate of one environment, all amounts in `currency` per month, at `rate` for one USD.

    `low` and `high` are the sums of the items whose price is known; `unknown` names the others.
    """

    environment: str
    region: str
    currency: str
    rate: Decimal
    items: tuple[CostItem, ...]
    low: Decimal
    high: Decimal
    unknown: tuple[str, ...]
    budget: Decimal | None
    budget_state: BudgetState | None
    as_of: str
    notes: tuple[str, ...]


def run(
    tools: Toolbox, names: Sequence[str] = (), *, currency: str = USD, rate: Decimal = Decimal(1)
) -> Result[tuple[Outcome[CostReport], ...]]:
    """Estimate environments (all by default). Raises ConfigError."""
    environments = tools.project.environments(names)
    return result_of("cost", [Outcome(one.name, _report(one, currency, rate)) for one in environments])


def _report(environment: Environment, currency: str, rate: Decimal) -> CostReport:
    cost = configured_cost(environment)
    converted = cost.times(rate)
    limit = environment.policy.monthly_budget
    return CostReport(
        environment.name,
        environment.region,
        currency,
        rate,
        converted.items,
        converted.low,
        converted.high,
        converted.unknown,
        None if limit is None else (limit * rate).quantize(Decimal("0.01")),
        None if limit is None else budget_state(cost, Decimal(limit)),  # in USD: rounding must not decide
        cost.as_of,
        cost.notes,
    )
