"""What an MWAA image brings for DAG files to import, from dated data."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mwaactl.model import catalog

DEFAULT_PYTHON = "3.12"
MOST_RECENT_MINOR_FOR_3_11 = (2, 10)


@dataclass(frozen=True)
class RuntimePins:
    """`generated` is the time of the official constraints; None where the version is not known to us."""

    version: str
    python: str
    generated: str | None
    providers: tuple[tuple[str, str], ...]
    essential: tuple[tuple[str, str], ...]

    @property
    def is_airflow_3(self) -> bool:
        """Whether it is Airflow 3 or later."""
        return int(self.version.split(".")[0]) >= 3

    @property
    def packages(self) -> tuple[str, ...]:
        """What to install: Airflow and the providers that MWAA preinstalls, as far as DAG files import them.

        Left out is what only MWAA's own processes use: pycurl, psycopg2 built from source, fluent-logger, boto3-stubs.
        """
        names = ["amazon", "celery", "fab", "postgres"] + (["standard"] if self.is_airflow_3 else [])
        pins = dict(self.providers)
        providers = (f"apache-airflow-providers-{name}" + (f"=={pins[name]}" if name in pins else "") for name in names)
        return (f"apache-airflow[celery,statsd]=={self.version}", *providers, "virtualenv")

    @property
    def constraints(self) -> tuple[str, ...]:
        """The pins that no requirements.txt may change, and those of the providers."""
        providers = (f"apache-airflow-providers-{name}=={version}" for name, version in self.providers)
        return (*self.essential_constraints, *providers)

    @property
    def essential_constraints(self) -> tuple[str, ...]:
        """The pins that hold even where requirements.txt names constraints of its own."""
        return (f"apache-airflow=={self.version}", *(f"{name}=={version}" for name, version in self.essential))

    @property
    def constraints_url(self) -> str:
        """Where the Airflow project publishes the constraints."""
        base = "https://raw.githubusercontent.com/apache/airflow"
        return f"{base}/constraints-{self.version}/constraints-{self.python}.txt"


def runtime_pins(version: str) -> RuntimePins:
    """What is known about a version; of an unknown one only the Python, by the rule of its neighbours."""
    entry = catalog.data("airflow_runtimes")["runtimes"].get(version)
    known = catalog.find_version(version)
    python = known.python if known and known.python else _python(version)
    if entry is None:
        return RuntimePins(version, python, None, (), ())
    return RuntimePins(
        version, python, entry["generated"], tuple(entry["providers"].items()), tuple(entry["essential"].items())
    )


def _python(version: str) -> str:
    numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    return "3.11" if numbers <= MOST_RECENT_MINOR_FOR_3_11 else DEFAULT_PYTHON
