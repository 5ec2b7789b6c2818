"""What is published."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.markup import escape
from rich.text import Text

from mwaactl.model.publication import FileChange, PublishDifference
from mwaactl.render.text.dispatch import text
from mwaactl.workflows.publish import PublishReport

MAXIMUM_FILES = 10


@text.register
def _(data: PublishReport) -> RenderableType:
    verb = "to publish" if data.is_dry_run else "published"
    lines = [f"[bold]{data.environment}[/]: {verb}: {difference_text(data.difference)} (s3://{data.bucket})"]
    for sign, changes in (
        ("+", data.difference.added),
        ("~", data.difference.changed),
        ("!", data.difference.overwritten),
        ("-", data.difference.deleted),
    ):
        lines += _files(sign, changes)
    if data.release:
        lines.append(f"  release {data.release}")
    return Text.from_markup("\n".join(lines))


def difference_text(difference: PublishDifference) -> str:
    """What publishing would do, in one line."""
    if difference.is_empty:
        return f"{difference.unchanged} unchanged"
    return f"{len(difference.uploads)} to upload, {len(difference.deleted)} to delete, {difference.unchanged} unchanged"


def _files(sign: str, changes: Sequence[FileChange]) -> list[str]:
    lines = [f"  {sign} {escape(change.key)}" for change in changes[:MAXIMUM_FILES]]
    return lines + ([f"  {sign} ... and {len(changes) - MAXIMUM_FILES} more"] if len(changes) > MAXIMUM_FILES else [])
