"""A statement of the Data API, or a batch of them, from SUBMITTED to its end."""

from __future__ import annotations

import secrets
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from mwaactl.sandbox.redshift.copying import Account
from mwaactl.sandbox.redshift.warehouse import CancelledError, FailedError, Outcome, Task, Warehouse

ENDED = ("FINISHED", "FAILED", "ABORTED")


@dataclass
class Part:
    """One statement of what was submitted; its `status` is that of the API."""

    id: str
    sql: str
    status: str = "SUBMITTED"
    error: str = ""
    outcome: Outcome = field(default_factory=Outcome)
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    query_id: int = field(default_factory=lambda: secrets.randbelow(1_000_000) + 1)

    def become(self, status: str, error: str = "") -> None:
        """Change, and remember when."""
        self.status, self.error, self.updated_at = status, error, datetime.now(UTC)

    @property
    def has_result(self) -> bool:
        """Whether there is a result set to read."""
        return self.status == "FINISHED" and bool(self.outcome.columns)

    def description(self) -> dict[str, Any]:
        """The members that both DescribeStatement and its SubStatements have."""
        shown = {
            "Id": self.id,
            "Status": self.status,
            "QueryString": self.sql,
            "CreatedAt": self.created_at,
            "UpdatedAt": self.updated_at,
            "Duration": self.outcome.duration_ns,
            "HasResultSet": self.has_result,
            "RedshiftQueryId": self.query_id,
            "ResultRows": self.outcome.count,
            "ResultSize": sum(len(str(value)) for row in self.outcome.rows for value in row),
        }
        return {**shown, "Error": self.error} if self.error else shown


class Statement:
    """What ExecuteStatement or BatchExecuteStatement submitted. `shown` are members that the API only repeats."""

    def __init__(self, tasks: Sequence[Task], shown: dict[str, Any], *, is_batch: bool) -> None:
        self.id = str(uuid.uuid4())
        self.shown, self._tasks = shown, tasks
        self.parts = [Part(f"{self.id}:{number}", task.sql) for number, task in enumerate(tasks, 1)] if is_batch else []
        self.whole = Part(self.id, "" if is_batch else tasks[0].sql)
        self._is_cancelled = threading.Event()
        self._connection: Any = None
        self._changing = threading.Lock()

    def start(self, warehouse: Warehouse, account: Account) -> None:
        """Run in a thread."""
        threading.Thread(target=self._run, args=(warehouse, account), name=f"SQL {self.id}", daemon=True).start()

    def cancel(self) -> bool:
        """End it, unless it has ended."""
        with self._changing:
            if self.whole.status in ENDED:
                return False
            self._is_cancelled.set()
            if self._connection is not None:
                self._connection.interrupt()
            return True

    def find(self, part_id: str) -> Part | None:
        """The whole or the part that has this id."""
        return next((part for part in (self.whole, *self.parts) if part.id == part_id), None)

    def description(self) -> dict[str, Any]:
        """What DescribeStatement answers."""
        described = {**self.shown, **self.whole.description()}
        if self.parts:
            del described["QueryString"]
            described["SubStatements"] = [part.description() for part in self.parts]
            described["HasResultSet"] = any(part.has_result for part in self.parts)
        return described

    def _run(self, warehouse: Warehouse, account: Account) -> None:
        try:
            outcomes = warehouse.run(self._tasks, account, self._began)
        except FailedError as error:
            self._fail(error)
        except CancelledError:
            self._end("ABORTED")
        except Exception as error:
            self._end("FAILED", f"ERROR: {error}")
            raise
        else:
            for part, outcome in zip(self.parts or [self.whole], outcomes, strict=True):
                part.outcome = outcome
            if self.parts:
                self.whole.outcome.duration_ns = sum(outcome.duration_ns for outcome in outcomes)
                self.whole.outcome.count = outcomes[-1].count
            self._end("FINISHED")

    def _began(self, number: int, connection: Any) -> None:
        with self._changing:
            if self._is_cancelled.is_set():
                raise CancelledError
            self._connection = connection
            self.whole.become("STARTED")
            if self.parts:
                self.parts[number].become("STARTED")

    def _fail(self, error: FailedError) -> None:
        """The transaction is taken back: no part has taken effect, whatever it had done."""
        for number, part in enumerate(self.parts):
            if number == error.number:
                part.become("FAILED", str(error))
            else:
                part.become("ABORTED", "Connection or an prior query failed." if number > error.number else "")
        message = f"Query #{error.number + 1} failed with {error}" if self.parts else str(error)
        with self._changing:
            self.whole.become("FAILED", message)

    def _end(self, status: str, error: str = "") -> None:
        with self._changing:
            for part in (*self.parts, self.whole):
                part.become(status, error)
