"""The lines of a month's bill: amounts of a footprint times prices, with what had to be assumed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from mwaactl.model import catalog
from mwaactl.model.footprint import Capacity, Footprint, Range

HOURS = 730
"""Hours of a month, as the AWS Pricing Calculator counts them: 8760 / 12."""

INCLUDED_WORKERS = 1
"""Workers in the price of an environment: AWS's example says "50 less 1 included with environment"."""

METADATA_GB = (10, 40)
"""GB of the metadata database in AWS's examples: "typical data retention", and half a year of 200 daily DAGs."""

LOG_GB = 1
"""GB a month of each log that is written. Our assumption: nothing in the configuration tells how much DAGs log."""

BUCKET_GB = 1
"""GB of DAGs, artifacts and their old versions. Our assumption."""

NO_PRICE = "no price is known"

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class CostItem:
    """One line. `low` and `high` are USD per month (fewest and most workers, for instance); None is unknown."""

    name: str
    low: Decimal | None
    high: Decimal | None
    basis: str  # what was multiplied and assumed, such as `2 x 0.055 USD x 730 h`


def bill(footprint: Footprint) -> tuple[CostItem, ...]:
    """The lines of the bill, without those of which there is nothing."""
    capacity = _capacity(footprint.capacity) if footprint.capacity else ()
    counted = (
        _hourly("NAT gateways", footprint.nat_gateways, "nat_gateway"),
        _hourly("public IPv4 addresses", footprint.public_addresses, "public_ipv4"),
        _hourly("interface endpoints x zones", footprint.endpoint_zones, "interface_endpoint_per_zone"),
        _hourly("MWAA's own endpoints x zones", footprint.service_endpoint_zones, "interface_endpoint_per_zone"),
        _monthly("KMS keys", footprint.kms_keys, "kms_key"),
        _monthly("alarms", footprint.alarms, "alarm"),
        _monthly("dashboards", footprint.dashboards, "dashboard"),
        _logs(footprint.log_days),
        _monthly("S3 storage", footprint.buckets * BUCKET_GB, "bucket_gb", " GB (assumed)"),
        _warehouse(footprint.warehouse_rpus),
    )
    return (*capacity, *(item for item in counted if item))


def rounded(amount: Decimal | None, rate: Decimal = Decimal(1)) -> Decimal | None:
    """`amount` x `rate` in whole cents; what is unknown stays unknown."""
    return None if amount is None else (amount * rate).quantize(_CENT, ROUND_HALF_UP)


def _capacity(capacity: Capacity) -> Iterator[CostItem]:
    name = capacity.environment_class
    size = catalog.environment_class(name) or catalog.environment_class("mw1.small")
    price = catalog.hourly_price("environment", name)
    yield _item(f"environment {name or '(class not known)'}", (1, 1), price, hours=HOURS)
    schedulers = (capacity.schedulers, capacity.schedulers)
    additional: tuple[tuple[str, catalog.Component, Range, int], ...] = (
        ("schedulers", "scheduler", schedulers, size.schedulers.fewest if size else 0),
        ("web servers", "webserver", capacity.webservers, size.webservers.fewest if size else 0),
        ("workers", "worker", capacity.workers, INCLUDED_WORKERS),
    )
    for words, component, (fewest, most), included in additional:
        if most > included:
            counts = (max(0, fewest - included), most - included)
            price = catalog.hourly_price(component, name)
            yield _item(f"additional {words}", counts, price, f" beyond the {included} included", HOURS)
    yield _item("metadata database", METADATA_GB, catalog.metadata_database_price(), " GB (AWS's examples)")


def _logs(days: tuple[int, ...]) -> CostItem | None:
    """Least: the first month. Most: once the log groups are as full as their retention lets them become."""
    if not days:
        return None
    arriving, kept = catalog.monthly_price("logs_ingestion_gb"), catalog.monthly_price("logs_storage_gb")
    basis = f"{len(days)} logs x {LOG_GB} GB (assumed), kept {_spread((min(days), max(days)))} days"
    if arriving is None or kept is None:
        return CostItem("logs", None, None, f"{basis}; {NO_PRICE}")
    stored = (sum(min(one, 30) for one in days), sum(days))  # GB-days
    low, high = (LOG_GB * (len(days) * arriving + gb_days * kept / 30) for gb_days in stored)
    return CostItem("logs", rounded(low), rounded(high), f"{basis}, x {arriving} USD, then {kept} USD a month")


def _warehouse(rpus: int) -> CostItem | None:
    """Billed by the second while queries run, which nothing in the configuration tells; and its storage."""
    return CostItem("Redshift Serverless", None, None, f"{rpus} RPUs while queries run; {NO_PRICE}") if rpus else None


def _hourly(name: str, count: int, price: str) -> CostItem | None:
    return _item(name, (count, count), catalog.network_price(price), hours=HOURS) if count else None


def _monthly(name: str, count: int, price: str, unit: str = "") -> CostItem | None:
    return _item(name, (count, count), catalog.monthly_price(price), unit) if count else None


def _item(name: str, counts: Range, price: Decimal | None, unit: str = "", hours: int = 0) -> CostItem:
    """`counts`, fewest and most, x `price`, x `hours` when the price is for one."""
    amount = f"{_spread(counts)}{unit}"
    if price is None:
        return CostItem(name, None, None, f"{amount}; {NO_PRICE}")
    low, high = (rounded(count * price * (hours or 1)) for count in counts)
    return CostItem(name, low, high, f"{amount} x {price} USD" + (f" x {hours} h" if hours else ""))


def _spread(counts: Range) -> str:
    low, high = counts
    return str(low) if low == high else f"{low} to {high}"
