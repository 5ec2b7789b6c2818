"""A day of sales through the bucket: landed, validated, cleaned by the Glue script in a process of its own."""

from __future__ import annotations

import csv
import gzip
import io
import subprocess  # noqa: TID251 - runs the Glue script as Glue does
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sandbox_fixtures import client, inside

from mwaactl.adapters.sandbox import SandboxState
from retail import landing
from retail.landing import CURATED, LANDING, REJECTS, VALID, Count, prefix_of_day

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
DAY = date(2026, 1, 31)
FILES = ROOT / "tests/data/retail"
STORES = ["store-001.csv", "store-002.csv", "store-003.csv"]
SCRIPT = ROOT / "modules/retail/scripts/clean_sales.py"


@pytest.fixture
def bucket(state: SandboxState) -> str:
    """A bucket with the files of three stores, and with what is not ours."""
    s3, name = client(state, "s3"), "retail-dev-mwaa"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for file in STORES:
        s3.upload_file(str(FILES / file), name, prefix_of_day(LANDING, DAY) + file)
    for key in ("notes.txt", "old/store-001.csv", ""):
        s3.put_object(Bucket=name, Key=prefix_of_day(LANDING, DAY) + key, Body=b"")
    s3.put_object(Bucket=name, Key=f"{LANDING}/day=2026-01-30/store-009.csv", Body=b"")
    return name


def validated(state: SandboxState, bucket: str) -> list[Count]:
    s3 = client(state, "s3")
    return landing.validate_day(s3, bucket, DAY, landing.files_of_day(s3, bucket, DAY))


def cleaned(state: SandboxState, bucket: str) -> subprocess.CompletedProcess[str]:
    """The job's script with the arguments that the DAG gives, and one of Glue's own."""
    arguments = {
        "bucket": bucket,
        "day": str(DAY),
        "source": prefix_of_day(VALID, DAY),
        "target": prefix_of_day(CURATED, DAY),
    }
    return subprocess.run(
        [
            sys.executable,
            str(SCRIPT),
            *(f"--{name}={value}" for name, value in arguments.items()),
            "--job-language=python",
        ],
        env=inside(state),
        capture_output=True,
        text=True,
        check=False,
    )


def bodies(state: SandboxState, bucket: str, folder: str) -> dict[str, bytes]:
    """Name and content of the day's files in a folder."""
    s3, prefix = client(state, "s3"), prefix_of_day(folder, DAY)
    found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    return {
        entry["Key"].removeprefix(prefix): s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
        for entry in found
    }


def table(body: bytes) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(body.decode(), newline="")))


def test_files_of_day_are_the_csv_files_of_that_day(state: SandboxState, bucket: str) -> None:
    assert landing.files_of_day(client(state, "s3"), bucket, DAY) == STORES
    assert landing.files_of_day(client(state, "s3"), bucket, date(2026, 2, 1)) == []


def test_validate_splits_every_file_and_says_why(state: SandboxState, bucket: str) -> None:
    assert validated(state, bucket) == [
        Count("store-001.csv", 3, 0),
        Count("store-002.csv", 3, 0),
        Count("store-003.csv", 2, 22),
    ]
    assert sorted(bodies(state, bucket, VALID)) == STORES
    [(name, rejects)] = bodies(state, bucket, REJECTS).items()
    assert name == "store-003.csv"
    rows = table(rejects)
    assert len(rows) == 22
    assert rows[0] == {
        "line": "3",
        "reason": "7 columns instead of 8",
        "text": "S3-0002,STORE-003,2026-01-31T10:00:00,APL-1,too few,1,2.49",
    }


def test_a_mended_and_a_withdrawn_file_leave_nothing_behind(state: SandboxState, bucket: str) -> None:
    s3 = client(state, "s3")
    validated(state, bucket)
    assert cleaned(state, bucket).returncode == 0
    good = (FILES / "store-003.csv").read_bytes().splitlines(keepends=True)[:2]
    s3.put_object(Bucket=bucket, Key=prefix_of_day(LANDING, DAY) + "store-003.csv", Body=b"".join(good))
    s3.delete_object(Bucket=bucket, Key=prefix_of_day(LANDING, DAY) + "store-002.csv")
    validated(state, bucket)
    assert cleaned(state, bucket).returncode == 0
    assert sorted(bodies(state, bucket, VALID)) == ["store-001.csv", "store-003.csv"]
    assert bodies(state, bucket, REJECTS) == {}
    assert sorted(bodies(state, bucket, CURATED)) == ["store-001.csv.gz", "store-003.csv.gz"]


def test_clean_writes_what_redshift_copies_and_a_second_run_writes_the_same(state: SandboxState, bucket: str) -> None:
    validated(state, bucket)
    first = cleaned(state, bucket)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.splitlines()[-1] == f"8 lines of 2026-01-31 in s3://{bucket}/retail/curated/day=2026-01-31/"
    curated = bodies(state, bucket, CURATED)
    assert sorted(curated) == [f"{name}.gz" for name in STORES]
    [row, *_] = table(gzip.decompress(curated["store-002.csv.gz"]))
    assert row == {
        "day": "2026-01-31", "store_id": "STORE-002", "sale_id": "S2-0001", "sold_at": "2026-01-31 08:00:00",
        "sku": "APL-1", "product": 'Äpfel, "Elstar" 1 kg', "quantity": "1", "unit_price": "2.75", "amount": "2.75",
        "currency": "CHF",
    }  # fmt: skip
    validated(state, bucket)
    assert cleaned(state, bucket).returncode == 0
    assert bodies(state, bucket, CURATED) == curated


def test_clean_when_nothing_was_validated_then_it_fails(state: SandboxState, bucket: str) -> None:
    done = cleaned(state, bucket)
    assert done.returncode == 1
    assert "nothing to clean" in done.stderr


def test_an_empty_file_is_a_bad_one_and_a_header_alone_is_a_closed_store(state: SandboxState, bucket: str) -> None:
    s3 = client(state, "s3")
    for file in ("empty.csv", "header-only.csv"):
        s3.upload_file(str(FILES / file), bucket, prefix_of_day(LANDING, DAY) + file)
    counts = {one.file: (one.accepted, one.rejected) for one in validated(state, bucket)}
    assert (counts["empty.csv"], counts["header-only.csv"]) == ((0, 1), (0, 0))
    assert cleaned(state, bucket).returncode == 0
