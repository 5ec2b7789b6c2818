"""Rows and columns of DuckDB as the Data API shows them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

# case: DuckDB's type, Redshift's name of it
TYPES = {
    "BIGINT": "int8",
    "BLOB": "varbyte",
    "BOOLEAN": "bool",
    "DATE": "date",
    "DOUBLE": "float8",
    "FLOAT": "float4",
    "HUGEINT": "int8",
    "INTEGER": "int4",
    "SMALLINT": "int2",
    "TIME": "time",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
    "TINYINT": "int2",
    "VARCHAR": "varchar",
}
MEMBERS = (
    (bool, "booleanValue"),
    (int, "longValue"),
    (float, "doubleValue"),
    (bytes, "blobValue"),
)  # bool is an int, too
DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")


def metadata(name: str, kind: str) -> dict[str, Any]:
    """A column. Which table it comes from is not known here."""
    decimal = DECIMAL.fullmatch(kind)
    is_number = bool(decimal) or TYPES.get(kind, "").startswith(("int", "float"))
    return {
        "name": name,
        "label": name,
        "typeName": "numeric" if decimal else TYPES.get(kind, kind.lower()),
        "precision": int(decimal[1]) if decimal else 0,
        "scale": int(decimal[2]) if decimal else 0,
        "isSigned": is_number,
        "isCaseSensitive": kind == "VARCHAR",
        "isCurrency": False,
        "nullable": 1,
        "columnDefault": "",
        "schemaName": "",
        "tableName": "",
        "length": 0,
    }


def record(row: Sequence[Any]) -> list[dict[str, Any]]:
    """A row: each value under the member of its type. Decimals, dates and times are strings, as in AWS."""
    return [_field(value) for value in row]


def _field(value: Any) -> dict[str, Any]:
    if value is None:
        return {"isNull": True}
    for kind, member in MEMBERS:
        if isinstance(value, kind):
            return {member: value}
    if isinstance(value, datetime):
        return {"stringValue": value.isoformat(" ")}
    return {"stringValue": format(value, "f") if isinstance(value, Decimal) else str(value)}
