"""A database of a namespace, in a DuckDB file below the sandbox's folder: statements run in it one after the other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mwaactl.sandbox.redshift import copying, dialect
from mwaactl.sandbox.redshift.errors import SqlError, in_words_of_redshift

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FOLDER = "redshift"
SCHEMA = "public"
_open: dict[Path, Warehouse] = {}
_opening = threading.Lock()


class CancelledError(Exception):
    """Somebody has cancelled the statement."""


@dataclass
class Outcome:
    """What a statement left. `columns` (name and DuckDB's type) and `rows` are of a result set; `count` is of rows.

    `duration_ns` is in nanoseconds, as the Data API has it.
    """

    columns: list[tuple[str, str]] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    count: int = -1
    duration_ns: int = 0


class Warehouse:
    """One database. `folder` is that of the namespace, and has files for a while besides."""

    def __init__(self, folder: Path, database: str) -> None:
        import duckdb

        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._turn = threading.Lock()
        self._connection: DuckDBPyConnection = duckdb.connect(str(folder / f"{database}.duckdb"))
        for statement in (
            f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}",
            "SET TimeZone = 'UTC'",
            f"SET allowed_directories = ['{folder}']",
            "SET enable_external_access = false",  # statements see the database and what COPY brings, and no other file
            "SET threads = 2",
            "SET memory_limit = '1GB'",
            "SET lock_configuration = true",
        ):
            self._connection.execute(statement)

    def run(
        self, statements: Sequence[Task], account: copying.Account, began: Callable[[int, Any], None]
    ) -> list[Outcome]:
        """Run all as one transaction, when it is their turn.

        `began` hears the number of each statement and the connection that can interrupt it, and may raise
        CancelledError. Raises FailedError; nothing of the transaction is left then.
        """
        with self._turn:
            cursor = self._connection.cursor()
            try:
                cursor.execute(f"USE {SCHEMA}")
                cursor.execute("BEGIN")
                outcomes = []
                for number, task in enumerate(statements):
                    began(number, cursor)
                    outcomes.append(self._carried_out(cursor, number, task, account))
                cursor.execute("COMMIT")
                return outcomes
            finally:
                cursor.close()  # takes back what was not committed

    def close(self) -> None:
        """Close the file, once what runs has been interrupted."""
        self._connection.interrupt()
        with self._turn:
            self._connection.close()

    def _carried_out(self, cursor: Any, number: int, task: Task, account: copying.Account) -> Outcome:
        import duckdb

        began = time.perf_counter_ns()
        try:
            outcome = self._outcome(cursor, task, account)
        except duckdb.InterruptException:
            raise CancelledError from None
        except duckdb.Error as error:
            raise FailedError(number, str(in_words_of_redshift(str(error)))) from None
        except SqlError as error:
            raise FailedError(number, str(error)) from None
        outcome.duration_ns = time.perf_counter_ns() - began
        return outcome

    def _outcome(self, cursor: Any, task: Task, account: copying.Account) -> Outcome:
        if copying.is_copy(task.sql):
            return Outcome(count=copying.load(cursor, copying.parse(task.sql), account, self._folder))
        [statement] = dialect.statements(task.sql)
        cursor.execute(dialect.to_duckdb(statement, task.parameters))
        is_query = statement.key in ("select", "union", "intersect", "except", "subquery", "values")
        columns = [(str(column[0]), str(column[1])) for column in cursor.description or []]
        rows = cursor.fetchall() if columns else []
        if is_query:
            return Outcome(columns, rows, len(rows))
        affected = rows[0][0] if rows and isinstance(rows[0][0], int) else 0
        return Outcome(count=affected)


@dataclass(frozen=True)
class Task:
    """A statement and the values of its parameters."""

    sql: str
    parameters: Mapping[str, str] = field(default_factory=dict)


class FailedError(Exception):
    """A statement failed; `number` counts from 0."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(message)
        self.number = number


def warehouse(folder: Path, database: str) -> Warehouse:
    """The database in this folder, opened when it is first asked for."""
    path = folder / database
    with _opening:
        if path not in _open:
            _open[path] = Warehouse(folder, database)
        return _open[path]


def close_below(folder: Path) -> None:
    """Close all databases of a namespace and remove its files."""
    import shutil

    with _opening:
        for path in [path for path in _open if path.is_relative_to(folder)]:
            _open.pop(path).close()
        shutil.rmtree(folder, ignore_errors=True)


def close_all() -> None:
    """Close all databases and remove all files."""
    from mwaactl.sandbox.premises import Premises

    close_below(Premises.current.directory.resolve() / FOLDER)
