"""Redshift's SQL into DuckDB's, by sqlglot, and what of Redshift DuckDB would do otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mwaactl.sandbox.redshift.errors import SqlError, not_emulated

if TYPE_CHECKING:
    from sqlglot import exp


def statements(sql: str) -> list[exp.Expr]:
    """The statements in a text, as sqlglot reads Redshift's dialect. Raises SqlError."""
    import sqlglot
    from sqlglot.errors import ParseError, TokenError

    try:
        return [one for one in sqlglot.parse(sql, read="redshift") if one is not None]
    except ParseError as error:
        near = (error.errors or [{}])[0].get("highlight") or "end of input"
        raise SqlError(f'syntax error at or near "{near}"') from None
    except TokenError:
        raise SqlError("syntax error: unterminated string or comment") from None


def placeholders(statement: exp.Expr) -> set[str]:
    """Names of the parameters, `:name`."""
    from sqlglot import exp

    return {str(one.this) for one in statement.find_all(exp.Placeholder) if one.this}


def to_duckdb(statement: exp.Expr, parameters: Mapping[str, str]) -> str:
    """The statement for DuckDB, with parameters in place. Raises SqlError for what is not emulated."""
    from sqlglot import exp
    from sqlglot.errors import ErrorLevel, UnsupportedError

    kinds = (
        exp.Query,
        exp.Insert,
        exp.Update,
        exp.Delete,
        exp.Merge,
        exp.Create,
        exp.Drop,
        exp.Alter,
        exp.TruncateTable,
    )
    if not isinstance(statement, kinds):
        raise not_emulated((statement.sql("redshift").split() or ["this"])[0].upper())
    changed = statement.copy()
    for one in list(changed.find_all(exp.Placeholder)):
        if one.this:
            one.replace(exp.Literal.string(parameters[str(one.this)]))
    if isinstance(changed, exp.Create):
        _adapt_table(changed)
    try:
        return changed.sql("duckdb", unsupported_level=ErrorLevel.RAISE)
    except UnsupportedError as error:
        raise not_emulated(str(error).splitlines()[0]) from None


def _adapt_table(create: exp.Create) -> None:
    """What the engine has no use for goes, and lengths are kept: DuckDB knows none.

    Keys go since Redshift takes them as a word about the data and does not enforce them.
    """
    from sqlglot import exp

    if (create.kind or "").upper() not in ("TABLE", "VIEW", "SCHEMA"):
        raise not_emulated(f"CREATE {create.kind}")
    physical = (exp.DistKeyProperty, exp.DistStyleProperty, exp.SortKeyProperty, exp.BackupProperty)
    for one in list(create.find_all(*physical)):
        one.pop()
    for key in list(create.find_all(exp.PrimaryKey, exp.ForeignKey)):
        key.pop()
    for column in list(create.find_all(exp.ColumnDef)):
        _adapt_column(column)


def _adapt_column(column: exp.ColumnDef) -> None:
    from sqlglot import exp

    kept = []
    for constraint in column.args.get("constraints") or []:
        kind = constraint.args.get("kind")
        if isinstance(kind, exp.GeneratedAsIdentityColumnConstraint):
            raise not_emulated("an IDENTITY column")
        if isinstance(kind, (exp.NotNullColumnConstraint, exp.DefaultColumnConstraint)):
            kept.append(constraint)
    length = _length(column.args.get("kind"))
    if length:
        check = exp.CheckColumnConstraint(this=exp.condition(f'strlen("{column.name}") <= {length}', dialect="duckdb"))
        kept.append(exp.ColumnConstraint(kind=check))
    column.set("constraints", kept)


def _length(kind: Any) -> int:
    """Bytes that a column of characters may have; 0 for others. Without a number VARCHAR has 256 and CHAR 1."""
    from sqlglot import exp

    defaults = {"VARCHAR": 256, "NVARCHAR": 256, "TEXT": 256, "CHAR": 1, "NCHAR": 1, "BPCHAR": 256}
    if not isinstance(kind, exp.DataType) or kind.this.name not in defaults:
        return 0
    given = kind.expressions[0].name if kind.expressions else ""
    if given.upper() == "MAX":
        return 65_535
    return int(given) if given.isdigit() else defaults[kind.this.name]
