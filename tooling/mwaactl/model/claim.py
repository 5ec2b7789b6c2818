"""The claim of a publish: who writes to a bucket at the moment, and what a killed run may have written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from mwaactl.model.release import PREFIX

CLAIM_KEY = f"{PREFIX}publishing.json"


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
        return f"`mwaactl {self.command}` of {owner.user} on {owner.host}, process {owner.pid}, since {self.since}"


def claim_from_json(text: bytes) -> Claim:
    """Read a stored claim. Raises ValueError, KeyError or TypeError when it is none."""
    document = json.loads(text)
    return Claim(owner=Owner(**document.pop("owner")), **document)
