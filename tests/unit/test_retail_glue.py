"""What the Glue script makes of valid lines."""

from __future__ import annotations

import ast
import csv
import gzip
import importlib.util
import io
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest

from retail import sales, warehouse

SCRIPT = Path(__file__).parents[2] / "modules/retail/scripts/clean_sales.py"
ROW = {
    "sale_id": " S2-0001 ",
    "store_id": " store-002",
    "sold_at": "2026-01-31 08:00",
    "sku": "apl-1",
    "product": 'Äpfel, "Elstar"\r\n 1 kg',
    "quantity": "+3",
    "unit_price": "2,75",
    "currency": "chf",
}


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script as a module; it has no package, as Glue wants it."""
    spec = importlib.util.spec_from_file_location("clean_sales", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_cleaned_when_a_line_is_untidy_then_everything_has_one_form(script: ModuleType) -> None:
    cleaned = dict(zip(script.COLUMNS, script.cleaned(ROW, "2026-01-31"), strict=True))
    assert cleaned == {
        "day": "2026-01-31",
        "store_id": "STORE-002",
        "sale_id": "S2-0001",
        "sold_at": "2026-01-31 08:00:00",
        "sku": "APL-1",
        "product": 'Äpfel, "Elstar" 1 kg',
        "quantity": "3",
        "unit_price": "2.75",
        "amount": "8.25",
        "currency": "CHF",
    }


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("2026-01-31T17:05:00", "2026-01-31 17:05:00"),
        ("2026-01-31 17:05", "2026-01-31 17:05:00"),
        ("2026-01-31T17:05:00Z", "2026-01-31 17:05:00"),
        ("2026-01-31T23:30:00-05:00", "2026-01-31 23:30:00"),
    ],
)
def test_a_time_stays_on_the_stores_own_day(script: ModuleType, text: str, clock: str) -> None:
    assert script.wall_clock(text) == clock


def test_amounts_are_exact(script: ModuleType) -> None:
    row = {**ROW, "quantity": "10000", "unit_price": "99999.99"}
    assert Decimal(script.cleaned(row, "2026-01-31")[8]) == Decimal("999999900.00")


def test_a_file_has_the_same_bytes_whenever_it_is_cleaned(script: ModuleType) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, sales.COLUMNS)
    writer.writeheader()
    writer.writerow(ROW)
    made = []
    for _ in range(2):
        target = io.BytesIO()
        assert script.clean_file(io.StringIO(text.getvalue(), newline=""), target, "2026-01-31") == 1
        made.append(target.getvalue())
    assert made[0] == made[1]
    assert made[0][4:8] == b"\0\0\0\0", "gzip's header has the time"
    lines = gzip.decompress(made[0]).decode().splitlines()
    assert lines[0] == ",".join(warehouse.COLUMNS)
    assert len(lines) == 2


def test_the_table_takes_the_columns_in_the_order_that_the_script_writes(script: ModuleType) -> None:
    assert script.COLUMNS == warehouse.COLUMNS
    named = [line.split()[0] for line in warehouse.TABLE.splitlines() if line.startswith("    ")]
    assert tuple(named) == warehouse.COLUMNS


def test_the_script_is_python_3_9_and_needs_what_glue_brings() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 9))
    imported = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    }
    assert imported - {"mypy_boto3_s3"} == {  # the latter for type checkers alone
        "__future__", "argparse", "boto3", "collections.abc", "csv", "datetime", "decimal", "gzip", "io", "sys",
        "tempfile", "typing",
    }  # fmt: skip
