"""What MWAA offers, from dated data files: Airflow versions, environment classes, prices, and options it ignores."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

DATA = Path(__file__).parent / "data"
DATA_FILES = ("airflow_versions", "environment_classes", "mwaa_pins", "prices", "airflow_options")

Component = Literal["environment", "worker", "scheduler", "webserver"]


@dataclass(frozen=True)
class AirflowVersion:
    """`python` is None where the guide no longer says; `end_of_support` is None while AWS has announced no date."""

    version: str
    available: date | None
    python: str | None
    end_of_support: date | None

    @property
    def order(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self.version.split("."))

    @property
    def minor(self) -> str:
        return ".".join(self.version.split(".")[:2])


@dataclass(frozen=True)
class Size:
    """vCPU and memory of one container or database."""

    vcpu: int
    memory_gb: int


@dataclass(frozen=True)
class Count:
    """How many of a component the service accepts."""

    fewest: int
    most: int
    default: int

    def __str__(self) -> str:
        return str(self.most) if self.fewest == self.most else f"{self.fewest} to {self.most}"


@dataclass(frozen=True)
class EnvironmentClass:
    """`dags` is the guide's capacity; `tasks_per_worker` how many tasks a worker runs at once by default."""

    name: str
    dags: int
    tasks_per_worker: int
    webserver: Size
    worker: Size
    scheduler: Size
    database: Size
    schedulers: Count
    webservers: Count
    workers: Count


@dataclass(frozen=True)
class AirflowOptions:
    """Options MWAA forces (with what to do instead), and those Airflow 3 renamed or removed."""

    forced: dict[str, str]
    renamed_in_3: dict[str, str]
    removed_in_3: frozenset[str]


@cache
def data(name: str) -> dict[str, Any]:
    """One data file as written, with its `as_of` and `source`. Treat it as read-only."""
    text = (DATA / f"{name}.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return loaded


@cache
def airflow_versions() -> tuple[AirflowVersion, ...]:
    """Every version MWAA offers or offered, newest first."""
    known = (
        AirflowVersion(entry["version"], _date(entry["available"]), entry["python"], _date(entry["end_of_support"]))
        for entry in data("airflow_versions")["versions"]
    )
    return tuple(sorted(known, key=lambda version: version.order, reverse=True))


def find_version(version: str) -> AirflowVersion | None:
    """The entry of exactly this version, or None where MWAA never offered it."""
    return next((known for known in airflow_versions() if known.version == version), None)


def is_supported(version: str, today: date) -> bool:
    """Whether new environments may have this version: MWAA offers it and its support has not ended."""
    known = find_version(version)
    return known is not None and (known.end_of_support is None or known.end_of_support >= today)


def supported_versions(today: date) -> tuple[AirflowVersion, ...]:
    """The versions that new environments may have, newest first."""
    return tuple(known for known in airflow_versions() if is_supported(known.version, today))


def pins(version: str) -> dict[str, str]:
    """The packages, by canonical name, that MWAA pins for an Airflow version whatever requirements.txt says.

    Of a version whose file we have not seen, Airflow itself.
    """
    known: dict[str, dict[str, str]] = data("mwaa_pins")["pins"]
    return known.get(version, {"apache-airflow": version})


@cache
def environment_classes() -> tuple[EnvironmentClass, ...]:
    """Every environment class, smallest first."""
    return tuple(_environment_class(entry) for entry in data("environment_classes")["classes"])


def environment_class(name: str) -> EnvironmentClass | None:
    """The class of this name, such as mw1.small, or None."""
    return next((known for known in environment_classes() if known.name == name), None)


@cache
def airflow_options() -> AirflowOptions:
    """The options that do not do what they say on MWAA or on Airflow 3."""
    entry = data("airflow_options")
    return AirflowOptions(entry["forced"], entry["renamed_in_3"], frozenset(entry["removed_in_3"]))


def hourly_price(component: Component, class_name: str) -> Decimal | None:
    """USD per hour in us-east-1 of an environment, or of one additional worker, scheduler or web server.

    None is unknown: no trustworthy source gives the price. Show it as "not estimated".
    """
    return _decimal(data("prices")["hourly"][component].get(class_name))


def network_price(item: str) -> Decimal | None:
    """USD in us-east-1 of one item of the file's `network` part, such as `nat_gateway` per hour; None is unknown."""
    return _decimal(data("prices")["network"][item])


def metadata_database_price() -> Decimal | None:
    """USD per GB-month of the metadata database in us-east-1."""
    return _decimal(data("prices")["metadata_database_gb_month"])


def monthly_price(item: str) -> Decimal | None:
    """USD per month in us-east-1 of one item of the file's `monthly` part, such as `kms_key`; None is unknown."""
    return _decimal(data("prices")["monthly"][item])


def prices_date() -> str:
    """The day of the prices, such as 2026-11-22."""
    return str(data("prices")["as_of"])


def prices_region() -> str:
    """The Region whose prices these are."""
    return str(data("prices")["region"])


def _environment_class(entry: dict[str, Any]) -> EnvironmentClass:
    sizes, counts = entry["sizes"], entry["counts"]
    return EnvironmentClass(
        name=entry["name"],
        dags=entry["dags"],
        tasks_per_worker=entry["tasks_per_worker"],
        webserver=Size(*sizes["webserver"]),
        worker=Size(*sizes["worker"]),
        scheduler=Size(*sizes["scheduler"]),
        database=Size(*sizes["database"]),
        schedulers=Count(*counts["schedulers"]),
        webservers=Count(*counts["webservers"]),
        workers=Count(*counts["workers"]),
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None
