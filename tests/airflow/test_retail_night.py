"""`make demo` as it is: the sample pipeline in a real Airflow 2 and 3 at once, on what the sandbox has of AWS."""

from __future__ import annotations

import csv
import json
import os
import subprocess  # noqa: TID251 - runs the demo as make does
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from demo.sales import SALES_PER_STORE, files_of, finished_day
from integration.project_fixtures import ROOT, Copy, Run, make_copy

pytestmark = pytest.mark.integration

ENVIRONMENTS = {"dev": "2.10.3", "stage": "3.3.1"}
PATIENCE_S = 400
DAY = finished_day(datetime.now(UTC))
BROKEN_DAY = DAY - timedelta(days=1)
COLUMNS = "store_id, sale_id, sku, product, quantity, unit_price, amount, currency"


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


class Shop:
    """An environment, and ways to look at what the pipeline does in it."""

    def __init__(self, copy: Copy, name: str) -> None:
        self.copy = copy
        self.name = name

    def demo(self) -> str:
        """What `make demo ARGS='--environment NAME'` says; it must succeed."""
        done = subprocess.run(
            [sys.executable, "-m", "demo", "--environment", self.name],
            cwd=self.copy.root,
            env={name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MWAACTL_"))},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def run(self, day: date) -> Run:
        """The pipeline, about `day`."""
        conf = json.dumps({"day": day.isoformat()})
        return self.copy.run("--sandbox", "dags", "run", self.name, "daily_retail_etl", "--conf", conf, "--wait")

    def sold(self, day: date) -> list[tuple[str, ...]]:
        """What the warehouse holds of a day, sorted."""
        data = self.copy.client("redshift-data", self.name)
        asked = data.execute_statement(
            WorkgroupName=f"retail-{self.name}-retail",
            Database="retail",
            Sql=f"SELECT {COLUMNS} FROM sales WHERE day = '{day}'",
        )
        while (state := data.describe_statement(Id=asked["Id"]))["Status"] not in ("FINISHED", "FAILED", "ABORTED"):
            time.sleep(0.1)
        assert state["Status"] == "FINISHED", state
        pages = data.get_paginator("get_statement_result").paginate(Id=asked["Id"])
        records = [record for page in pages for record in page["Records"]]
        return sorted(tuple(str(next(iter(field.values()))) for field in record) for record in records)

    def put(self, day: date, file: str, body: bytes) -> None:
        bucket = self.copy.model(self.name).bucket_name
        self.copy.client("s3", self.name).put_object(Bucket=bucket, Key=f"retail/landing/day={day}/{file}", Body=body)

    def subjects(self) -> list[str]:
        """Subjects of the notices of this environment, the oldest first."""
        messages = self.copy.ok("sandbox", "inbox", "--output", "json").envelope["data"]["messages"]
        return [one["subject"] for one in messages if one["topic"].endswith(f":retail-{self.name}-retail")]

    def night(self) -> Night:
        """The demo, its day once more, and a day with a broken file."""
        demo = self.demo()
        first = self.sold(DAY)
        again = self.run(DAY)
        second = self.sold(DAY)
        self.put(BROKEN_DAY, "store-001.csv", (ROOT / "tests/data/retail/missing-column.csv").read_bytes())
        broken = self.run(BROKEN_DAY)
        return Night(self.name, demo, first, again, second, broken, self.sold(BROKEN_DAY), self.subjects())


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
            found = pool.map(lambda name: Shop(copy, name).night(), ENVIRONMENTS)
            yield {night.name: night for night in found}
    finally:
        copy.ok("sandbox", "stop")


@pytest.fixture(params=ENVIRONMENTS)
def night(request: pytest.FixtureRequest, nights: dict[str, Night]) -> Night:
    return nights[request.param]


def good_sales(day: date) -> list[tuple[str, ...]]:
    """What the stores' files say, by the csv module alone: the demo puts its bad lines behind the good ones."""
    expected = []
    for file in files_of(day):
        rows = list(csv.reader(file.body.decode().splitlines()))[1 : SALES_PER_STORE + 1]
        for sale_id, store, _, sku, product, quantity, price, currency in rows:
            amount = f"{int(quantity) * int(price.replace('.', '')) / 100:.2f}"
            expected.append((store, sale_id, sku, product, quantity, price, amount, currency))
    return sorted(expected)


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
