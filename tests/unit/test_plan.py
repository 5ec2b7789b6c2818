"""The plan JSON as data."""

from __future__ import annotations

from typing import Any

import pytest

from mwaactl.errors import Finding
from mwaactl.model.guard import guard
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


def refusals(plan: Plan, **options: Any) -> tuple[Finding, ...]:
    return guard(plan, **({"is_protected": True, "allowed": ()} | options))[0]


def test_guard_refuses_loss_in_a_protected_environment_even_when_it_is_a_pure_delete() -> None:
    plan = plan_of(change(["delete"]), change(["delete"], address="module.bucket.aws_s3_bucket.this"))
    assert [finding.id for finding in refusals(plan)] == ["GUARD_DELETE", "GUARD_DELETE"]


def test_guard_warns_where_nothing_is_protected() -> None:
    found, warnings = guard(plan_of(change(["delete"])), is_protected=False, allowed=())
    assert found == ()
    assert [finding.address for finding in warnings] == [ENVIRONMENT]


def test_guard_lets_an_allowed_address_pass_and_only_that() -> None:
    key = "module.kms[0].aws_kms_key.this"
    plan = plan_of(change(["delete"]), change(["delete"], address=key))
    assert [finding.address for finding in refusals(plan, allowed=[ENVIRONMENT])] == [key]


def test_guard_says_what_to_do_instead_of_a_major_upgrade() -> None:
    replace = change(
        ["delete", "create"],
        before={"airflow_version": "2.10.3"},
        after={"airflow_version": "3.0.6"},
        replace_paths=[["airflow_version"]],
    )
    [finding] = refusals(plan_of(replace))
    assert "metadata database" in finding.message
    assert "2.11.x first" in finding.hint
    assert "--airflow-version 3.0.6" in finding.hint


def test_guard_ignores_updates_creations_and_what_holds_no_state() -> None:
    plan = plan_of(change(["update"]), change(["create"]), change(["delete"], address="aws_route.this"))
    assert guard(plan, is_protected=True, allowed=()) == ((), ())
