"""A YAML file that would be written, and notes beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.markup import escape
from rich.text import Text

from mwaactl.render.lines import one_line


def yaml_lines(environment: str, yaml: str) -> Iterator[Text]:
    """envs/ENVIRONMENT.yaml as it would be."""
    yield Text(f"envs/{environment}.yaml", style="bold")
    for line in yaml.splitlines():
        yield Text(f"  {line}" if line[:1].isspace() else f"  {one_line(line)}")


def note_lines(notes: Iterable[str]) -> Iterator[Text]:
    """What to know beside the plan."""
    for note in notes:
        yield Text.from_markup(f"  [yellow]note[/] {escape(one_line(note))}")
