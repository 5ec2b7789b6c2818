"""A day of sales as three stores would upload it: made up, the same every time, with a few mistakes."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

HEADER = ("sale_id", "store_id", "sold_at", "sku", "product", "quantity", "unit_price", "currency")
STORES = {"STORE-001": "EUR", "STORE-002": "EUR", "STORE-003": "CHF"}
PRODUCTS = (
    ("APL-1", "Apples, 1 kg", Decimal("2.49")),
    ("BRD-5", 'Bread "Kraxe", 500 g', Decimal("3.20")),
    ("CFF-2", "Café moulu 250 g", Decimal("5.95")),
    ("MLK-1", "Milk 1 l", Decimal("1.19")),
    ("OIL-7", "Olive oil 0.7 l", Decimal("9.90")),
)
SALES_PER_STORE = 120
RUNS_AT = timedelta(hours=2)
"""After midnight, UTC: when daily_retail_etl is scheduled."""


@dataclass(frozen=True)
class StoreFile:
    """What one store uploads. `bad_lines` of its lines are mistaken."""

    name: str
    body: bytes
    bad_lines: int


def finished_day(now: datetime) -> date:
    """The day of sales that the latest nightly run is about."""
    return (now.astimezone(UTC) - RUNS_AT).date() - timedelta(days=1)


def files_of(day: date) -> list[StoreFile]:
    """The three stores' files of a day."""
    chance = random.Random(day.toordinal())  # noqa: S311 - sales, no secrets
    return [_file(store, currency, day, chance) for store, currency in STORES.items()]


def _file(store: str, currency: str, day: date, chance: random.Random) -> StoreFile:
    rows = [_sale(number, store, currency, day, chance) for number in range(1, SALES_PER_STORE + 1)]
    bad = _mistakes(store, rows)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(rows + bad)
    return StoreFile(f"{store.lower()}.csv", text.getvalue().encode(), len(bad))


def _sale(number: int, store: str, currency: str, day: date, chance: random.Random) -> list[str]:
    sku, product, price = chance.choice(PRODUCTS)
    opened = datetime.combine(day, time(8))
    sold_at = opened + timedelta(seconds=chance.randrange(12 * 3600))
    return [
        f"S{store[-1]}-{number:04}",
        store,
        sold_at.isoformat(),
        sku,
        product,
        str(chance.randint(1, 9)),
        str(price),
        currency,
    ]


def _mistakes(store: str, rows: list[list[str]]) -> list[list[str]]:
    """Lines that a till of this store got wrong; the second store's tills are fine."""
    first, second = list(rows[0]), list(rows[1])
    if store == "STORE-001":
        first[0], first[5] = "S1-9001", "0"
        return [first, second]  # no quantity, and a sale that was told of twice
    if store == "STORE-003":
        first[0], second[0] = "S3-9001", "S3-9002"
        first[7] = "Franken"
        return [first, second[:-2]]  # an unknown currency, and a line that breaks off
    return []
