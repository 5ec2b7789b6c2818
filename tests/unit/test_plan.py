"""The plan JSON as data."""

from __future__ import annotations

from typing import Any

import pytest

from mwaactl.model.plan import SENSITIVE, Action, Plan, plan_from_json

ENVIRONMENT = "module.mwaa.aws_mwaa_environment.this"


def change(actions: list[str], *, address: str = ENVIRONMENT, **fields: Any) -> dict[str, Any]:
    """One entry of resource_changes."""
    kind = address.split(".")[-2]
    return {"address": address, "type": kind, "change": {"actions": actions, **fields}}


def plan_of(*changes: dict[str, Any], **document: Any) -> Plan:
    return plan_from_json("prod", {"resource_changes": list(changes), **document})


@pytest.mark.parametrize(
    ("actions", "action"),
    [
        (["create"], Action.CREATE),
        (["update"], Action.UPDATE),
        (["delete"], Action.DELETE),
        (["delete", "create"], Action.REPLACE),
        (["create", "delete"], Action.REPLACE),
        (["forget"], Action.FORGET),
        (["create", "forget"], Action.FORGET),
    ],
)
def test_action_is_named(actions: list[str], action: Action) -> None:
    assert [found.action for found in plan_of(change(actions)).changes] == [action]


def test_plan_leaves_out_reads_and_no_ops_and_is_empty_then() -> None:
    plan = plan_of(change(["no-op"]), change(["read"]))
    assert plan.is_empty
    assert plan.summary == "no changes"


def test_plan_with_changed_outputs_only_is_not_empty() -> None:
    plan = plan_of(output_changes={"webserver_url": {"actions": ["update"]}, "bucket": {"actions": ["no-op"]}})
    assert not plan.is_empty
    assert plan.changed_outputs == ("webserver_url",)


def test_update_names_changed_attributes_and_masks_sensitive_ones() -> None:
    update = change(
        ["update"],
        before={"environment_class": "mw1.small", "airflow_configuration_options": {"a": "1"}, "name": "x"},
        after={"environment_class": "mw1.medium", "airflow_configuration_options": {"a": "secret"}, "name": "x"},
        after_sensitive={"airflow_configuration_options": True},
    )
    options, size = plan_of(update).changes[0].attributes
    assert (size.name, size.before, size.after) == ("environment_class", "mw1.small", "mw1.medium")
    assert (options.before, options.after) == (SENSITIVE, SENSITIVE)


def test_replacement_names_what_forces_it_and_not_every_computed_attribute() -> None:
    replace = change(
        ["delete", "create"],
        before={"airflow_version": "2.10.3", "arn": "arn:old", "tags": {}},
        after={"airflow_version": "3.0.6", "tags": {}},
        after_unknown={"arn": True},
        replace_paths=[["airflow_version"]],
    )
    found = plan_of(replace).changes[0]
    assert found.forced_by == ("airflow_version",)
    assert [attribute.name for attribute in found.attributes] == ["airflow_version"]
