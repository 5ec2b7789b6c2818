"""The sample pipeline in an environment of the sandbox, as `make demo` runs it, and what comes of it."""

from __future__ import annotations

import csv
import json
import os
import subprocess  # noqa: TID251 - runs the demo as make does
import sys
import time
from datetime import UTC, date, datetime

from demo.sales import SALES_PER_STORE, files_of, finished_day
from integration.project_fixtures import Copy, Run

PATIENCE_S = 400
DAY = finished_day(datetime.now(UTC))
COLUMNS = "store_id, sale_id, sku, product, quantity, unit_price, amount, currency"


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


def good_sales(day: date) -> list[tuple[str, ...]]:
    """What the stores' files say, by the csv module alone: the demo puts its bad lines behind the good ones."""
    expected = []
    for file in files_of(day):
        rows = list(csv.reader(file.body.decode().splitlines()))[1 : SALES_PER_STORE + 1]
        for sale_id, store, _, sku, product, quantity, price, currency in rows:
            amount = f"{int(quantity) * int(price.replace('.', '')) / 100:.2f}"
            expected.append((store, sale_id, sku, product, quantity, price, amount, currency))
    return sorted(expected)
