"""Saved plans in the bucket of Terraform states, so that another machine can apply exactly what was looked at.

That bucket is private, encrypted and open to TLS only, and it holds the same secrets already. A build artifact is
neither: everybody who may read the repository may download it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from mwaactl.adapters.aws import Bucket
from mwaactl.adapters.plan_records import save_record
from mwaactl.adapters.process import open_private
from mwaactl.errors import StalePlan
from mwaactl.model.plan_record import PlanRecord, record_from_json


@dataclass(frozen=True)
class StoredPlans:
    """The stored plans of one environment, one for each commit, below `folder` of the state's bucket."""

    bucket: Bucket
    folder: str

    def store(self, commit: str, plan_file: Path, record: PlanRecord) -> None:
        """Store a plan with its record. The record comes last and names the plan's digest, so half a plan is none."""
        content = plan_file.read_bytes()
        document = {"commit": commit, "digest": _digest(content), "record": asdict(record)}
        self.bucket.put(self._key(commit, "tfplan"), content)
        self.bucket.put(self._key(commit, "json"), json.dumps(document, indent=1, sort_keys=True).encode())

    def fetch(self, commit: str, plan_file: Path) -> bool:
        """Put the plan of this commit to `plan_file` with its record beside it; False when none is stored.

        Raises StalePlan when plan and record do not belong together.
        """
        found, content = self.bucket.read(self._key(commit, "json")), self.bucket.read(self._key(commit, "tfplan"))
        if found is None or content is None:
            return False
        try:
            document = json.loads(found)
            record = record_from_json(json.dumps(document["record"]))
            is_whole = document["commit"] == commit and document["digest"] == _digest(content)
        except (ValueError, TypeError, KeyError):
            is_whole = False
        if not is_whole:
            raise StalePlan(
                f"The stored plan of commit {commit[:12]} and its record do not belong together.",
                cause=f"s3://{self.bucket.name}/{self._key(commit, 'json')}",
                hint="another run may just be storing it: try again, or make the plan anew",
            )
        with open_private(plan_file) as file:
            file.write(content)
        save_record(plan_file.parent, record)
        return True

    def remove(self, commit: str) -> None:
        """Forget the plan of this commit: it is applied. Earlier versions stay as long as the bucket keeps them."""
        self.bucket.delete([self._key(commit, "json"), self._key(commit, "tfplan")])

    def _key(self, commit: str, suffix: str) -> str:
        return f"{self.folder}/{commit}.{suffix}"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
