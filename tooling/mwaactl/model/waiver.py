"""Exceptions from the policy that somebody took responsibility for: envs/waivers.yaml."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fnmatch import fnmatchcase

from pydantic import BaseModel, ConfigDict, Field

from mwaactl.errors import Finding, Severity
from mwaactl.model.plan_document import without_indexes
from mwaactl.model.verdict import Waived

FILE = "envs/waivers.yaml"
UNUSED_ID, EXPIRED_ID, EXPIRING_ID = "WAIVER_UNUSED", "WAIVER_EXPIRED", "WAIVER_EXPIRING"
NOTICE = timedelta(days=14)
"""Our own choice: two weeks are one sprint, enough to mend or to ask again."""


class Waiver(BaseModel):
    """One exception. `resource` and `environment` may hold `*`; clones of an environment are in its exceptions, too."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    check: str = Field(min_length=1)
    resource: str = Field(min_length=1)
    environment: str = Field(min_length=1)
    reason: str = Field(min_length=10)
    owner: str = Field(min_length=1)
    expires: date
    line: int = Field(0, exclude=True)  # where it stands in the file; not a key of it

    @property
    def place(self) -> str:
        """`envs/waivers.yaml:LINE`."""
        return f"{FILE}:{self.line}" if self.line else FILE

    def covers(self, finding: Finding, extended: Sequence[str] = ()) -> bool:
        """Is this the finding that the waiver speaks of? `extended` are the environments that the finding's extends.

        `resource` may leave indexes out: `module.bucket.*` covers `module.bucket[0].aws_s3_bucket.this`.
        """
        addresses = (finding.address, without_indexes(finding.address))
        return (
            self.check == finding.id
            and any(fnmatchcase(one, self.resource.replace("[", "[[]")) for one in addresses)
            and any(fnmatchcase(name, self.environment) for name in (finding.environment, *extended))
        )


def apply_waivers(
    findings: Sequence[Finding], waivers: Sequence[Waiver], today: date, extended: Sequence[str] = ()
) -> tuple[tuple[Finding, ...], tuple[Waived, ...]]:
    """Split `findings` of one environment into those that stand and those that are waived.

    An expired waiver waives nothing. `extended` are the environments that this one extends: a clone has what they have.
    """
    standing: list[Finding] = []
    waived: list[Waived] = []
    for finding in findings:
        covering = [waiver for waiver in waivers if waiver.covers(finding, extended)]
        valid = next((waiver for waiver in covering if waiver.expires >= today), None)
        if valid is not None:
            waived.append(Waived(finding, f"{valid.reason} ({valid.owner}, until {valid.expires})", valid.place))
        elif covering:
            hint = f"its waiver by {covering[0].owner} expired on {covering[0].expires}: fix it or renew the waiver"
            standing.append(replace(finding, hint=hint))
        else:
            standing.append(finding)
    return tuple(standing), tuple(waived)


def waiver_findings(
    waivers: Sequence[Waiver],
    seen: Sequence[Finding] | None,
    judged: Sequence[str],
    known: Sequence[str],
    today: date,
) -> tuple[Finding, ...]:
    """What should be done about waivers themselves, all LOW: those expired, about to expire, or of no use.

    `seen` is everything that was found in the `judged` ones of all `known` environments, None where not everything was
    looked at. Whether a waiver is of use can be told only when all were judged that it speaks of.
    """
    found = []
    for waiver in waivers:
        is_used = seen is None or any(waiver.covers(finding) for finding in seen)
        concerns = {name for name in known if fnmatchcase(name, waiver.environment)}
        if waiver.expires < today:
            found.append(
                _finding(waiver, EXPIRED_ID, f"expired on {waiver.expires}", "mend what it was for, or renew it")
            )
        elif not concerns <= set(judged):
            continue
        elif not is_used:
            found.append(_finding(waiver, UNUSED_ID, "waives nothing any more", "remove it"))
        elif waiver.expires - today <= NOTICE:
            found.append(_finding(waiver, EXPIRING_ID, f"expires on {waiver.expires}", f"ask {waiver.owner}"))
    return tuple(found)


def _finding(waiver: Waiver, id: str, message: str, hint: str) -> Finding:
    text = f"the waiver of {waiver.check} for {waiver.environment} {message}"
    return Finding(id, waiver.resource, text, hint, severity=Severity.LOW, file=FILE, line=waiver.line)
