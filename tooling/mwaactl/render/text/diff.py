"""Two environments side by side."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from mwaactl.model.comparison import ComparedSection, Comparison
from mwaactl.render.lines import one_line
from mwaactl.render.text.dispatch import text

ABSENT = "-"


@text.register
def _(data: Comparison) -> RenderableType:
    parts: list[RenderableType] = []
    if any(section.rows for section in data.sections):
        table = Table(box=None, pad_edge=False, header_style="bold")
        for name in ("", data.a, data.b):
            table.add_column(_escaped(name), overflow="fold")
        for section in data.sections:
            _add(table, section)
        parts.append(table)
    if not data.has_differences:
        known = "" if not data.notes else ", as far as could be looked at"
        parts.append(Text(f"{data.a} and {data.b} do not differ{known}"))
    parts += [Text.from_markup(f"[yellow]note[/] {_escaped(note)}", emoji=False) for note in data.notes]
    return Group(*parts)


def _add(table: Table, section: ComparedSection) -> None:
    if not section.rows:
        return
    expected = " (differs by nature)" if section.is_expected else ""
    table.add_row(f"[dim]{section.name}{expected}[/]")
    for row in section.rows:
        style = "" if row.differs else "[dim]"
        end = "[/]" if style else ""
        cells = (f"  {row.key}", row.a or ABSENT, row.b or ABSENT)
        table.add_row(*(Text.from_markup(f"{style}{_cell(cell)}{end}", emoji=False) for cell in cells))


def _cell(words: str) -> str:
    indent = len(words) - len(words.lstrip())
    return words[:indent] + _escaped(words)


def _escaped(words: str) -> str:
    return escape(one_line(words))
