"""Policy's verdict on an environment and on the repository: checkov, guards, budget, waivers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mwaactl.errors import Finding, Severity
from mwaactl.model.cost import Cost, budget_finding, configured_cost, difference
from mwaactl.model.guards import guard
from mwaactl.model.plan_document import without_indexes
from mwaactl.model.verdict import Verdict, Waived
from mwaactl.model.waiver import Waiver, apply_waivers, waiver_findings
from mwaactl.workflows.places import placed
from mwaactl.workflows.tools import NOTHING_ALLOWED, Allowed, Toolbox

if TYPE_CHECKING:
    from mwaactl.adapters.checkov import Scan, Sources
    from mwaactl.model.environment import Environment
    from mwaactl.policies.context import Context

CONFIG_WARNING = "CONFIG_WARNING"


@dataclass(frozen=True)
class Judge:
    """One run's policy."""

    tools: Toolbox
    allowed: Allowed = NOTHING_ALLOWED
    is_static: bool = False
    warns_of_configuration: bool = True
    _seen: list[Finding] = field(default_factory=list)
    _judged: set[tuple[str, str]] = field(default_factory=set)

    @cached_property
    def sources(self) -> Sources:
        """The Terraform code, read once for all environments."""
        from mwaactl.adapters.checkov import load_sources

        return load_sources(self.tools.project.root)

    @cached_property
    def waivers(self) -> tuple[Waiver, ...]:
        """envs/waivers.yaml. Raises ConfigError with every mistake in it."""
        from mwaactl.adapters.waivers import load_waivers

        return load_waivers(self.tools.project.root)

    def of_plan(self, environment: Environment, document: Mapping[str, Any]) -> Verdict:
        """On a plan document (`terraform show -json`). The verdict is kept, for those who only look."""
        from mwaactl.workflows.last_verdict import keep

        scan = self._scan(environment, document)
        guarded = guard(
            document,
            environment.name,
            is_protected=environment.protected,
            max_deletions=environment.policy.max_deletions,
            allow_replace=self.allowed.replace,
            allow=self.allowed.other,
        )
        cost = difference(document, environment).after
        verdict = self._verdict(environment, scan, [*guarded, *_budget(environment, cost)])
        keep(self.tools, environment, verdict, document)
        return verdict

    def of_configuration(self, environment: Environment) -> Verdict:
        """On the YAML alone, where nothing may be planned."""
        from mwaactl.model.planned import planned_environment

        scan = self._scan(environment, planned_environment(environment))
        return self._verdict(environment, scan, _budget(environment, configured_cost(environment)))

    def of_repository(self, findings: Iterable[Finding], source: Scan | None) -> Verdict:
        """On the repository as such, after all environments: what a plan has judged, the plan knows better."""
        new = [
            finding
            for finding in (source.failed if source else ())
            if (finding.id, without_indexes(finding.address)) not in self._judged
        ]
        return self._split("", [*findings, *new], (), source.passed if source else 0)

    def of_waivers(self, environments: Iterable[str], *, is_complete: bool) -> tuple[Finding, ...]:
        """Waivers that are expired, about to expire, or, where everything was looked at, of no use."""
        seen = self._seen if is_complete else None
        known = self.tools.project.environment_names()
        return waiver_findings(self.waivers, seen, tuple(environments), known, self.tools.now().date())

    def _scan(self, environment: Environment, document: Mapping[str, Any]) -> Scan:
        from mwaactl.adapters.checkov import load_team_checks, scan_plan

        load_team_checks(self.tools.project.root, is_static=self.is_static)
        scan = scan_plan(
            environment.name,
            document,
            self.tools.project.root,
            context=self._context(environment),
            sources=self.sources,
        )
        self._judged.update(scan.judged)
        return scan

    def _context(self, environment: Environment) -> Context:
        from mwaactl.policies.context import Context

        return Context(environment, bool(self.tools.project.extended(environment.name)), self.tools.now().date())

    def _verdict(self, environment: Environment, scan: Scan, more: list[Finding]) -> Verdict:
        found = [*scan.failed, *more]
        if self.warns_of_configuration:
            found += self._configuration_warnings(environment)
        here = [placed(finding, self.tools.project, self.sources) for finding in found]
        return self._split(environment.name, here, scan.skipped, scan.passed)

    def _split(
        self, environment: str, findings: Iterable[Finding], skipped: tuple[Waived, ...], passed: int
    ) -> Verdict:
        found = tuple(dict.fromkeys(findings))
        self._seen.extend(found)
        extended = self.tools.project.extended(environment) if environment else ()
        standing, waived = apply_waivers(found, self.waivers, self.tools.now().date(), extended)
        return Verdict(
            environment,
            refusals=tuple(finding for finding in standing if finding.severity is not Severity.LOW),
            waived=(*waived, *skipped),
            warnings=tuple(finding for finding in standing if finding.severity is Severity.LOW),
            passed=passed,
        )

    def _configuration_warnings(self, environment: Environment) -> list[Finding]:
        return [
            Finding(
                CONFIG_WARNING,
                problem.field or problem.file,
                problem.message,
                problem.hint or "",
                environment.name,
                Severity.LOW,
                problem.file,
                problem.line,
            )
            for problem in self.tools.project.warnings([environment.name])
        ]


def _budget(environment: Environment, cost: Cost) -> list[Finding]:
    finding = budget_finding(cost, environment)
    return [replace(finding, environment=environment.name)] if finding else []
