"""Environments taken under management: what would be, and what was done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from mwaactl.render.lines import counted, one_line
from mwaactl.render.text.dispatch import text
from mwaactl.render.text.drafts import note_lines, yaml_lines
from mwaactl.workflows.adopt import AdoptPreview, AdoptReport

MOST_FILES = 8


@text.register
def _(data: AdoptPreview) -> RenderableType:
    parts: list[RenderableType] = [Text(f"envs/{data.environment}.yaml is there already")]
    if data.yaml:
        parts = [*yaml_lines(data.environment, data.yaml), *_files(data.files)]
    no_plan = Text("plan: none, as the state bucket does not exist yet; adopting would make it")
    parts.append(text(data.plan) if data.plan else no_plan)
    for finding in data.plan.verdict.refusals if data.plan else ():
        words = escape(one_line(f"{finding.id} {finding.address} {finding.message}"))
        parts.append(Text.from_markup(f"  [yellow]policy[/] {words}"))
    return Group(*parts, *note_lines(data.notes))


@text.register
def _(data: AdoptReport) -> RenderableType:
    done = "under management already" if data.plan.is_empty else data.plan.summary
    title = (
        f"[bold green]✓[/] [bold]{data.environment}[/] is {data.adopted}, Airflow {data.airflow_version}, "
        f"{data.status}: {done}"
    )
    parts: list[RenderableType] = [Text.from_markup(title)]
    if data.files:
        count = sum("/dags/" in path for path in data.files)
        others = f" and {counted(count, 'file')} in envs/{data.environment}/dags" if count else ""
        own = ", ".join(path for path in data.files if path.count("/") == 1)
        parts.append(Text(f"  wrote {own}{others}: commit them"))
    if data.policy:
        sandbox = "--sandbox " * (data.target == "sandbox")
        gate = f"mwaactl {sandbox}gate {data.environment}"
        found = counted(data.policy, "finding")
        parts.append(Text(f"  policy has {found} against it, to mend or waive before the next deploy: {gate}"))
    return Group(*parts, *note_lines(data.notes))


def _files(paths: Sequence[str]) -> Iterator[Text]:
    yield from (Text(f"and {path}") for path in paths[:MOST_FILES])
    if len(paths) > MOST_FILES:
        yield Text(f"and {counted(len(paths) - MOST_FILES, 'more file')}")
