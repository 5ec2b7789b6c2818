"""The gate's answer: one verdict over everything that a change touches."""

from __future__ import annotations

from dataclasses import dataclass, field

from mwaactl.errors import Finding, MwaactlError
from mwaactl.model.cost import CostDifference
from mwaactl.model.plan import Plan
from mwaactl.model.result import Outcome
from mwaactl.model.verdict import Verdict


@dataclass(frozen=True)
class Affected:
    """One environment, and the changed files that make it affected; none of them means that it is left out."""

    environment: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class OptionChange:
    """One key of airflow_configuration_options; None is absent. Values that look secret are masked."""

    key: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class GateReport:
    """One environment. `plan` and `cost` are None in static mode, where nothing is planned. `seconds` of wall time."""

    environment: str
    affected_because: tuple[str, ...]
    verdict: Verdict
    plan: Plan | None = None
    options: tuple[OptionChange, ...] = ()
    cost: CostDifference | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class Gate:
    """All environments and the repository as such (`environment` of that verdict is empty).

    `since` is the reference compared with, empty for none; `commit` the one looked at, empty outside git.
    `left_out` are environments that the change does not affect. `only` is the environment when exactly one was asked
    for by name: then it has a comment of its own.
    """

    is_static: bool
    since: str
    commit: str
    repository: Verdict
    outcomes: tuple[Outcome[GateReport], ...] = ()
    left_out: tuple[Affected, ...] = field(default=())
    only: str = ""

    @property
    def reports(self) -> tuple[GateReport, ...]:
        """What came out of the environments that could be judged."""
        return tuple(outcome.data for outcome in self.outcomes if outcome.data is not None)

    @property
    def failures(self) -> tuple[tuple[str, MwaactlError], ...]:
        """Environments that could not be judged, with the error."""
        return tuple((outcome.environment, outcome.error) for outcome in self.outcomes if outcome.error is not None)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The repository's verdict, then each environment's."""
        return (self.repository, *(report.verdict for report in self.reports))

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """Everything that refuses."""
        return tuple(finding for verdict in self.verdicts for finding in verdict.refusals)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Everything that deserves a look."""
        return tuple(finding for verdict in self.verdicts for finding in verdict.warnings)

    @property
    def has_passed(self) -> bool:
        """Nothing refuses and nothing failed."""
        return not self.refusals and not self.failures
