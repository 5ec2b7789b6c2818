"""Where to mend what policy found: in the environment's YAML where that says it, else in the Terraform code."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mwaactl.errors import Finding
from mwaactl.model.state import MWAA_TYPE, OPTIONS

if TYPE_CHECKING:
    from mwaactl.adapters.checkov import Sources
    from mwaactl.adapters.project import Project

_ELSEWHERE = {"kms_key": ("encryption", "kms_key"), "tags": ("tags",), "tags_all": ("tags",), "ttl": ("ttl",)}
"""Arguments of the MWAA environment that are no keys of `mwaa` in the YAML."""


def placed(finding: Finding, project: Project, sources: Sources) -> Finding:
    """The finding with file and line. What is not written anywhere any more points to the environment's own file."""
    if not finding.environment:
        return finding
    if finding.attribute.startswith("policy."):
        file, line = project.place_of(finding.environment, finding.attribute.split("."))
    elif MWAA_TYPE in finding.address and finding.attribute:
        file, line = project.place_of(finding.environment, _path(finding.attribute))
    elif finding.file:
        return finding
    else:
        file, line = sources.place_of(finding.address)
    if not file:
        file, line = project.files_of(finding.environment)[0], 1
    return replace(finding, file=file, line=line)


def _path(attribute: str) -> tuple[str, ...]:
    """Where the YAML says it; the names of Airflow options hold dots of their own."""
    first, _, rest = attribute.partition(".")
    if first == OPTIONS:
        return ("mwaa", first, rest) if rest else ("mwaa", first)
    inner = tuple(rest.split(".")) if rest else ()
    return (*_ELSEWHERE.get(first, ("mwaa", first)), *inner)
