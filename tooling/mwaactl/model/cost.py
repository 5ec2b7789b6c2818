"""What an environment costs per month, as far as trustworthy prices are known."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class CostItem:
    """One line. `low` and `high` are USD per month (fewest and most workers, for instance); None is unknown."""

    name: str
    low: Decimal | None
    high: Decimal | None
    basis: str  # what was multiplied and assumed, such as `2 x 0.055 USD x 730 h`


@dataclass(frozen=True)
class Cost:
    """The estimate of one environment; `as_of` is the date of the prices."""

    environment: str
    items: tuple[CostItem, ...]
    as_of: str

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
