"""What policy found the last time that it judged an environment's plan, kept for those who only look."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from mwaactl.errors import Finding, Severity
from mwaactl.model.verdict import Verdict, Waived

FORMAT_VERSION = 1


@dataclass(frozen=True)
class LastVerdict:
    """A verdict and the ISO time it was given.

    `configuration` and `modules` are digests (SHA-256) of the rendered files and the Terraform code it was given on.
    """

    verdict: Verdict
    judged_at: str
    configuration: str
    modules: str

    def to_json(self) -> str:
        """As stored."""
        return json.dumps(asdict(self) | {"format_version": FORMAT_VERSION}, indent=1, sort_keys=True)


def last_verdict_from_json(text: str) -> LastVerdict:
    """Read a stored one. Raises ValueError, TypeError or KeyError when it is none, or one of another version."""
    document = json.loads(text)
    if document["format_version"] != FORMAT_VERSION:
        raise ValueError("unknown format_version")
    given = document["verdict"]
    verdict = Verdict(
        given["environment"],
        refusals=tuple(map(_finding, given["refusals"])),
        waived=tuple(Waived(_finding(one["finding"]), one["reason"], one["source"]) for one in given["waived"]),
        warnings=tuple(map(_finding, given["warnings"])),
        passed=int(given["passed"]),
    )
    return LastVerdict(verdict, document["judged_at"], document["configuration"], document["modules"])


def _finding(document: Mapping[str, Any]) -> Finding:
    return Finding(**{**document, "severity": Severity(document["severity"])})
