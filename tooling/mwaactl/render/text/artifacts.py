"""What is published."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.markup import escape
from rich.text import Text

from mwaactl.model.publication import FileChange, PublishDifference
from mwaactl.render.lines import counted
from mwaactl.render.text.dispatch import text
from mwaactl.workflows.pinned import ArtifactChange
from mwaactl.workflows.publish import PublishPreview, PublishReport

MAXIMUM_FILES = 10
"""Of each kind, where not the exact difference is asked for."""


@text.register
def _(data: PublishReport) -> RenderableType:
    verb = "to publish" if data.is_dry_run else "published"
    head = f"[bold]{data.environment}[/]: {verb}: {difference_text(data.difference)} (s3://{escape(data.bucket)})"
    lines = [head, *changes_text(data.difference, None if data.is_dry_run else MAXIMUM_FILES)]
    if data.release:
        lines.append(f"  {'current release' if data.is_dry_run else 'release'} {data.release}")
    lines += _stale(data.environment, data.artifacts)
    if data.parsed:
        count = counted(sum(file.state != "no DAG" for file in data.parsed.files), "DAG file")
        lines.append(f"  Airflow has parsed {count} after {data.parsed.seconds:.0f} s")
    return Text.from_markup("\n".join(lines))


@text.register
def _(data: PublishPreview) -> RenderableType:
    report = data.report
    head = f"[bold]{report.environment}[/]: to publish: {difference_text(report.difference)}"
    lines = [head, *changes_text(report.difference, MAXIMUM_FILES), *_stale(report.environment, report.artifacts)]
    return Text.from_markup("\n".join(lines))


def difference_text(difference: PublishDifference) -> str:
    """What publishing would do, in one line."""
    if difference.is_empty:
        return f"{difference.unchanged} unchanged"
    size = size_text(sum(change.size or 0 for change in difference.uploads))
    uploads = f"{len(difference.uploads)} to upload ({size})"
    return f"{uploads}, {len(difference.deleted)} to delete, {difference.unchanged} unchanged"


def changes_text(difference: PublishDifference, maximum: int | None) -> list[str]:
    """A line for each file; at most `maximum` of each kind."""
    lines = []
    for sign, changes, remark in (
        ("[green]+[/]", difference.added, ""),
        ("[yellow]~[/]", difference.changed, ""),
        ("[red]![/]", difference.overwritten, ": overwrites a file that mwaactl did not publish"),
        ("[red]-[/]", difference.deleted, ""),
    ):
        shown: Sequence[FileChange] = changes if maximum is None else changes[:maximum]
        lines += [f"  {sign} {escape(change.key)} [dim]({_sizes(change)})[/]{remark}" for change in shown]
        if len(changes) > len(shown):
            lines.append(f"  {sign} ... and {len(changes) - len(shown)} more")
    return lines


def size_text(size: int) -> str:
    """A size for a person: B, kB, MB, GB."""
    if size < 1000:
        return f"{size} B"
    value, units = size / 1000, ["kB", "MB", "GB"]
    while value >= 1000 and len(units) > 1:
        value, units = value / 1000, units[1:]
    return f"{value:.1f} {units[0]}"


def _sizes(change: FileChange) -> str:
    sizes = [size_text(size) for size in (change.size_before, change.size) if size is not None]
    return " > ".join(sizes if change.size is not None else sizes[:1])


def _stale(environment: str, artifacts: Sequence[ArtifactChange]) -> list[str]:
    """publish brings no artifacts: name the command that does."""
    names = [escape(change.file or f"{change.name} (none any more)") for change in artifacts]
    if not names:
        return []
    what = "is not what" if len(names) == 1 else "are not what"
    command = f"mwaactl deploy {environment}"
    return [f"  [yellow]![/] {', '.join(names)} {what} the environment runs, and publish does not bring it: {command}"]
