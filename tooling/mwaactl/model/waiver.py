"""Exceptions from the policy that somebody took responsibility for: envs/waivers.yaml."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fnmatch import fnmatchcase

from pydantic import BaseModel, ConfigDict, Field

from mwaactl.errors import Finding
from mwaactl.model.verdict import Waived


class Waiver(BaseModel):
    """One exception. `resource` and `environment` may hold `*`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    check: str = Field(min_length=1)
    resource: str = Field(min_length=1)
    environment: str = Field(min_length=1)
    reason: str = Field(min_length=10)
    owner: str = Field(min_length=1)
    expires: date

    def covers(self, finding: Finding) -> bool:
        """Is this the finding that the waiver speaks of?"""
        return (
            self.check == finding.id
            and fnmatchcase(finding.address, self.resource.replace("[", "[[]"))
            and fnmatchcase(finding.environment, self.environment)
        )


def apply_waivers(
    findings: Sequence[Finding], waivers: Sequence[Waiver], today: date
) -> tuple[tuple[Finding, ...], tuple[Waived, ...]]:
    """Split `findings` into those that stand and those that are waived. An expired waiver waives nothing."""
    standing: list[Finding] = []
    waived: list[Waived] = []
    for finding in findings:
        covering = [waiver for waiver in waivers if waiver.covers(finding)]
        valid = next((waiver for waiver in covering if waiver.expires >= today), None)
        if valid is not None:
            waived.append(
                Waived(finding, f"{valid.reason} ({valid.owner}, until {valid.expires})", "envs/waivers.yaml")
            )
        elif covering:
            hint = f"its waiver by {covering[0].owner} expired on {covering[0].expires}: fix it or renew the waiver"
            standing.append(Finding(finding.id, finding.address, finding.message, hint, finding.environment))
        else:
            standing.append(finding)
    return tuple(standing), tuple(waived)
