"""The rules as checkov checks. Importing this module imports checkov (1 to 2 s) and registers them, once."""

from __future__ import annotations

from typing import Any

from checkov.common.bridgecrew.severities import Severities
from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck

from mwaactl.policies.resource import Resource, Surroundings
from mwaactl.policies.rule import Rule
from mwaactl.policies.rules import RULES


class OwnCheck(BaseResourceCheck):  # type: ignore[misc]  # checkov is not typed
    """A rule in checkov's form. Unlike checkov's own checks it has a severity without an account of the vendor."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(
            name=rule.name,
            id=rule.id,
            categories=[CheckCategories[rule.category]],
            supported_resources=list(rule.resources),
            guideline=rule.guideline,
        )
        self.rule = rule
        self.severity = Severities[rule.severity.value]

    def scan_resource_conf(self, conf: dict[str, Any]) -> CheckResult:
        """checkov's entry point."""
        judgement = self.rule.judge(Resource(self.entity_type, conf, _around(self.graph)))
        self.evaluated_keys = list(judgement.keys)
        self.details = list(judgement.details)
        return {True: CheckResult.PASSED, False: CheckResult.FAILED, None: CheckResult.UNKNOWN}[judgement.is_fine]


_last: list[tuple[Any, Surroundings]] = []


def _around(graph: Any) -> Surroundings:
    """Of one run all checks see the same graph; it is read once."""
    if not _last or _last[0][0] is not graph:
        _last[:] = [(graph, Surroundings.of_graph(graph))]
    return _last[0][1]


CHECKS = tuple(OwnCheck(rule) for rule in RULES)
