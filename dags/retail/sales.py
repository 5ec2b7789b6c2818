"""What a line of a store's sales file must be. Lines go in, rows and rejects come out; nothing but ids is kept."""

from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

COLUMNS = ("sale_id", "store_id", "sold_at", "sku", "product", "quantity", "unit_price", "currency")
CURRENCIES = ("CHF", "EUR", "GBP", "USD")
QUANTITIES = (1, 10_000)
PRICES = (Decimal("0.01"), Decimal("99999.99"))
LONGEST_PRODUCT = 200

_BOM = b"\xef\xbb\xbf"
_SHOWN = 2_000
"""Characters of a line that its reject shows: a quote that is never closed may swallow a whole file."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_PRICE = re.compile(r"\d{1,9}([.,]\d{1,2})?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,9}", re.ASCII)


@dataclass(frozen=True)
class Expected:
    """Whose file it is, and of which day."""

    store_id: str
    day: date


@dataclass(frozen=True)
class Row:
    """A good line, in the order of COLUMNS and as the store wrote it."""

    line: int
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Reject:
    """A bad line. `text` is what it said, or its beginning."""

    line: int
    reason: str
    text: str


class SeenIds:
    """Ids of sales met so far and where, in SQLite's temporary file: a day may have more of them than memory."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE seen (id TEXT PRIMARY KEY, place TEXT) WITHOUT ROWID")
        self._database.execute("BEGIN")  # one transaction for all, which nobody needs to commit

    def __enter__(self) -> SeenIds:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def earlier(self, sale_id: str, place: str) -> str:
        """Where the id was met before; empty when it is new, and from now on it was met at `place`."""
        if self._database.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (sale_id, place)).rowcount:
            return ""
        found = self._database.execute("SELECT place FROM seen WHERE id = ?", (sale_id,)).fetchone()
        return str(found[0])


def checked(lines: Iterable[bytes], expected: Expected, seen: SeenIds) -> Iterator[Row | Reject]:
    """Every line of one file below its header, good or bad. A file without a usable header has bad lines only."""
    records = _records(lines)
    first = next(records, None)
    if first is None:
        yield Reject(1, "the file is empty", "")
        return
    header = [name.strip().lower() for name in first.fields]
    if fault := first.fault or _header_fault(header):
        yield Reject(first.line, fault, first.text)
        yield from (Reject(record.line, "the file has no usable header", record.text) for record in records)
        return
    order = [header.index(name) for name in COLUMNS]
    for record in records:
        fault = record.fault or _width_fault(record.fields)
        fields = () if fault else tuple(record.fields[index] for index in order)
        fault = fault or _fault(fields, expected) or _duplicate(fields[0].strip(), expected, record.line, seen)
        yield Reject(record.line, fault, record.text) if fault else Row(record.line, fields)


@dataclass(frozen=True)
class _Record:
    line: int
    fields: list[str]
    text: str
    fault: str = ""


def _records(lines: Iterable[bytes]) -> Iterator[_Record]:
    """Records of the CSV, numbered by their first line. After a broken one the next line begins anew."""
    source = _Source(lines)
    reader = csv.reader(source.texts(), strict=True)
    while True:
        line, fault, fields = reader.line_num + 1, "", []
        source.begin_record()
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            fault = f"broken quotes: {error}"
        if fields or fault:
            yield source.record(line, fields, fault)


class _Source:
    """The text of the lines, which remembers what the record under way says."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = lines
        self._read: list[str] = []
        self._length = 0

    def texts(self) -> Iterator[str]:
        """The lines; what is no UTF-8 is kept as surrogates, to be found and shown."""
        for number, line in enumerate(self._lines):
            text = (line.removeprefix(_BOM) if number == 0 else line).decode("utf-8", "surrogateescape")
            if self._length < _SHOWN:
                self._read.append(text)
                self._length += len(text)
            yield text

    def begin_record(self) -> None:
        """Forget the last one."""
        self._read.clear()
        self._length = 0

    def record(self, line: int, fields: list[str], fault: str) -> _Record:
        """The record that has been read."""
        text = "".join(self._read)
        is_utf8 = text.isascii() or _is_utf8(text)
        shown = text[:_SHOWN].rstrip("\r\n")
        return _Record(
            line, fields, shown.encode("utf-8", "backslashreplace").decode(), fault if is_utf8 else "not UTF-8"
        )


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _header_fault(header: list[str]) -> str:
    missing = [name for name in COLUMNS if name not in header]
    unknown = [name for name in header if name not in COLUMNS]
    if missing or unknown or len(header) != len(COLUMNS):
        parts = [f"no column {', '.join(missing)}"] * bool(missing) + [f"unknown {', '.join(unknown)}"] * bool(unknown)
        return f"header: {'; '.join(parts) or 'a column twice'}"
    return ""


def _width_fault(fields: list[str]) -> str:
    return "" if len(fields) == len(COLUMNS) else f"{len(fields)} columns instead of {len(COLUMNS)}"


def _fault(fields: tuple[str, ...], expected: Expected) -> str:
    """All that is wrong with a line, or nothing."""
    found = ((name, _CHECKS[name](value.strip(), expected)) for name, value in zip(COLUMNS, fields, strict=True))
    return "; ".join(f"{name} {fault}" for name, fault in found if fault)


def _duplicate(sale_id: str, expected: Expected, line: int, seen: SeenIds) -> str:
    earlier = seen.earlier(sale_id, f"line {line} of {expected.store_id}")
    return f"sale_id {sale_id} was met before, in {earlier}" if earlier else ""


def _name(value: str, _: Expected) -> str:
    return "" if _NAME.fullmatch(value) else "is not 1 to 40 letters, digits and ._-"


def _store(value: str, expected: Expected) -> str:
    return "" if value.upper() == expected.store_id else f"is not {expected.store_id}, whose file it is"


def _sold_at(value: str, expected: Expected) -> str:
    if not _TIME.fullmatch(value):
        return "is no time such as 2026-01-31T17:05:00"
    try:
        day = datetime.fromisoformat(value).date()
    except ValueError:
        return "is no time that there is"
    if day == expected.day:
        return ""
    return f"lies {'after' if day > expected.day else 'before'} {expected.day}"


def _product(value: str, _: Expected) -> str:
    if not 1 <= len(value) <= LONGEST_PRODUCT:
        return f"is not 1 to {LONGEST_PRODUCT} characters long"
    return "" if all(one.isprintable() or one in "\r\n\t" for one in value) else "has control characters"


def _quantity(value: str, _: Expected) -> str:
    if not _WHOLE.fullmatch(value):
        return "is no whole number"
    least, most = QUANTITIES
    return "" if least <= int(value) <= most else f"is not {least} to {most}"


def _price(value: str, _: Expected) -> str:
    if not _PRICE.fullmatch(value.removeprefix("-")):
        return "is no amount such as 12.50"
    least, most = PRICES
    return "" if least <= Decimal(value.replace(",", ".")) <= most else f"is not {least} to {most}"


def _currency(value: str, _: Expected) -> str:
    return "" if value.upper() in CURRENCIES else f"is not {', '.join(CURRENCIES)}"


_CHECKS: dict[str, Callable[[str, Expected], str]] = {
    "sale_id": _name,
    "store_id": _store,
    "sold_at": _sold_at,
    "sku": _name,
    "product": _product,
    "quantity": _quantity,
    "unit_price": _price,
    "currency": _currency,
}
