"""The smallest useful DAG: shows that scheduler, workers and logs work. It needs no connection and no AWS resource."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

try:
    from airflow.sdk import dag, task
except ImportError:  # Airflow 2
    from airflow.decorators import dag, task


@dag(
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["example"],
    doc_md=__doc__,
)
def first_steps():
    @task
    def greet() -> str:
        return "Hello from MWAA"

    @task
    def count(greeting: str) -> int:
        logging.getLogger(__name__).info(greeting)
        return len(greeting)

    count(greet())


first_steps()
