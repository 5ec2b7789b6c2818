"""Why a statement fails, in the words of Redshift."""

from __future__ import annotations

import re


class SqlError(Exception):
    """A statement's error; the text is what DescribeStatement shows, `ERROR: ...`."""

    def __init__(self, message: str) -> None:
        super().__init__(f"ERROR: {message}")


def not_emulated(what: str) -> SqlError:
    """What the real Redshift may do, and this one does not."""
    return SqlError(f"{what} is not emulated by the sandbox's Redshift")


# case: (what DuckDB says, what Redshift says)
WORDS = (
    (re.compile(r"Table with name (\S+) does not exist"), 'relation "{0}" does not exist'),
    (re.compile(r"Schema with name (\S+) does not exist"), 'schema "{0}" does not exist'),
    (re.compile(r'Referenced (?:table|column) "([^"]+)" not found'), 'column "{0}" does not exist'),
    (re.compile(r'Table "[^"]+" does not have a column named "([^"]+)"'), 'column "{0}" does not exist'),
    (re.compile(r'Table with name "?([^"\s]+)"? already exists'), 'Relation "{0}" already exists'),
    (re.compile(r"NOT NULL constraint failed: (?:\S+\.)?(\S+)"), "Cannot insert a NULL value into column {0}"),
    (
        re.compile(r"CHECK constraint failed .*strlen\(.*?<= ?\(?(\d+)"),
        "value too long for type character varying({0})",
    ),
    (re.compile(r'syntax error at or near "([^"]+)"'), 'syntax error at or near "{0}"'),
    (re.compile(r"Could not convert string '([^']*)' to (\w+)"), 'invalid input syntax for type {1}: "{0}"'),
)


def in_words_of_redshift(message: str) -> SqlError:
    """The error for what DuckDB says; what has no known counterpart keeps DuckDB's first line."""
    for said, words in WORDS:
        found = said.search(message)
        if found:
            return SqlError(words.format(*found.groups()))
    first = message.strip().splitlines()[0] if message.strip() else "the statement failed"
    return SqlError(re.sub(r"^[A-Z][A-Za-z ]*Error: ", "", first))
