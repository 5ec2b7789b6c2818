"""The section `retail` of an environment: what is refused, what it becomes, what it costs, whom its files affect."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from mwaactl.model.affected import shared_reasons
from mwaactl.model.bill import bill
from mwaactl.model.environment import Environment
from mwaactl.model.footprint import footprint_of, footprints_of_plan
from mwaactl.model.tfvars import root_variables

SUBNETS = ("subnet-0aaaaaaa", "subnet-0bbbbbbb", "subnet-0ccccccc")


def environment(retail: dict[str, Any] | None) -> Environment:
    return Environment.model_validate(
        {
            "name": "dev",
            "project": "retail",
            "account_id": "111111111111",
            "region": "eu-west-1",
            "mwaa": {"airflow_version": "2.10.3"},
            "retail": retail,
        }
    )


def test_without_the_sample_terraform_is_told_null() -> None:
    assert root_variables(environment(None))["retail"] is None


def test_a_warehouse_has_the_smallest_capacity_by_itself() -> None:
    assert root_variables(environment({"redshift": {"subnet_ids": SUBNETS}}))["retail"] == {
        "notification_emails": (),
        "redshift": {"base_capacity": 8, "database": "retail", "subnet_ids": SUBNETS},
    }


@pytest.mark.parametrize(
    ("retail", "said"),
    [
        ({"redshift": {"subnet_ids": SUBNETS[:2]}}, "has 2 subnets"),
        ({"redshift": {"subnet_ids": SUBNETS, "base_capacity": 12}}, "is no multiple of 8"),
        ({"redshift": {"subnet_ids": SUBNETS, "base_capacity": 520}}, "less than or equal to 512"),
        ({"redshift": {"subnet_ids": SUBNETS, "database": "My-Sales"}}, "does not have the right form"),
        ({"notification_emails": ("ops",)}, "does not have the right form"),
        ({"topic": "x"}, "Extra inputs"),
    ],
)
def test_what_aws_refuses_is_refused(retail: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        environment(retail)


def test_only_a_warehouse_costs_while_nothing_runs_and_its_price_is_unknown() -> None:
    without, cheap, dear = (
        footprint_of(environment(retail)) for retail in (None, {}, {"redshift": {"subnet_ids": SUBNETS}})
    )
    assert bill(without) == bill(cheap)
    [line] = [item for item in bill(dear) if item not in bill(cheap)]
    assert (line.name, line.low, line.high) == ("Redshift Serverless", None, None)


def test_the_warehouse_of_a_plan_is_counted() -> None:
    workgroup = {"mode": "managed", "type": "aws_redshiftserverless_workgroup", "values": {"base_capacity": 16}}
    before, after = footprints_of_plan({"planned_values": {"root_module": {"resources": [workgroup]}}})
    assert before is None
    assert after is not None
    assert after.warehouse_rpus == 16


def test_the_glue_script_concerns_every_environment() -> None:
    assert shared_reasons(["modules/retail/scripts/clean_sales.py"]) == ("modules/retail/scripts/clean_sales.py",)
    assert shared_reasons(["modules/retail/README.md", "modules/retail/tests/retail.tftest.hcl"]) == ()
