"""The chart of costs: one bar for each environment, all to one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from mwaactl.model.dashboard import EnvironmentCard


@dataclass(frozen=True)
class Bar:
    """Percent of the chart's width: what it costs at least, how much more it may, and where the budget is."""

    name: str
    low: float
    more: float
    budget: float | None


def bars(cards: Sequence[EnvironmentCard]) -> tuple[Bar, ...]:
    """The bars, in the order of the environments. The longest, or the largest budget, fills the chart."""
    longest = max((max(card.cost.high, card.cost.budget or Decimal(0)) for card in cards), default=Decimal(0))

    def share(amount: Decimal) -> float:
        return round(float(amount / longest * 100), 2) if longest else 0.0

    return tuple(
        Bar(
            card.name,
            share(card.cost.low),
            round(share(card.cost.high) - share(card.cost.low), 2),
            None if card.cost.budget is None else share(card.cost.budget),
        )
        for card in cards
    )
