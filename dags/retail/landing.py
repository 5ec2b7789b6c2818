"""The day's files in the bucket: what stores uploaded, and what is left of it after the checks.

retail/landing/day=2026-01-31/STORE.csv    what a store uploaded
retail/valid/day=2026-01-31/STORE.csv      its good lines
retail/rejects/day=2026-01-31/STORE.csv    its bad lines: number, reason, text. Only where there are any
retail/curated/day=2026-01-31/STORE.csv.gz what Glue made of the good ones
"""

from __future__ import annotations

import csv
import io
import posixpath
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from retail.sales import COLUMNS, Expected, Reject, SeenIds, checked

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LANDING, VALID, REJECTS, CURATED = "retail/landing", "retail/valid", "retail/rejects", "retail/curated"

_LONGEST_LINE = 65_536
"""Bytes. A longer line is read as several, which are bad: memory stays small whatever a file is."""


class TooManyRejectsError(Exception):
    """So many lines are bad that something is wrong with the files, and not with a few sales."""


@dataclass(frozen=True)
class Count:
    """How many lines of a file were good and bad."""

    file: str
    accepted: int
    rejected: int


def prefix_of_day(folder: str, day: date | str) -> str:
    """Where the files of one day lie, with a slash at the end."""
    return f"{folder}/day={day}/"


def files_of_day(s3: S3Client, bucket: str, day: date) -> list[str]:
    """Names of the day's CSV files, sorted; deeper folders and other files are none of our business."""
    names = (key.removeprefix(prefix_of_day(LANDING, day)) for key in _keys(s3, bucket, prefix_of_day(LANDING, day)))
    return sorted(name for name in names if name.lower().endswith(".csv") and "/" not in name)


def validate_day(s3: S3Client, bucket: str, day: date, files: Iterable[str]) -> list[Count]:
    """Split the day's files into good and bad lines. A second run overwrites the first and leaves none of its files."""
    with SeenIds() as seen:
        counts = [_validated(s3, bucket, day, file, seen) for file in files]
    _keep_only(s3, bucket, prefix_of_day(VALID, day), {one.file for one in counts})
    _keep_only(s3, bucket, prefix_of_day(REJECTS, day), {one.file for one in counts if one.rejected})
    return counts


def accepted(counts: Sequence[Count], most_percent: float) -> str:
    """The counts in words. Raises TooManyRejectsError when more than `most_percent` of all lines are bad."""
    rejected = sum(one.rejected for one in counts)
    percent = 100 * rejected / (rejected + sum(one.accepted for one in counts) or 1)
    told = ", ".join(f"{one.file} {one.accepted} good {one.rejected} bad" for one in counts)
    if percent > most_percent:
        raise TooManyRejectsError(f"{rejected} lines, {percent:.1f} %, are bad, and {most_percent:g} % may be: {told}")
    return told


def _validated(s3: S3Client, bucket: str, day: date, file: str, seen: SeenIds) -> Count:
    expected = Expected(posixpath.splitext(file)[0].upper(), day)
    accepted = rejected = 0
    with TemporaryFile() as landed, _Table(COLUMNS) as good, _Table(("line", "reason", "text")) as bad:
        s3.download_fileobj(bucket, prefix_of_day(LANDING, day) + file, landed)
        landed.seek(0)
        for row in checked(iter(lambda: landed.readline(_LONGEST_LINE), b""), expected, seen):
            if isinstance(row, Reject):
                bad.write((str(row.line), row.reason, row.text))
                rejected += 1
            else:
                good.write(row.fields)
                accepted += 1
        good.upload(s3, bucket, prefix_of_day(VALID, day) + file)
        if rejected:
            bad.upload(s3, bucket, prefix_of_day(REJECTS, day) + file)
    return Count(file, accepted, rejected)


class _Table:
    """A CSV file that is written on disk and uploaded as a whole."""

    def __init__(self, header: tuple[str, ...]) -> None:
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._text = io.TextIOWrapper(self._file, encoding="utf-8", newline="")
        self._writer = csv.writer(self._text, lineterminator="\n")
        self.write(header)

    def __enter__(self) -> _Table:
        return self

    def __exit__(self, *_: object) -> None:
        self._text.close()

    def write(self, fields: tuple[str, ...]) -> None:
        """Add a line."""
        self._writer.writerow(fields)

    def upload(self, s3: S3Client, bucket: str, key: str) -> None:
        """Put what was written into the bucket. Nothing can be added afterwards."""
        self._text.flush()
        self._file.seek(0)
        s3.upload_fileobj(self._file, bucket, key)


def _keep_only(s3: S3Client, bucket: str, prefix: str, names: set[str]) -> None:
    for key in _keys(s3, bucket, prefix):
        if key.removeprefix(prefix) not in names:
            s3.delete_object(Bucket=bucket, Key=key)


def _keys(s3: S3Client, bucket: str, prefix: str) -> Iterator[str]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        yield from (entry["Key"] for entry in page.get("Contents", []))
