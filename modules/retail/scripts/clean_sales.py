"""Glue job, Python shell 3.9: one day's valid sales, as stores wrote them, into what Redshift copies.

    clean_sales.py --bucket BUCKET --day 2026-01-31 \\
        --source retail/valid/day=2026-01-31/ --target retail/curated/day=2026-01-31/

Each STORE.csv becomes STORE.csv.gz, of the same bytes whenever it runs; what an earlier run left beside them goes.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import sys
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import IO

    from mypy_boto3_s3 import S3Client

COLUMNS = ("day", "store_id", "sale_id", "sold_at", "sku", "product", "quantity", "unit_price", "amount", "currency")
CENT = Decimal("0.01")


def cleaned(row: dict[str, str], day: str) -> tuple[str, ...]:
    """One valid line in the order of COLUMNS: trimmed, names in capitals, amounts with a point, times alike."""
    value = {name: " ".join(text.split()) for name, text in row.items()}
    quantity = int(value["quantity"])
    unit_price = Decimal(value["unit_price"].replace(",", ".")).quantize(CENT, ROUND_HALF_UP)
    return (
        day,
        value["store_id"].upper(),
        value["sale_id"],
        wall_clock(value["sold_at"]),
        value["sku"].upper(),
        value["product"],
        str(quantity),
        str(unit_price),
        str(unit_price * quantity),
        value["currency"].upper(),
    )


def wall_clock(text: str) -> str:
    """2026-01-31 17:05:00 as the store's clock showed it, of any form of ISO 8601 that validation lets through."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))  # Python 3.9 does not know the Z
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def clean_file(source: Iterable[str], target: IO[bytes], day: str) -> int:
    """Write the cleaned lines of one file, compressed; their number. No clock gets into the bytes."""
    count = 0
    packed = gzip.GzipFile(filename="", mode="wb", fileobj=target, mtime=0)
    with packed, io.TextIOWrapper(packed, encoding="utf-8", newline="") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in csv.DictReader(source, strict=True):
            writer.writerow(cleaned(row, day))
            count += 1
    return count


def clean_day(s3: S3Client, bucket: str, day: str, source: str, target: str) -> dict[str, int]:
    """Clean all files below `source` into `target`; the number of lines of each."""
    counts = {}
    for key in list(keys(s3, bucket, source)):
        name = key[len(source) :]
        with TemporaryFile() as valid, TemporaryFile() as curated:
            s3.download_fileobj(bucket, key, valid)
            valid.seek(0)
            counts[name] = clean_file(io.TextIOWrapper(valid, encoding="utf-8", newline=""), curated, day)
            curated.seek(0)
            s3.upload_fileobj(curated, bucket, f"{target}{name}.gz")
    for key in list(keys(s3, bucket, target)):
        if key[len(target) : -len(".gz")] not in counts:
            s3.delete_object(Bucket=bucket, Key=key)
    return counts


def keys(s3: S3Client, bucket: str, prefix: str) -> Iterator[str]:
    """Keys of all objects below a prefix."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        yield from (entry["Key"] for entry in page.get("Contents", []))


def main(arguments: list[str]) -> int:
    """Glue adds arguments of its own, which are none of ours."""
    import boto3

    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--bucket", "--day", "--source", "--target"):
        parser.add_argument(name, required=True)
    given, _ = parser.parse_known_args(arguments)
    counts = clean_day(boto3.client("s3"), given.bucket, given.day, given.source, given.target)
    if not counts:
        sys.exit(f"nothing to clean in s3://{given.bucket}/{given.source}")
    for name, count in sorted(counts.items()):
        print(f"{name}: {count} lines")  # noqa: T201 - the log of the job
    print(f"{sum(counts.values())} lines of {given.day} in s3://{given.bucket}/{given.target}")  # noqa: T201
    return 0


if __name__ == "__main__":
    main(sys.argv[1:])
