"""The claim of a publish: who writes to a bucket at the moment, and what a killed run may have written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from mwaactl.model.release import PREFIX

CLAIM_KEY = f"{PREFIX}publishing.json"

RENEWAL_S = 10.0
"""How often the owner of a claim shows that it lives."""

QUIET_S = 30.0
"""After so long without a sign of life an owner is doubtful: three renewals were missed."""

STALE_S = 60.0
"""A claim that does not change for so long, on the clock of whoever watches it, has no owner any more."""


@dataclass(frozen=True)
class Owner:
    """A run of mwaactl. `machine` tells kernels and containers apart, `started` processes of one id."""

    user: str
    host: str
    machine: str
    pid: int
    started: str


@dataclass(frozen=True)
class Claim:
    """`journal` maps each key that the run may write, and no release has, to the ETag that lay there before it.

    `renewals` counts the signs of life; `is_over` says that the run gave up, and left only its journal.
    """

    id: str
    owner: Owner
    command: str
    since: str
    journal: Mapping[str, str | None] = field(default_factory=dict)
    renewals: int = 0
    is_over: bool = False

    def to_json(self) -> bytes:
        """The claim as stored."""
        return json.dumps(asdict(self), sort_keys=True).encode()

    @property
    def holder(self) -> str:
        """Who holds it since when, in words."""
        owner = self.owner
        return f"`mwaactl {self.command}` of {owner.user} on {owner.host} (process {owner.pid}) since {self.since}"


@dataclass(frozen=True)
class SeenClaim:
    """A claim as found in the bucket. `age_s` is how long ago it was written, by S3's own clock."""

    claim: Claim
    etag: str
    age_s: float


def claim_from_json(text: bytes) -> Claim:
    """Read a stored claim. Raises ValueError, KeyError or TypeError when it is none."""
    document = json.loads(text)
    return Claim(owner=Owner(**document.pop("owner")), **document)


def with_inherited(journal: Mapping[str, str | None], dead: Claim | None) -> dict[str, str | None]:
    """The journal of a run that takes over from a dead one: what lay at a key before the first of them counts."""
    return {**journal, **(dead.journal if dead else {})}
