"""What is paid for, its price, a plan's difference, and the budget."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mwaactl.errors import Finding, Severity
from mwaactl.model import catalog, footprint
from mwaactl.model.bill import CostItem
from mwaactl.model.cost import (
    LEFT_OUT,
    Cost,
    budget_finding,
    configured_cost,
    cost_of,
    difference,
)
from mwaactl.model.environment import Environment
from mwaactl.model.footprint import Capacity, Footprint, footprint_of, footprints_of_plan

ROOT = Path(__file__).parents[2]
PLANS = ROOT / "tests/data/plans"
MWAA = "aws_mwaa_environment"


def environment(**sections: Any) -> Environment:
    """An environment as small as can be, in the Region of the prices; `sections` are merged into its own."""
    given: dict[str, Any] = {
        "name": "prod",
        "project": "retail",
        "account_id": "333333333333",
        "region": "us-east-1",
        "mwaa": {"airflow_version": "2.10.3"},
    }
    for name, section in sections.items():
        given[name] = {**given.get(name, {}), **section} if isinstance(section, dict) else section
    return Environment.model_validate(given)


def prod() -> Environment:
    """What the recorded plans were made from."""
    return environment(
        region="eu-west-1",
        mwaa={
            "environment_class": "mw1.large",
            "schedulers": 3,
            "min_workers": 2,
            "max_workers": 15,
            "min_webservers": 2,
            "max_webservers": 4,
            "log_retention_in_days": 731,
        },
        network={
            "nat_gateways": "per_az",
            "interface_endpoints": ("kms", "logs", "monitoring", "sqs"),
            "flow_logs_retention_in_days": 731,
        },
    )


def plan(name: str) -> dict[str, Any]:
    """A plan of Terraform 1.11 and AWS provider 5.100 against the sandbox, cut down to what is paid for."""
    document: dict[str, Any] = json.loads((PLANS / f"{name}.json").read_text())
    return document


def resources(values: Mapping[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    """The resources of this type in `planned_values` or in the `values` of a state."""

    def walk(module: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        yield from (one for one in module.get("resources", ()) if one["type"] == kind)
        for child in module.get("child_modules", ()):
            yield from walk(child)

    return walk(values["root_module"])


def item(cost: Cost, name: str) -> CostItem | None:
    return next((one for one in cost.items if one.name == name), None)


def money(cost: Cost, name: str) -> tuple[Decimal | None, Decimal | None]:
    found = item(cost, name)
    assert found, [one.name for one in cost.items]
    return found.low, found.high


def usd(*amounts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(amount) for amount in amounts)


# Prices


def test_environment_of_the_smallest_size_when_priced_then_no_additional_line_and_the_exact_sum() -> None:
    cost = cost_of("dev", Footprint(Capacity("mw1.small", 2, (2, 2), (1, 1))), "us-east-1")
    assert [one.name for one in cost.items] == ["environment mw1.small", "metadata database"]
    assert (cost.low, cost.high) == usd("358.70", "361.70")  # 0.49 x 730, and 10 to 40 GB of 0.10


@pytest.mark.parametrize(
    ("name", "capacity", "line", "expected"),
    [
        ("50 workers of AWS's example", Capacity("mw1.small", 2, (2, 2), (50, 50)), "workers", ("1967.35", "1967.35")),
        ("first worker included", Capacity("mw1.large", 2, (2, 2), (1, 15)), "workers", ("0.00", "2248.40")),
        ("two schedulers included", Capacity("mw1.medium", 3, (2, 2), (1, 1)), "schedulers", ("80.30", "80.30")),
        ("two web servers included", Capacity("mw1.large", 2, (3, 5), (1, 1)), "web servers", ("80.30", "240.90")),
    ],
)
def test_additional_components_are_priced_beyond_what_the_environment_includes(
    name: str, capacity: Capacity, line: str, expected: tuple[str, str]
) -> None:
    assert money(cost_of("dev", Footprint(capacity), "us-east-1"), f"additional {line}") == usd(*expected), name


def test_unknown_price_when_class_has_none_then_not_estimated_and_never_zero() -> None:
    cost = cost_of("dev", Footprint(Capacity("mw1.xlarge", 3, (2, 2), (1, 4))), "us-east-1")
    assert money(cost, "environment mw1.xlarge") == (None, None)
    assert cost.unknown == ("environment mw1.xlarge", "additional schedulers", "additional workers")
    assert (cost.low, cost.high) == usd("1.00", "4.00")
    assert "no price" in getattr(item(cost, "additional workers"), "basis", "")


def test_unknown_price_of_a_part_when_it_is_not_used_then_nothing_is_missing() -> None:
    assert catalog.hourly_price("webserver", "mw1.medium") is None
    assert configured_cost(environment(mwaa={"environment_class": "mw1.medium"})).unknown == ()
    more = configured_cost(environment(mwaa={"environment_class": "mw1.medium", "max_webservers": 4}))
    assert more.unknown == ("additional web servers",)


def test_micro_when_priced_then_it_has_nothing_additional() -> None:
    cost = configured_cost(environment(mwaa={"environment_class": "mw1.micro"}))
    assert cost.unknown == ("environment mw1.micro",)


def test_logs_when_kept_longer_then_only_the_high_end_grows() -> None:
    def logs(days: int) -> tuple[Decimal | None, Decimal | None]:
        return money(cost_of("dev", Footprint(None, log_days=(days,)), "us-east-1"), "logs")

    assert logs(30) == usd("0.53", "0.53")
    assert logs(365) == usd("0.53", "0.87")  # 1 GB x 0.50, and 12.17 GB x 0.03
    assert logs(7) == usd("0.51", "0.51")


def test_environment_elsewhere_when_priced_then_a_note_names_the_regions() -> None:
    assert configured_cost(environment()).notes == (LEFT_OUT,)
    assert configured_cost(environment(region="eu-west-1")).notes[0] == "prices of us-east-1; eu-west-1 differs"


def test_assumed_amounts_say_so_in_their_basis() -> None:
    cost = configured_cost(environment())
    for name in ("logs", "S3 storage"):
        assert "assumed" in getattr(item(cost, name), "basis", "")


def test_every_price_has_a_source_or_is_unknown() -> None:
    prices = catalog.data("prices")
    for name in ("kms_key", "alarm", "dashboard", "logs_ingestion_gb", "logs_storage_gb", "bucket_gb"):
        assert catalog.monthly_price(name) is not None
        assert any(name.startswith(source) for source in prices["sources"]), name
    assert {"nat_gateway", "interface_endpoint_per_zone"} <= set(prices["sources"])


def test_another_currency_when_converted_then_lines_still_add_up() -> None:
    cost = configured_cost(prod()).times(Decimal("0.9237"))
    assert cost.high == sum(one.high for one in cost.items if one.high is not None)
    assert money(cost, "environment mw1.large") == usd("667.56", "667.56")


# Footprints


@pytest.mark.parametrize(("name", "side"), [("prod.new", 1), ("prod.unchanged", 0), ("prod.unchanged", 1)])
def test_plan_and_yaml_of_one_environment_when_read_then_the_same_footprint(name: str, side: int) -> None:
    assert footprints_of_plan(plan(name))[side] == footprint_of(prod())


def test_alarms_counted_from_the_yaml_are_those_that_the_module_makes() -> None:
    assert len(re.findall(r"^      description ", (ROOT / "modules/monitoring/alarms.tf").read_text(), re.M)) == (
        footprint.ALARMS
    )


@pytest.mark.parametrize(
    ("sections", "changed"),
    [
        ({"network": {"nat_gateways": "none"}}, {"nat_gateways": 0, "public_addresses": 0}),
        ({"network": {"nat_gateways": "per_az"}}, {"nat_gateways": 2, "public_addresses": 2}),
        ({"network": {"interface_endpoints": ("sqs", "logs")}}, {"endpoint_zones": 4}),
        ({"encryption": {"kms_key": "aws_owned"}}, {"kms_keys": 0}),
        ({"monitoring": {"alarms": False, "dashboard": False}}, {"alarms": 0, "dashboards": 0}),
        ({"mwaa": {"webserver_access_mode": "PUBLIC_ONLY"}}, {"service_endpoint_zones": 2}),
        ({"mwaa": {"endpoint_management": "CUSTOMER"}}, {"service_endpoint_zones": 0}),
        (
            {"mwaa": {"logging_configuration": {"task_logs": {"enabled": False, "log_level": "INFO"}}}},
            {"log_days": (365,) * 5},
        ),
        (
            {
                "network": {
                    "interface_endpoints": ("sqs",),
                    "existing": {
                        "vpc_id": "vpc-12345678",
                        "subnet_ids": ("subnet-12345678", "subnet-12345679"),
                    },
                }
            },
            {"nat_gateways": 0, "public_addresses": 0, "log_days": (365,) * 5},
        ),
    ],
)
def test_footprint_of_the_yaml_when_a_part_is_off_then_it_is_not_counted(
    sections: dict[str, Any], changed: dict[str, Any]
) -> None:
    usual = Footprint(Capacity("mw1.small", 2, (2, 2), (1, 10)), 1, 1, 0, 4, 1, footprint.ALARMS, 1, (365,) * 6, 1)
    found = footprint_of(environment(**sections))
    assert {name: getattr(found, name) for name in changed} == changed
    rest = {name: value for name, value in vars(usual).items() if name not in changed}
    assert {name: getattr(found, name) for name in rest} == rest


def test_data_sources_and_deposed_resources_of_a_plan_are_not_counted() -> None:
    document = plan("prod.unchanged")
    before = footprints_of_plan(document)[0]
    root = document["prior_state"]["values"]["root_module"]
    root.setdefault("resources", []).extend(
        [
            {"mode": "data", "type": "aws_kms_key", "name": "x", "values": {}},
            {"mode": "managed", "type": "aws_nat_gateway", "name": "x", "deposed_key": "ab12cd34", "values": {}},
        ]
    )
    assert footprints_of_plan(document)[0] == before


def test_log_without_a_group_in_the_plan_is_kept_forever_and_a_disabled_one_is_not_written() -> None:
    document = plan("prod.new")
    mwaa = next(resources(document["planned_values"], MWAA))
    mwaa["values"]["logging_configuration"][0]["task_logs"][0]["enabled"] = False
    for group in resources(document["planned_values"], "aws_cloudwatch_log_group"):
        if group["values"]["name"].endswith("-Worker"):
            group["values"]["name"] = "elsewhere"
    after = footprints_of_plan(document)[1]
    assert after
    assert sorted(after.log_days) == [731] * 4 + [footprint.KEPT_FOREVER]


def test_class_that_the_plan_does_not_know_is_not_estimated() -> None:
    document = plan("prod.new")
    values = next(resources(document["planned_values"], MWAA))["values"]
    for name in ("environment_class", "schedulers", "min_webservers", "max_webservers", "max_workers"):
        values.pop(name)
    assert difference(document, prod()).after.unknown == ("environment (class not known)", "additional workers")


# Differences


def test_difference_of_a_new_environment_has_no_before() -> None:
    found = difference(plan("prod.new"), prod())
    assert found.before is None
    assert found.after == configured_cost(prod())
    assert (found.low, found.high) == (found.after.low, found.after.high)


def test_difference_of_an_empty_plan_is_nothing_and_shows_the_whole_cost() -> None:
    found = difference(plan("prod.unchanged"), prod())
    assert (found.low, found.high) == usd("0", "0")
    assert found.before == found.after == configured_cost(prod())


def test_difference_when_the_class_shrinks_and_an_endpoint_comes_then_both_are_counted() -> None:
    document = plan("prod.unchanged")
    values = next(resources(document["planned_values"], MWAA))["values"]
    values["environment_class"] = "mw1.medium"
    values["max_webservers"] = 2
    modules = document["planned_values"]["root_module"]["child_modules"]
    network = next(one for one in modules if one["address"].startswith("module.network"))
    new = copy.deepcopy(next(resources(document["planned_values"], "aws_vpc_endpoint")))
    new["values"] = {"vpc_endpoint_type": "Interface"}  # of a subnet that has no id yet
    network["resources"].append(new)
    found = difference(document, prod())
    # environment -182.50, scheduler -80.30, workers 1 to 14 x -80.30, web servers 0 to 2 x -80.30, endpoint +14.60
    assert (found.low, found.high) == usd("-328.50", "-1533.00")


def test_difference_when_everything_is_destroyed_then_after_is_empty() -> None:
    document = plan("prod.unchanged")
    document["planned_values"] = {"root_module": {}}
    found = difference(document, prod())
    assert found.after.items == ()
    assert found.before
    assert found.high == -found.before.high


def test_difference_when_the_environment_failed_half_made_then_its_network_is_before() -> None:
    document = plan("prod.unchanged")
    mwaa = document["prior_state"]["values"]["root_module"]["child_modules"]
    mwaa[:] = [module for module in mwaa if module["address"] != "module.mwaa"]
    found = difference(document, prod())
    assert found.before
    assert item(found.before, "environment mw1.large") is None
    assert money(found.before, "NAT gateways") == usd("65.70", "65.70")


# Budget


def finding(budget: int | None, **mwaa: Any) -> Finding | None:
    one = environment(mwaa=mwaa, policy={"monthly_budget": budget})
    return budget_finding(configured_cost(one), one)


def test_budget_when_none_or_kept_then_no_finding() -> None:
    assert finding(None, max_workers=25) is None
    assert finding(1000) is None


def test_budget_when_only_the_most_is_over_then_refused_with_the_amounts_and_the_largest_line() -> None:
    found = finding(1000, max_workers=25)
    assert found
    assert (found.id, found.severity, found.environment) == ("COST_BUDGET", Severity.HIGH, "prod")
    assert (found.file, found.attribute) == ("envs/prod.yaml", "policy.monthly_budget")
    assert re.search(r"4\d\d\.\d\d to 1,\d{3}\.\d\d USD per month; the budget is 1,000 USD", found.message)
    assert "additional workers, up to 963.60 USD" in found.hint


def test_budget_when_exactly_reached_then_no_finding() -> None:
    one = environment(policy={"monthly_budget": 500})
    reached = Cost("prod", (CostItem("x", Decimal(500), Decimal(500), ""),), "2026-11-22")
    above = Cost("prod", (CostItem("x", Decimal(1), Decimal("500.01"), ""),), "2026-11-22")
    assert budget_finding(reached, one) is None
    assert budget_finding(above, one) is not None


def test_budget_when_a_price_is_unknown_then_a_warning_names_it() -> None:
    found = finding(1000, environment_class="mw1.2xlarge", max_workers=1)
    assert found
    assert found.severity is Severity.LOW
    assert "environment mw1.2xlarge" in found.message


def test_budget_when_over_although_a_price_is_unknown_then_refused() -> None:
    found = finding(50, environment_class="mw1.2xlarge", max_workers=1)
    assert found
    assert found.severity is Severity.HIGH
    assert "without environment mw1.2xlarge" in found.message
