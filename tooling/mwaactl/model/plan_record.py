"""What a saved plan was made from, so that a stale one is refused."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class PlanRecord:
    """Digests (SHA-256) of the configuration, artifacts and Terraform code of a plan, and the state it started from."""

    environment: str
    target: str
    configuration: str
    artifacts: str
    modules: str
    state_serial: int | None
    state_lineage: str | None
    is_destroy: bool
    created_at: str

    def differences(self, now: PlanRecord) -> tuple[str, ...]:
        """What has changed since the plan was made, in words."""
        words = {
            "target": "the target (AWS or sandbox)",
            "configuration": "the configuration",
            "artifacts": "plugins, requirements.txt or startup.sh",
            "modules": "the Terraform code",
            "state_serial": "the state",
            "state_lineage": "the state",
        }
        changed = [text for name, text in words.items() if getattr(self, name) != getattr(now, name)]
        return tuple(dict.fromkeys(changed))

    def to_json(self) -> str:
        """The record as stored beside the plan."""
        return json.dumps(asdict(self), indent=1, sort_keys=True)


def record_from_json(text: str) -> PlanRecord:
    """Read a stored record. Raises ValueError or TypeError when it is not one."""
    return PlanRecord(**json.loads(text))
