"""render: write what follows from envs/*.yaml, or check that it is fresh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mwaactl.errors import ConfigError, Problem
from mwaactl.model.result import Result
from mwaactl.workflows.tools import Toolbox


@dataclass(frozen=True)
class RenderReport:
    """Which files were written, how many were fresh, and what works but not as its author may think."""

    written: tuple[str, ...]
    fresh: int
    warnings: tuple[Problem, ...] = ()


def run(tools: Toolbox, names: Sequence[str] = (), *, check: bool = False) -> Result[RenderReport]:
    """Render environments (all by default), the schema and the reference. Raises ConfigError for stale files."""
    project = tools.project
    files = [file for environment in project.environments(names) for file in project.rendered(environment)]
    if not names:
        files += project.generated()
    if check:
        stale = [file.path for file in files if not project.is_fresh(file)]
        if stale:
            problems = [Problem(str(path), 0, 0, "", "is stale or missing") for path in stale]
            raise ConfigError("Rendered files are not fresh.", problems=problems, hint="mwaactl render, and commit")
        return Result("render", RenderReport((), len(files), project.warnings(names)))
    written = tuple(str(file.path) for file in files if project.write(file.path, file.text))
    return Result("render", RenderReport(written, len(files) - len(written), project.warnings(names)))
