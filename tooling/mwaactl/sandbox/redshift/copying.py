"""COPY table FROM 's3://...': read the statement, then load the objects of the sandbox's bucket into DuckDB.

Emulated: CSV, QUOTE, DELIMITER, GZIP, IGNOREHEADER, NULL, IAM_ROLE; REGION, COMPUPDATE and STATUPDATE mean nothing
here. Every other parameter is an error. Source of the grammar: Redshift developer guide, COPY.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mwaactl.sandbox.objects import NoSuchObjectError, objects_below, split_url
from mwaactl.sandbox.redshift.errors import SqlError, in_words_of_redshift, not_emulated

TOKEN = re.compile(r"""\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>"(?:[^"]|"")*"|[^\s'"(),;]+)|(?P<mark>[(),;]))""")
COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
FLAGS = {"CSV": "is_csv", "GZIP": "is_gzip"}
TEXTS = ("QUOTE", "DELIMITER", "NULL")
IGNORED = ("REGION", "COMPUPDATE", "STATUPDATE")
CHARACTERS = ("VARCHAR", "TEXT", "CHAR", "BPCHAR")
REDSHIFT_NULL = "\\N"


@dataclass
class Copy:
    """A COPY statement. `role` is "default" or an ARN."""

    table: str
    columns: list[str]
    source: str
    role: str = ""
    is_csv: bool = False
    is_gzip: bool = False
    skipped_lines: int = 0
    quote: str = '"'
    delimiter: str = ""
    null: str = REDSHIFT_NULL

    @property
    def separator(self) -> str:
        """Between fields: a comma in CSV, else a bar."""
        return self.delimiter or ("," if self.is_csv else "|")


def is_copy(sql: str) -> bool:
    """Whether the statement is a COPY."""
    return COMMENT.sub(" ", sql).lstrip().upper().startswith("COPY ")


def parse(sql: str) -> Copy:
    """Read the statement. Raises SqlError for what is wrong or not emulated."""
    words = _Words(sql)
    words.expect("COPY")
    table, columns = words.next(), []
    if words.accept("("):
        columns.append(words.next())
        while words.accept(","):
            columns.append(words.next())
        words.expect(")")
    words.expect("FROM")
    copy = Copy(table, columns, words.text())
    if not copy.source.startswith("s3://"):
        raise not_emulated(f"COPY from {copy.source.partition(':')[0]}")
    while words.has_more:
        _parameter(copy, words)
    if not copy.role:
        raise SqlError("COPY needs IAM_ROLE: without it nothing says who may read the bucket")
    return copy


def _parameter(copy: Copy, words: _Words) -> None:
    name = words.next().upper()
    if name in FLAGS:
        setattr(copy, FLAGS[name], True)
    elif name in TEXTS:
        words.accept("AS")
        setattr(copy, name.lower(), words.text())
    elif name == "IGNOREHEADER":
        words.accept("AS")
        copy.skipped_lines = words.number()
    elif name == "IAM_ROLE":
        copy.role = "default" if words.accept("default") else words.text()
    elif name in IGNORED:
        words.accept("AS")
        words.next()
    elif name not in ("FORMAT", "AS"):
        raise not_emulated(f"COPY ... {name}")


class _Words:
    """The tokens of a statement, one after the other."""

    def __init__(self, sql: str) -> None:
        self._tokens = list(_tokens(COMMENT.sub(" ", sql)))
        self._at = 0

    @property
    def has_more(self) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at] != ";"

    def next(self) -> str:
        if self._at >= len(self._tokens):
            raise SqlError("syntax error at end of input")
        self._at += 1
        return self._tokens[self._at - 1]

    def accept(self, word: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at].upper() == word.upper():
            self._at += 1
            return True
        return False

    def expect(self, word: str) -> None:
        if not self.accept(word):
            near = self._tokens[self._at] if self._at < len(self._tokens) else "end of input"
            raise SqlError(f'syntax error at or near "{near}"')

    def text(self) -> str:
        word = self.next()
        if not word.startswith("'"):
            raise SqlError(f'syntax error at or near "{word}"')
        return word[1:-1].replace("''", "'")

    def number(self) -> int:
        word = self.next()
        if not word.isdigit():
            raise SqlError(f'syntax error at or near "{word}"')
        return int(word)


def _tokens(sql: str) -> Iterator[str]:
    at, end = 0, len(sql.rstrip())
    while at < end:
        found = TOKEN.match(sql, at)
        if found is None:
            raise SqlError(f'syntax error at or near "{sql[at : at + 20].strip()}"')
        at = found.end()
        yield found[found.lastgroup or 0]


@dataclass(frozen=True)
class Account:
    """Who loads: the account, and the roles of its namespace."""

    account_id: str
    default_role: str
    roles: Sequence[str]

    def check(self, role: str) -> None:
        """Raises SqlError when COPY may not use this role."""
        if role == "default" and not self.default_role:
            raise SqlError("Default IAM role is not set for the namespace")
        if role != "default" and role not in self.roles:
            raise SqlError(f"The IAM role {role} is not associated with the namespace")


def load(connection: Any, copy: Copy, account: Account, folder: Path) -> int:
    """Load all objects below the prefix; the number of rows. `folder` takes the files meanwhile. Raises SqlError."""
    account.check(copy.role)
    try:
        objects = objects_below(account.account_id, copy.source)
        bucket, prefix = split_url(copy.source)
    except NoSuchObjectError as error:
        raise SqlError(str(error)) from None
    if not objects:
        raise SqlError(f"The specified S3 prefix '{prefix}' does not exist")
    types = _types(connection, copy)
    path, rows = folder / f"copy-{secrets.token_hex(8)}", 0
    try:
        for key, found in objects.items():
            path.write_bytes(found.value)
            rows += _load_file(connection, copy, types, path, f"s3://{bucket}/{key}")
    finally:
        path.unlink(missing_ok=True)
    return rows


def _types(connection: Any, copy: Copy) -> dict[str, str]:
    """Columns that are loaded, in the order of the file, and their types."""
    import duckdb

    try:
        described = connection.execute(f"DESCRIBE {copy.table}").fetchall()
    except duckdb.CatalogException:
        raise SqlError(f"Cannot COPY into nonexistent table {copy.table.strip(chr(34))}") from None
    known = {row[0].lower(): row[1] for row in described}
    wanted = [column.strip('"').lower() for column in copy.columns] or list(known)
    for column in wanted:
        if column not in known:
            raise SqlError(f'column "{column}" of relation "{copy.table}" does not exist')
    return {column: known[column] for column in wanted}


def _load_file(connection: Any, copy: Copy, types: dict[str, str], path: Path, url: str) -> int:
    import duckdb

    options: dict[str, Any] = {
        "auto_detect": False,
        "header": False,
        "skip": copy.skipped_lines,
        "delim": copy.separator,
        "quote": copy.quote if copy.is_csv else "",
        "escape": copy.quote if copy.is_csv else "",
        "compression": "gzip" if copy.is_gzip else "none",
        "nullstr": secrets.token_hex(16),  # none: what is null depends on the column, below
        "columns": dict.fromkeys(types, "VARCHAR"),
    }
    shown = ", ".join(f"{name} = {_literal(value)}" for name, value in options.items())
    columns = ", ".join(f'"{name}"' for name in types)
    read = ", ".join(_read(name, kind, _literal(copy.null)) for name, kind in types.items())
    sql = f"INSERT INTO {copy.table} ({columns}) SELECT {read} FROM read_csv({_literal(str(path))}, {shown})"  # noqa: S608
    try:
        return int(connection.execute(sql).fetchone()[0])
    except duckdb.InterruptException:
        raise
    except duckdb.Error as error:
        table = copy.table.strip('"').rpartition(".")[2]
        raise SqlError(
            f"Load into table '{table}' failed.  Check 'sys_load_error_detail' system table for details. "
            f"{url}: {_reason(str(error).replace(str(path), url))}"
        ) from None


def _reason(said: str) -> str:
    """Why a file cannot be loaded. Of a line that is no CSV, DuckDB tells number, text and fault in three lines."""
    lines = [line.strip() for line in said.strip().splitlines()]
    if lines and "CSV" in lines[0]:
        return "; ".join(lines[:3])
    return str(in_words_of_redshift(said)).removeprefix("ERROR: ")


def _read(name: str, kind: str, null: str) -> str:
    """A column of the file as its type; an empty field is null where it can be nothing else."""
    given = f'NULLIF("{name}", {null})'
    return given if kind.startswith(CHARACTERS) else f"CAST(NULLIF({given}, '') AS {kind})"


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_literal(key)}: {_literal(item)}' for key, item in value.items())}}}"
    return "'" + str(value).replace("'", "''") + "'"
