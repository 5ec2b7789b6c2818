"""Releases: the list of them, what two differ in, what was rolled back or promoted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from mwaactl.model.promotion import RuntimeChange
from mwaactl.model.publication import PublishDifference
from mwaactl.model.release_difference import FilePatch, ReleaseDifference
from mwaactl.render.lines import counted, duration, one_line, plain_line
from mwaactl.render.text.artifacts import changes_text
from mwaactl.render.text.dispatch import text
from mwaactl.workflows.promote import PromoteReport
from mwaactl.workflows.releases import ReleasesReport, ReleaseSummary
from mwaactl.workflows.rollback import RollbackReport

COMMIT_LENGTH = 10
DIGEST_LENGTH = 12
_STYLES = {"+": "green", "-": "red", "@": "cyan"}


@text.register
def _(data: ReleasesReport) -> RenderableType:
    if not data.total:
        return Text(f"{data.environment}: nothing is published yet. Next: mwaactl publish {data.environment}")
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("release", "", "when", "who", "commit", "from", "files", "Airflow"):
        table.add_column(name, overflow="fold")
    for release in data.releases:
        table.add_row(*_row(release))
    parts: list[RenderableType] = [table]
    if len(data.releases) + len(data.unreadable) < data.total:
        shown = f"{len(data.releases)} of {data.total}; all of them: --limit {data.total}"
        parts.append(Text(shown, style="dim"))
    return Group(*parts)


def _row(release: ReleaseSummary) -> Iterator[str]:
    yield escape(one_line(release.id))
    yield " ".join(_marks(release))
    yield f"{_local(release.created_at)}{_age(release.age_s, ' ({} ago)')}"
    yield escape(one_line(release.created_by))
    yield _commit(release.commit)
    yield _origin(release)
    counts = release.changed
    yield f"{release.files} (+{counts.added} ~{counts.changed} -{counts.deleted})"
    yield escape(release.airflow_version) or "-"


def _marks(release: ReleaseSummary) -> Iterator[str]:
    if release.is_current:
        yield "[green]current[/]"
    if release.is_previous:
        yield "previous"
    if release.is_unfinished:
        yield "[yellow]killed before it became current[/]"
    if release.gone and not release.is_current:
        yield f"[yellow]not restorable: {counted(len(release.gone), 'file')} gone[/]"


def _origin(release: ReleaseSummary) -> str:
    origin = release.origin
    where = " ".join(part for part in (origin.environment, origin.release) if part)
    return escape(one_line(f"{origin.kind} of {where}" if where else origin.kind))


@text.register
def _(data: ReleaseDifference) -> RenderableType:
    head = f"[bold]{data.environment}[/]: {data.a} → {data.b}"
    if data.is_empty:
        return Text.from_markup(f"{head}: the same {counted(data.unchanged, 'file')}")
    difference = PublishDifference(data.added, data.changed, (), data.deleted, data.unchanged)
    lines = [f"{head}: {data.unchanged} unchanged", *changes_text(difference, None)]
    parts: list[RenderableType] = [Text.from_markup("\n".join(lines), emoji=False)]
    return Group(*parts, *(_patch(patch) for patch in data.patches))


@text.register
def _(data: RollbackReport) -> RenderableType:
    verb = "to roll back" if data.is_dry_run else "rolled back"
    head = f"[bold]{data.environment}[/]: {verb} from {data.replaced} to {data.restored} (s3://{data.bucket})"
    if data.release == data.replaced:
        head = f"[bold]{data.environment}[/]: is at the content of {data.restored} already"
    lines = [head, f"  {_counts(data.difference)}", *changes_text(data.difference, None)]
    if data.release and data.release != data.replaced:
        lines.append(f"  release {data.release}; to undo it: mwaactl rollback {data.environment} {data.replaced}")
    commit = (data.commit or "COMMIT").partition("+")[0]
    back = f"git checkout {commit} && mwaactl deploy {data.environment}"
    return Text.from_markup("\n".join([*lines, *_runtime(data.runtime, back)]), emoji=False)


@text.register
def _(data: PromoteReport) -> RenderableType:
    verb = "to promote" if data.is_dry_run else "promoted"
    lines = [
        f"[bold]{data.environment}[/]: {verb} from {data.source}: {data.promoted} (s3://{data.bucket})",
        f"  {_counts(data.difference)}, digest {data.digest[:DIGEST_LENGTH]}",
        *changes_text(data.difference, None),
    ]
    if data.release:
        lines.append(f"  release {data.release}")
    command = f"mwaactl deploy {data.environment}"
    return Text.from_markup("\n".join([*lines, *_runtime(data.runtime, command)]), emoji=False)


def _counts(difference: PublishDifference) -> str:
    if difference.is_empty:
        return f"{difference.unchanged} unchanged"
    return f"{len(difference.uploads)} to copy, {len(difference.deleted)} to delete, {difference.unchanged} unchanged"


def _runtime(changes: Sequence[RuntimeChange], command: str) -> list[str]:
    """Only an update of the environment brings these: name the command."""
    names = [
        f"Airflow {change.running} (then {change.released})" if change.name == "airflow_version" else change.name
        for change in changes
    ]
    if not names:
        return []
    are = "is" if len(names) == 1 else "are"
    what = escape(one_line(", ".join(names)))
    return [f"  [yellow]![/] {what} {are} not as when it was released, and this does not change it: {command}"]


def _patch(patch: FilePatch) -> Text:
    if patch.note:
        return Text(f"{one_line(patch.key)}: {patch.note}", style="dim")
    lines = [plain_line(line) for line in patch.lines]
    styled = [Text(line, "bold" if number < 2 else _STYLES.get(line[:1], "")) for number, line in enumerate(lines)]
    return Text("\n").join(styled)


def _commit(commit: str | None) -> str:
    if not commit:
        return "-"
    bare, _, changes = commit.partition("+")
    return escape(one_line(bare[:COMMIT_LENGTH])) + ("*" if changes else "")


def _local(created_at: str) -> str:
    try:
        return f"{datetime.fromisoformat(created_at).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return escape(one_line(created_at))


def _age(seconds: float | None, words: str) -> str:
    return "" if seconds is None else words.format(duration(seconds))
