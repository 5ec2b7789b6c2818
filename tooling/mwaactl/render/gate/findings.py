"""All findings of a gate in one list, with what became of each, in an order that never changes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mwaactl.errors import Finding, Severity
from mwaactl.model.gate import Gate
from mwaactl.model.verdict import Verdict

_WORST_FIRST = tuple(reversed(Severity))


class Standing(StrEnum):
    """What a finding does to the verdict."""

    REFUSAL = "refusal"
    WARNING = "warning"
    WAIVED = "waived"


@dataclass(frozen=True)
class Judged:
    """A finding with its environment (empty: the repository). `reason` and `source` are those of a waiver."""

    finding: Finding
    environment: str
    standing: Standing
    reason: str = ""
    source: str = ""

    @property
    def file(self) -> str:
        """Where to look: the finding's file, else the YAML that asks for the resource."""
        return self.finding.file or f"envs/{self.environment or 'defaults'}.yaml"

    @property
    def line(self) -> int:
        """The line in `file`; 0 is unknown."""
        return self.finding.line if self.finding.file else 0

    @property
    def order(self) -> tuple[object, ...]:
        """Refusals before warnings before waived ones, the worst first."""
        found = self.finding
        worst = _WORST_FIRST.index(found.severity)
        place = (found.file, found.line, found.attribute, found.message)
        return (list(Standing).index(self.standing), worst, found.id, found.address, *place)


def judged(verdict: Verdict) -> tuple[Judged, ...]:
    """The findings of one verdict, worst first."""
    name = verdict.environment
    found = [Judged(finding, finding.environment or name, Standing.REFUSAL) for finding in verdict.refusals]
    found += [Judged(finding, finding.environment or name, Standing.WARNING) for finding in verdict.warnings]
    found += [
        Judged(one.finding, one.finding.environment or name, Standing.WAIVED, one.reason, one.source)
        for one in verdict.waived
    ]
    return tuple(sorted(found, key=lambda one: one.order))


def all_judged(gate: Gate) -> tuple[Judged, ...]:
    """The findings of the repository and of all environments, worst first."""
    found = [one for verdict in gate.verdicts for one in judged(verdict)]
    return tuple(sorted(found, key=lambda one: (one.order, one.environment)))
