"""Plan documents for checks, and what checkov says of them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from mwaactl.model.environment import Environment
from mwaactl.policies.context import Context, judging

TODAY = date(2026, 11, 22)
_ADDRESS = re.compile(r"(?P<module>(?:module\.\w+(?:\[[^\]]*\])?\.)*)(?P<type>\w+)\.(?P<name>\w+)(?P<index>\[.+\])?")


@dataclass(frozen=True)
class Planned:
    """A resource of a plan. What is known after apply is absent from `values`; `references` is where it comes from."""

    address: str
    values: Mapping[str, Any]
    references: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def parts(self) -> re.Match[str]:
        match = _ADDRESS.fullmatch(self.address)
        assert match, self.address
        return match

    def but(self, /, **changes: Any) -> Planned:
        """With other values."""
        return replace(self, values={**self.values, **changes})

    def without(self, *keys: str) -> Planned:
        """With these values known after apply only."""
        return replace(self, values={key: value for key, value in self.values.items() if key not in keys})

    def referring(self, **references: str) -> Planned:
        """With these values known after apply only, each from one reference such as aws_iam_role.this.id."""
        found = {key: [one, one.rpartition(".")[0]] for key, one in references.items()}
        return replace(self.without(*references), references={**self.references, **found})


def planned(address: str, **values: Any) -> Planned:
    """A resource with these values."""
    return Planned(address, values)


def document(*resources: Planned) -> dict[str, Any]:
    """In the form of `terraform show -json PLANFILE`."""
    modules: dict[str, list[dict[str, Any]]] = {}
    for one in resources:
        modules.setdefault(one.parts["module"].rstrip("."), []).append(_planned_value(one))
    root: dict[str, Any] = {"resources": modules.pop("", [])}
    root["child_modules"] = [{"address": address, "resources": found} for address, found in modules.items()]
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": root},
        "resource_changes": [_change(one) for one in resources],
        "configuration": {"root_module": _configuration(resources)},
    }


def context(*, is_clone: bool = False, today: date = TODAY, **changes: Any) -> Context:
    """An environment called retail-prod, with other keys of its YAML."""
    given = {
        "name": "prod",
        "project": "retail",
        "account_id": "333333333333",
        "region": "eu-west-1",
        "mwaa": {"airflow_version": "2.10.3"},
        "network": {"vpc_cidr": "10.30.0.0/16", "availability_zones": ("eu-west-1a", "eu-west-1b")},
    }
    return Context(Environment.model_validate({**given, **changes}), is_clone, today)


def protected() -> Context:
    """The same, protected."""
    return context(protected=True)


def scan(folder: Path, content: Mapping[str, Any], ids: Sequence[str], judged_as: Context | None = None) -> list[Any]:
    """checkov's records of a plan document: passed and failed. What could not be told has none."""
    from checkov.runner_filter import RunnerFilter
    from checkov.terraform.plan_runner import Runner

    import mwaactl.policies.checks  # noqa: F401

    path = folder / "plan.json"
    path.write_text(json.dumps(content))
    wanted = RunnerFilter(framework=["terraform_plan"], checks=list(ids))
    if judged_as is None:
        report = Runner().run(None, None, [str(path)], wanted)
    else:
        with judging(judged_as):
            report = Runner().run(None, None, [str(path)], wanted)
    assert report.parsing_errors == []
    return [*report.passed_checks, *report.failed_checks]


def scan_source(folder: Path, code: str, ids: Sequence[str], judged_as: Context | None = None) -> list[Any]:
    """checkov's records of Terraform code."""
    from checkov.runner_filter import RunnerFilter
    from checkov.terraform.runner import Runner

    import mwaactl.policies.checks  # noqa: F401

    (folder / "main.tf").write_text(code)
    wanted = RunnerFilter(framework=["terraform"], checks=list(ids), download_external_modules=False)
    with judging(judged_as or context()):
        report = Runner().run(str(folder), None, None, wanted)
    assert report.parsing_errors == []
    return [*report.passed_checks, *report.failed_checks]


def _planned_value(one: Planned) -> dict[str, Any]:
    parts = one.parts
    found = {"address": one.address, "mode": "managed", "type": parts["type"], "name": parts["name"]}
    return {**found, "values": dict(one.values)}


def _change(one: Planned) -> dict[str, Any]:
    unknown = dict.fromkeys(one.references, True)
    change = {"actions": ["create"], "before": None, "after": dict(one.values), "after_unknown": unknown}
    return {"address": one.address, "type": one.parts["type"], "name": one.parts["name"], "change": change}


def _configuration(resources: Sequence[Planned]) -> dict[str, Any]:
    root: dict[str, Any] = {"resources": [], "module_calls": {}}
    for one in resources:
        here = root
        for name in re.findall(r"module\.(\w+)", one.parts["module"]):
            calls = here.setdefault("module_calls", {})
            here = calls.setdefault(name, {"module": {"resources": []}})["module"]
        expressions = {key: {"references": list(found)} for key, found in one.references.items()}
        type, name = one.parts["type"], one.parts["name"]
        here["resources"].append({"address": f"{type}.{name}", "type": type, "name": name, "expressions": expressions})
    return root
