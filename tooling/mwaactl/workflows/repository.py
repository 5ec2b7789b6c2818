"""The gate's look at the repository as such: what is the same for all environments, and needs no AWS."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mwaactl.errors import Finding
from mwaactl.workflows import dags_check
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.checkov import Scan, Sources
    from mwaactl.adapters.project import Project
    from mwaactl.model.environment import Environment

RENDER_STALE = "RENDER_STALE"


def files_findings(tools: Toolbox, environments: Sequence[Environment]) -> tuple[Finding, ...]:
    """Rendered files that are stale, Terraform code out of format, what dags check finds."""
    from mwaactl.adapters.terraform import format_findings

    root = tools.project.root
    found = [*_stale(tools.project, environments), *format_findings(tools.terraform, root)]
    return tuple(dict.fromkeys([*found, *dags_check.findings(tools, environments)]))


def source_scan(tools: Toolbox, sources: Sources, *, is_static: bool) -> Scan:
    """checkov on the Terraform code. Raises ConfigError for checks of the team that are none."""
    from mwaactl.adapters.checkov import load_team_checks, scan_source

    load_team_checks(tools.project.root, is_static=is_static)
    return scan_source(tools.project.root, sources=sources)


def _stale(project: Project, environments: Sequence[Environment]) -> list[Finding]:
    files = [file for environment in environments for file in project.rendered(environment)]
    # References that a team has no use for may be missing; what is there has to be true.
    files += [file for file in project.generated() if (project.root / file.path).exists()]
    return [
        Finding(
            RENDER_STALE,
            file.path,
            "is not what the YAML and the template render to",
            "mwaactl render, and commit",
            file=file.path,
            line=_first_difference(project.root / file.path, file.text),
        )
        for file in files
        if not project.is_fresh(file)
    ]


def _first_difference(path: Path, text: str) -> int:
    """The line, counted from 1, where the file on disk leaves the right text."""
    if not path.is_file():
        return 1
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    wanted = text.splitlines()
    pairs = zip(lines, wanted, strict=False)
    return next((number for number, (a, b) in enumerate(pairs, 1) if a != b), min(len(lines), len(wanted)) or 1)
