"""Real Airflow for tests: the runtimes of MWAA's most used version and the newest that installs here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_fixtures import chromium
from web_fixtures import web

from mwaactl.adapters.airflow.cache import cache_folder
from mwaactl.adapters.airflow.import_server import stop_servers
from mwaactl.adapters.airflow.installed import Runtime
from mwaactl.adapters.airflow.runtime import Runtimes
from mwaactl.adapters.interrupt import Interrupt
from mwaactl.errors import ToolMissing

__all__ = ["chromium", "web"]

AIRFLOW_2 = "2.10.3"
NEWEST_FIRST = ("3.3.1", "3.2.1", "3.0.6")


@pytest.fixture(scope="session")
def runtimes() -> Runtimes:
    """The user's own runtimes: built once, by whichever worker comes first."""
    return Runtimes(cache_folder(os.environ), dict(os.environ), Interrupt())


@pytest.fixture(scope="session")
def airflow_2(runtimes: Runtimes) -> Runtime:
    return runtimes.runtime(AIRFLOW_2)


@pytest.fixture(scope="session")
def airflow_3(runtimes: Runtimes) -> Runtime:
    """The newest that installs here."""
    problems = []
    for version in NEWEST_FIRST:
        try:
            return runtimes.runtime(version)
        except ToolMissing as error:
            problems.append(f"{version}: {error.cause}")
    pytest.fail("no Airflow 3 installs here:\n" + "\n".join(problems))


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache folder for all tests; servers that they left running end with it."""
    folder = tmp_path_factory.mktemp("cache")
    yield folder
    for servers in folder.rglob("servers"):
        stop_servers(servers.parent)
