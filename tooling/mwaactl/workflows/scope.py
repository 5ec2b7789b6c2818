"""Which environments the gate judges, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mwaactl.errors import Finding
from mwaactl.model.gate import Affected
from mwaactl.workflows.tools import Toolbox

ASKED_FOR = "asked for"


@dataclass(frozen=True)
class Scope:
    """`left_out` are the environments that the change does not touch, `removed` findings on those that it removes.

    `is_code_affected`: has the Terraform code or a check changed, or was everything asked for?
    """

    affected: tuple[Affected, ...]
    left_out: tuple[Affected, ...] = ()
    removed: tuple[Finding, ...] = ()
    commit: str = ""
    is_code_affected: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The environments to judge."""
        return tuple(one.environment for one in self.affected)

    def reasons(self, environment: str) -> tuple[str, ...]:
        """Why it is judged."""
        return next(one.reasons for one in self.affected if one.environment == environment)


def scope_of(tools: Toolbox, names: Sequence[str], since: str) -> Scope:
    """These environments, or all; with `since` only those affected. Raises ConfigError for unknown ones."""
    from mwaactl.adapters.git import current_commit

    commit = current_commit(tools.project.root) or ""
    if not since:
        wanted = tuple(names) or tools.project.environment_names()
        return Scope(tuple(Affected(name, (ASKED_FOR,)) for name in wanted), commit=commit)
    from mwaactl.workflows.affected import affected

    found = affected(tools.project, names, since)
    return Scope(
        tuple(one for one in found.environments if one.reasons),
        tuple(one for one in found.environments if not one.reasons),
        found.removed,
        commit,
        found.is_code_affected,
    )
