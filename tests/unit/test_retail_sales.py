"""What validation makes of real files, good and bad."""

from __future__ import annotations

import subprocess  # noqa: TID251 - memory is measured in a process of its own
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from retail.sales import COLUMNS, Expected, Reject, Row, SeenIds, checked

ROOT = Path(__file__).parents[2]
FILES = ROOT / "tests/data/retail"
DAY = date(2026, 1, 31)


@pytest.fixture
def seen() -> Iterator[SeenIds]:
    with SeenIds() as ids:
        yield ids


def rows_of(file: str, seen: SeenIds, store: str = "STORE-004") -> list[Row | Reject]:
    with (FILES / file).open("rb") as lines:
        return list(checked(lines, Expected(store, DAY), seen))


def test_good_files_have_good_lines_only(seen: SeenIds) -> None:
    rows = [*rows_of("store-001.csv", seen, "STORE-001"), *rows_of("store-002.csv", seen, "STORE-002")]
    assert [row for row in rows if isinstance(row, Reject)] == []
    assert [row.line for row in rows] == [2, 3, 4, 2, 4, 7]


def test_fields_keep_what_the_store_wrote_with_commas_quotes_and_line_ends(seen: SeenIds) -> None:
    first = rows_of("store-002.csv", seen, "STORE-002")[0]
    assert isinstance(first, Row)
    assert first.fields == (
        " S2-0001 ", " store-002 ", "2026-01-31 08:00", "apl-1", 'Äpfel, "Elstar"\r\n1 kg', "1", "2,75", "chf",
    )  # fmt: skip


BAD = {
    3: "7 columns instead of 8",
    4: "9 columns instead of 8",
    5: "unit_price is no amount such as 12.50",
    6: "unit_price is no amount such as 12.50",
    7: "quantity is not 1 to 10000",
    8: "quantity is no whole number",
    9: "unit_price is not 0.01 to 99999.99",
    10: "unit_price is not 0.01 to 99999.99",
    11: "sold_at lies after 2026-01-31",
    12: "sold_at lies before 2026-01-31",
    13: "sold_at is no time that there is",
    14: "sold_at is no time such as 2026-01-31T17:05:00",
    15: "currency is not CHF, EUR, GBP, USD",
    16: "sale_id S3-0001 was met before, in line 2 of STORE-003",
    17: "sale_id S1-0001 was met before, in line 2 of STORE-001",
    18: "store_id is not STORE-003, whose file it is",
    19: "not UTF-8",
    20: "sku is not 1 to 40 letters, digits and ._-",
    21: "product is not 1 to 200 characters long",
    22: "sale_id is not 1 to 40 letters, digits and ._-; quantity is no whole number; "
    "unit_price is no amount such as 12.50; currency is not CHF, EUR, GBP, USD",
    23: "broken quotes: ',' expected after '\"'",
    24: "product has control characters",
}


def test_every_bad_line_says_all_that_is_wrong_with_it(seen: SeenIds) -> None:
    rows_of("store-001.csv", seen, "STORE-001")
    rows = rows_of("store-003.csv", seen, "STORE-003")
    assert {row.line: row.reason for row in rows if isinstance(row, Reject)} == BAD
    assert [row.line for row in rows if isinstance(row, Row)] == [2, 25]


def test_a_reject_shows_the_line_even_where_it_is_no_text(seen: SeenIds) -> None:
    rejects = {row.line: row for row in rows_of("store-003.csv", seen, "STORE-003") if isinstance(row, Reject)}
    assert rejects[3].text == "S3-0002,STORE-003,2026-01-31T10:00:00,APL-1,too few,1,2.49"
    assert "caf\\udce9" in rejects[19].text


@pytest.mark.parametrize(
    ("file", "reasons"),
    [
        ("empty.csv", ["the file is empty"]),
        (
            "missing-column.csv",
            ["header: no column sku, currency; unknown valuta", *["the file has no usable header"] * 2],
        ),
        ("column-twice.csv", ["header: a column twice"]),
        ("latin-1-header.csv", ["not UTF-8"]),
        ("header-only.csv", []),
        ("other-order.csv", []),
    ],
)
def test_the_header_decides_about_the_whole_file(file: str, reasons: list[str], seen: SeenIds) -> None:
    assert [row.reason for row in rows_of(file, seen) if isinstance(row, Reject)] == reasons


@pytest.mark.parametrize("file", ["semicolons.csv", "utf-16.csv"])
def test_a_file_of_another_kind_has_no_good_line(file: str, seen: SeenIds) -> None:
    rows = rows_of(file, seen)
    assert rows
    assert all(isinstance(row, Reject) for row in rows)


def test_columns_may_have_any_order(seen: SeenIds) -> None:
    [row] = rows_of("other-order.csv", seen)
    assert isinstance(row, Row)
    assert dict(zip(COLUMNS, row.fields, strict=True))["product"] == "Tea"


def test_an_unclosed_quote_swallows_lines_and_is_one_reject_that_shows_its_beginning(seen: SeenIds) -> None:
    [reject] = rows_of("unclosed-quote.csv", seen)
    assert isinstance(reject, Reject)
    assert (reject.line, reject.reason) == (2, "broken quotes: unexpected end of data")
    assert reject.text.startswith('a,STORE-004,2026-01-31T10:00:00,x,"never closed')


def test_after_a_field_beyond_the_limit_the_next_line_begins_anew(seen: SeenIds) -> None:
    header = ",".join(COLUMNS).encode()
    good = b"z,STORE-004,2026-01-31T10:00:00,x,y,1,2,EUR\n"
    long = b'a,STORE-004,2026-01-31T10:00:00,x,"' + b"0123456789\n" * 20_000
    lines = [header + b"\n", *long.splitlines(keepends=True), good]
    rows = list(checked(lines, Expected("STORE-004", DAY), seen))
    assert isinstance(rows[0], Reject)
    assert "field larger than field limit" in rows[0].reason
    assert len(rows[0].text) <= 2_000
    assert [row.line for row in rows if isinstance(row, Row)] == [len(lines)]


def test_a_rejected_line_does_not_claim_its_id(seen: SeenIds) -> None:
    header = ",".join(COLUMNS)
    lines = [header, "a,STORE-004,2026-01-31T10:00:00,x,y,0,2,EUR", "a,STORE-004,2026-01-31T10:00:00,x,y,1,2,EUR"]
    rows = list(checked([f"{line}\n".encode() for line in lines], Expected("STORE-004", DAY), seen))
    assert [type(row) for row in rows] == [Reject, Row]


MEASURED = """
import sys
from datetime import date
from pathlib import Path
from retail.sales import COLUMNS, Expected, Row, SeenIds, checked

def lines(count):
    yield (",".join(COLUMNS) + "\\n").encode()
    for number in range(count):
        yield b"sale-of-this-till-%09d,STORE-001,2026-01-31T10:00:00,sku,Apple,1,2.50,EUR\\n" % number

def good(count):
    expected = Expected("STORE-001", date(2026, 1, 31))
    with SeenIds() as seen:
        return sum(isinstance(row, Row) for row in checked(lines(count), expected, seen))

def most_kilobytes():
    # Not getrusage: that remembers the size of whoever started this process.
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1])

assert good(1_000) == 1_000
before = most_kilobytes()
assert good(int(sys.argv[1])) == int(sys.argv[1])
print(most_kilobytes() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the most memory of one program")
def test_memory_stays_small_however_many_lines_there_are() -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, "60000"],
        cwd=ROOT / "dags",
        capture_output=True,
        text=True,
        check=True,
    )
    kilobytes = int(done.stdout)
    assert kilobytes < 3_000, "60,000 ids and places alone are 4 MB"
