"""Two environments side by side: the rows."""

from __future__ import annotations

from dataclasses import dataclass

UNKNOWN = "unknown"
"""What could not be looked at; it neither equals nor differs."""


@dataclass(frozen=True)
class Row:
    """One value in both environments; None is absent. Secrets are masked."""

    key: str
    a: str | None
    b: str | None
    differs: bool


@dataclass(frozen=True)
class ComparedSection:
    """`is_expected`: differences here make two environments two, and do not count."""

    name: str
    rows: tuple[Row, ...]
    is_expected: bool = False


@dataclass(frozen=True)
class Comparison:
    """Environments `a` and `b`. `notes` say what could not be looked at, and why."""

    a: str
    b: str
    sections: tuple[ComparedSection, ...]
    notes: tuple[str, ...] = ()

    @property
    def has_differences(self) -> bool:
        """Does anything differ that need not?"""
        return any(row.differs for section in self.sections if not section.is_expected for row in section.rows)

    def only_differences(self) -> Comparison:
        """The same without equal rows and empty sections."""
        kept = (
            ComparedSection(one.name, rows, one.is_expected)
            for one in self.sections
            if (rows := tuple(row for row in one.rows if row.differs or UNKNOWN in (row.a, row.b)))
        )
        return Comparison(self.a, self.b, tuple(kept), self.notes)
