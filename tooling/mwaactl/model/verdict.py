"""The policy's answer for one environment."""

from __future__ import annotations

from dataclasses import dataclass

from mwaactl.errors import Finding

IN_CODE = "checkov:skip"


@dataclass(frozen=True)
class Waived:
    """A finding that does not count, and the reason somebody gave."""

    finding: Finding
    reason: str
    source: str  # IN_CODE, or the place of the waiver


@dataclass(frozen=True)
class Verdict:
    """What refuses, what is waived, what deserves a look. `passed` counts the checks that passed."""

    environment: str
    refusals: tuple[Finding, ...] = ()
    waived: tuple[Waived, ...] = ()
    warnings: tuple[Finding, ...] = ()
    passed: int = 0

    @property
    def is_refused(self) -> bool:
        """May this plan not be applied?"""
        return bool(self.refusals)

    @property
    def summary(self) -> str:
        """One line such as `41 checks passed, 2 refused, 5 waived`."""
        parts = [f"{self.passed} checks passed"]
        parts += [f"{len(self.refusals)} refused"] if self.refusals else []
        parts += [f"{len(self.waived)} waived"] if self.waived else []
        count = len(self.warnings)
        parts += [f"{count} warning{'s' if count > 1 else ''}"] if count else []
        return ", ".join(parts)
