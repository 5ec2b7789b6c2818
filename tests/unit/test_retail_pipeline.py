"""The day of a run, the threshold, the statements of the load, the words of the notices, startup.sh."""

from __future__ import annotations

import sqlite3
import subprocess  # noqa: TID251 - startup.sh is run by bash
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from retail import landing, notices, warehouse
from retail.days import sales_day
from retail.landing import Count, TooManyRejectsError

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 1, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "start", "day"),
    [
        (None, datetime(2026, 1, 31, 2, tzinfo=UTC), date(2026, 1, 31)),
        ("2026-01-05", datetime(2026, 1, 31, 2, tzinfo=UTC), date(2026, 1, 5)),
        (None, None, date(2026, 2, 28)),
        ("2026-01-05", None, date(2026, 1, 5)),
    ],
    ids=["scheduled", "asked for", "no data interval", "asked for without one"],
)
def test_sales_day(asked: str | None, start: datetime | None, day: date) -> None:
    assert sales_day(asked, start, NOW) == day


def test_sales_day_when_it_is_no_date_then_it_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid isoformat"):
        sales_day("2026-01-31'; DROP TABLE sales", None, NOW)


COUNTS = (Count("store-001.csv", 98, 2), Count("store-002.csv", 0, 0))


def test_accepted_when_as_many_lines_are_bad_as_may_be_then_it_tells_the_counts() -> None:
    assert landing.accepted(COUNTS, 2) == "store-001.csv 98 good 2 bad, store-002.csv 0 good 0 bad"
    assert landing.accepted([Count("closed.csv", 0, 0)], 0) == "closed.csv 0 good 0 bad"


def test_accepted_when_more_are_bad_then_it_fails_and_names_the_counts() -> None:
    with pytest.raises(TooManyRejectsError) as caught:
        landing.accepted(COUNTS, 1.9)
    assert str(caught.value) == (
        "2 lines, 2.0 %, are bad, and 1.9 % may be: store-001.csv 98 good 2 bad, store-002.csv 0 good 0 bad"
    )


def test_a_second_load_of_a_day_changes_nothing_and_leaves_other_days() -> None:
    database = sqlite3.connect(":memory:")
    sale = ("STORE-001", "a", "2026-01-31 10:00:00", "x", "y", 1, 2.5, 2.5, "EUR")
    for day in ("2026-01-30", "2026-01-31", "2026-01-31"):
        table, delete, copy = warehouse.load_day(day, f"s3://bucket/retail/curated/day={day}/")
        database.execute(table)
        database.execute(delete)
        assert copy.startswith(
            f"COPY sales ({', '.join(warehouse.COLUMNS)}) FROM 's3://bucket/retail/curated/day={day}/'"
        )
        database.execute(
            f"INSERT INTO sales ({', '.join(warehouse.COLUMNS)}) VALUES ({','.join('?' * 10)})", (day, *sale)
        )
    assert database.execute("SELECT day, count(*) FROM sales GROUP BY day").fetchall() == [
        ("2026-01-30", 1),
        ("2026-01-31", 1),
    ]
    database.close()


def test_failed_tasks_are_asked_of_whichever_airflow_it_is() -> None:
    states = {"extract": "success", "clean": "failed", "accept": "failed", "load": "upstream_failed"}
    three = SimpleNamespace(
        dag_id="d",
        run_id="r",
        get_task_states=lambda dag_id, run_ids: {run: states for run in run_ids if dag_id == "d"},
    )
    two = SimpleNamespace(get_task_instances=lambda: [SimpleNamespace(task_id=t, state=s) for t, s in states.items()])
    assert notices.failed_tasks(three, object()) == ["accept", "clean"]
    assert notices.failed_tasks(SimpleNamespace(), two) == ["accept", "clean"]


def test_log_hint_names_streams_as_cloudwatch_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_ENV_NAME", "retail-dev")
    ti = SimpleNamespace(dag_id="daily_retail_etl", run_id="scheduled__2026-01-31T02:00:00+00:00")
    assert notices.log_hint(ti, ["clean"]) == (
        "log group airflow-retail-dev-Task, streams "
        "dag_id=daily_retail_etl/run_id=scheduled__2026-01-31T02_00_00+00_00/task_id=clean"
    )


@pytest.mark.parametrize(
    ("region", "partition"), [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_startup_exports_the_names_that_terraform_gives(region: str, partition: str) -> None:
    variables = {"AIRFLOW_ENV_NAME": "retail-dev", "AWS_REGION": region, "CUSTOMER_ACCOUNT_ID": "111111111111"}
    done = subprocess.run(
        ["/bin/bash", "-c", "source dags/startup.sh > /dev/null; env"],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )
    found = dict(line.split("=", 1) for line in done.stdout.splitlines() if line.startswith("AIRFLOW_VAR_"))
    assert found == {
        "AIRFLOW_VAR_RETAIL_BUCKET": f"retail-dev-mwaa-111111111111-{region}",
        "AIRFLOW_VAR_RETAIL_GLUE_JOB": "retail-dev-clean-sales",
        "AIRFLOW_VAR_RETAIL_TOPIC_ARN": f"arn:{partition}:sns:{region}:111111111111:retail-dev-retail",
    }
    assert b"\r" not in (ROOT / "dags/startup.sh").read_bytes()
