"""`make demo` as it is: the sample pipeline in a real Airflow 2 and 3 at once, on what the sandbox has of AWS."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from retail_shop import DAY, Shop, good_sales

from integration.project_fixtures import ROOT, Run, make_copy

pytestmark = pytest.mark.integration

ENVIRONMENTS = {"dev": "2.10.3", "stage": "3.3.1"}
BROKEN_DAY = DAY - timedelta(days=1)


@dataclass(frozen=True)
class Night:
    """What the demo and two more runs of the pipeline did in one environment."""

    name: str
    demo: str
    first: list[tuple[str, ...]]
    again: Run
    second: list[tuple[str, ...]]
    broken: Run
    third: list[tuple[str, ...]]
    subjects: list[str]


def night_of(shop: Shop) -> Night:
    """The demo, its day once more, and a day with a broken file."""
    demo = shop.demo()
    first = shop.sold(DAY)
    again = shop.run(DAY)
    second = shop.sold(DAY)
    shop.put(BROKEN_DAY, "store-001.csv", (ROOT / "tests/data/retail/missing-column.csv").read_bytes())
    broken = shop.run(BROKEN_DAY)
    return Night(shop.name, demo, first, again, second, broken, shop.sold(BROKEN_DAY), shop.subjects())


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Night]]:
    """Both environments, side by side in one sandbox."""
    copy = make_copy(tmp_path_factory.mktemp("demo"))
    (copy.root / "dags" / "requirements-3.txt").write_text("# MWAA brings all that the DAGs need\n")

    def is_newest(document: dict[str, Any]) -> None:
        document["mwaa"]["airflow_version"] = ENVIRONMENTS["stage"]
        document["artifacts"] = {"requirements": "dags/requirements-3.txt"}

    copy.change("stage", is_newest)
    try:
        with ThreadPoolExecutor() as pool:
            found = pool.map(lambda name: night_of(Shop(copy, name)), ENVIRONMENTS)
            yield {night.name: night for night in found}
    finally:
        copy.ok("sandbox", "stop")


@pytest.fixture(params=ENVIRONMENTS)
def night(request: pytest.FixtureRequest, nights: dict[str, Night]) -> Night:
    return nights[request.param]


def test_demo_loads_what_the_files_say_and_tells_of_it(night: Night) -> None:
    assert f"Airflow     {ENVIRONMENTS[night.name]}, AVAILABLE" in night.demo, night.demo
    assert "success after" in night.demo, night.demo
    assert night.first == good_sales(DAY)
    assert night.subjects[0] == f"Retail sales of {DAY}: done"
    assert "sale_id S1-0002 was met before, in line 3 of STORE-001" in night.demo


def test_second_run_of_a_day_loads_nothing_twice(night: Night) -> None:
    assert night.again.code == 0, night.again.everything
    assert night.second == good_sales(DAY)


def test_broken_file_fails_the_task_that_judges_and_notifies(night: Night) -> None:
    assert night.broken.code == 1, night.broken.everything
    assert "accept failed" in night.broken.err, night.broken.everything
    assert night.third == []
    assert night.subjects[-1] == f"Retail sales of {BROKEN_DAY}: FAILED"
