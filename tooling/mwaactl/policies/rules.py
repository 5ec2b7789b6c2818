"""All rules, and the numbers that checkov's own checks made needless."""

from __future__ import annotations

from typing import Final

from mwaactl.policies import bucket, environment, logs, network, options, role, tags, upkeep
from mwaactl.policies.rule import Rule

RULES: Final[tuple[Rule, ...]] = tuple(
    sorted(
        (
            *logs.RULES,
            *environment.RULES,
            *role.RULES,
            *network.RULES,
            *bucket.RULES,
            *tags.RULES,
            *options.RULES,
            *upkeep.RULES,
        ),
        key=lambda rule: rule.number,
    )
)

_MENDS: Final = {rule.id: rule.mend for rule in RULES}


def mend_of(check: str) -> str:
    """What to do about a check of ours; empty for any other."""
    return _MENDS.get(check, "")


NOT_USED: Final = {
    13: ("The DAG bucket keeps versions", ("CKV_AWS_21",)),
    14: (
        "The DAG bucket is closed to the public by all four settings",
        ("CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56", "CKV2_AWS_6"),
    ),
    23: ("The environment's subnets give out no public addresses", ("CKV_AWS_130",)),
}
"""Numbers without a check: what would be checked, and which of checkov's checks do."""
