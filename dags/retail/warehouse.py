"""The table of sales, and the statements that load one day of it."""

from __future__ import annotations

TABLE = """
CREATE TABLE IF NOT EXISTS sales (
    day DATE NOT NULL,
    store_id VARCHAR(40) NOT NULL,
    sale_id VARCHAR(40) NOT NULL,
    sold_at TIMESTAMP NOT NULL,
    sku VARCHAR(40) NOT NULL,
    product VARCHAR(800) NOT NULL,
    quantity INTEGER NOT NULL,
    unit_price DECIMAL(12, 2) NOT NULL,
    amount DECIMAL(16, 2) NOT NULL,
    currency CHAR(3) NOT NULL
)
"""
"""VARCHAR counts bytes in Redshift: 200 characters may be 800."""

COLUMNS = ("day", "store_id", "sale_id", "sold_at", "sku", "product", "quantity", "unit_price", "amount", "currency")
"""Order of the columns in the curated files."""


def load_day(day: str, location: str) -> list[str]:
    """Statements that make the table hold the day as it is at `location`, s3://BUCKET/PREFIX/, however often they run.

    Redshift runs a list of statements as one transaction: nobody sees the day half loaded or gone.
    """
    return [
        TABLE.strip(),
        f"DELETE FROM sales WHERE day = '{day}'",  # noqa: S608 - a date that `sales_day` has parsed
        f"COPY sales ({', '.join(COLUMNS)}) FROM '{location}' IAM_ROLE default FORMAT AS CSV GZIP IGNOREHEADER 1",
    ]
