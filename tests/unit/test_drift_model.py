"""Terraform's JSON in, sentences out: what a person changed, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import Console

from mwaactl.model.drift import DriftReport, DriftStatus, ResourceDrift, drift_from_json
from mwaactl.render.text import text

ENVIRONMENT = "module.mwaa.aws_mwaa_environment.this"
GROUP = 'module.mwaa.aws_cloudwatch_log_group.this["task"]'
SECRET = "hunter2-very-secret"


def kind_of(address: str) -> str:
    return address.split("[", maxsplit=1)[0].split(".")[-2]


def drifted(address: str, before: dict[str, Any], after: dict[str, Any] | None, **marks: Any) -> dict[str, Any]:
    """One entry of resource_drift."""
    actions = ["delete"] if after is None else ["update"]
    change = {"actions": actions, "before": before, "after": after, **marks}
    return {"address": address, "type": kind_of(address), "change": change}


def undone(address: str, before: dict[str, Any], after: dict[str, Any], **marks: Any) -> dict[str, Any]:
    """The entry of resource_changes that takes the drift back."""
    change = {"actions": ["update"], "before": before, "after": after, **marks}
    return {"address": address, "type": kind_of(address), "change": change}


def configuration(written: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The part of a plan that repeats the code: resources of the module `mwaa`."""
    resources = [{"address": address, "expressions": expressions} for address, expressions in written.items()]
    return {"root_module": {"module_calls": {"mwaa": {"module": {"resources": resources}}}}}


def document(
    *drift: dict[str, Any],
    changes: tuple[dict[str, Any], ...] = (),
    written: dict[str, dict[str, Any]] | None = None,
    state: tuple[dict[str, Any], ...] = (),
) -> dict[str, Any]:
    return {
        "resource_drift": list(drift),
        "resource_changes": list(changes),
        "configuration": configuration(written or {}),
        "prior_state": {"values": {"root_module": {"child_modules": [{"resources": list(state)}]}}},
    }


def messages(found: tuple[ResourceDrift, ...]) -> list[str]:
    return [attribute.message for resource in found for attribute in resource.attributes]


def test_changed_value_when_the_plan_undoes_it_then_is_told_in_plain_words() -> None:
    before, after = {"name": "retail-dev", "webserver_access_mode": "PRIVATE_ONLY"}, {"name": "retail-dev"}
    after["webserver_access_mode"] = "PUBLIC_ONLY"
    [found] = drift_from_json(
        document(drifted(ENVIRONMENT, before, after), changes=(undone(ENVIRONMENT, after, before),))
    )
    assert (found.address, found.is_deleted) == (ENVIRONMENT, False)
    assert messages((found,)) == [
        "the web server access mode of the environment retail-dev was changed outside of Terraform "
        "from PRIVATE_ONLY to PUBLIC_ONLY"
    ]
    [attribute] = found.attributes
    assert attribute.is_restored
    assert (attribute.attribute, attribute.before, attribute.after) == (
        "webserver_access_mode",
        "PRIVATE_ONLY",
        "PUBLIC_ONLY",
    )


def test_deleted_resource_is_named_by_what_it_is() -> None:
    [found] = drift_from_json(document(drifted(GROUP, {"name": "airflow-retail-dev-Task"}, None)))
    assert found.is_deleted
    assert messages((found,)) == ["the log group airflow-retail-dev-Task was deleted outside of Terraform"]
    assert not found.attributes[0].is_restored


def test_deleted_resource_that_the_plan_creates_again_is_restored() -> None:
    create = {"address": GROUP, "type": kind_of(GROUP), "change": {"actions": ["create"], "before": None, "after": {}}}
    [found] = drift_from_json(document(drifted(GROUP, {"name": "x"}, None), changes=(create,)))
    assert found.attributes[0].is_restored


NOISE: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "nothing written in another way": (GROUP, {"tags": None, "skip": ""}, {"tags": {}, "skip": None}),
    "filled in by AWS": ("aws_eip.nat", {"public_dns": ""}, {"public_dns": "ec2-1-2-3-4.example"}),
    "changed by AWS": (ENVIRONMENT, {"status": "AVAILABLE"}, {"status": "UPDATING"}),
    "last update": (ENVIRONMENT, {"last_updated": [{"status": "A"}]}, {"last_updated": [{"status": "B"}]}),
    "shown elsewhere": (
        "aws_s3_bucket.this",
        {"versioning": [{"enabled": False}], "policy": "{}"},
        {"versioning": [{"enabled": True}], "policy": '{"Version":"2012-10-17"}'},
    ),
    "tags twice": (GROUP, {"tags": {}, "tags_all": {"a": "1"}}, {"tags": {"a": "1"}, "tags_all": {"a": "1"}}),
    "order of a list": (GROUP, {"arns": ["a", "b"]}, {"arns": ["b", "a"]}),
    "order in a policy": (
        "aws_iam_policy.this",
        {"policy": '{"Statement":[{"Sid":"A","Action":["x","y"]},{"Sid":"B"}]}'},
        {"policy": '{"Statement":[{"Sid":"B"},{"Action":["y","x"],"Sid":"A"}]}'},
    ),
    "one item with and without a list": (
        "aws_iam_policy.this",
        {"policy": '{"Statement":[{"Action":["x"]},{"Sid":"B"}]}'},
        {"policy": '{"Statement":[{"Action":"x"},{"Sid":"B"}]}'},
    ),
    "block that stays": (GROUP, {"block": [{"a": None, "b": 1}]}, {"block": [{"a": "", "b": 1}]}),
}


@pytest.mark.parametrize(("address", "before", "after"), NOISE.values(), ids=NOISE.keys())
def test_what_nobody_did_is_left_out(address: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    assert drift_from_json(document(drifted(address, before, after))) == ()


def test_value_that_the_code_does_not_write_is_drift_when_it_was_something_before() -> None:
    [found] = drift_from_json(document(drifted("aws_kms_key.this", {"is_enabled": True}, {"is_enabled": False})))
    assert messages((found,)) == [
        "the switch is_enabled of the key was changed outside of Terraform from true to false"
    ]


def test_empty_value_that_the_code_writes_and_somebody_filled_is_drift() -> None:
    entry = drifted(GROUP, {"name": "x", "log_group_class": ""}, {"name": "x", "log_group_class": "STANDARD"})
    assert drift_from_json(document(entry)) == ()
    written = {"aws_cloudwatch_log_group.this": {"log_group_class": {"constant_value": ""}}}
    assert messages(drift_from_json(document(entry, written=written))) == [
        "the log group class of the log group x was set outside of Terraform to STANDARD"
    ]


def test_inner_value_of_a_block_is_written_only_where_the_code_writes_it() -> None:
    entry = drifted(
        ENVIRONMENT,
        {"logging_configuration": [{"task_logs": [{"log_level": "", "arn": ""}]}]},
        {"logging_configuration": [{"task_logs": [{"log_level": "DEBUG", "arn": "arn:aws:logs:x"}]}]},
    )
    block = {"logging_configuration": [{"task_logs": [{"log_level": {"references": ["var.x"]}}]}]}
    found = drift_from_json(document(entry, written={"aws_mwaa_environment.this": block}))
    assert [attribute.attribute for one in found for attribute in one.attributes] == [
        "logging_configuration.task_logs.log_level"
    ]
    assert "the log level of task logs of the environment was set" in messages(found)[0]


def test_volatile_value_is_drift_when_the_plan_undoes_it() -> None:
    before, after = {"status": "a", "tags_all": {}}, {"status": "b", "tags_all": {}}
    changes = (undone(ENVIRONMENT, after, before),)
    assert len(messages(drift_from_json(document(drifted(ENVIRONMENT, before, after), changes=changes)))) == 1


def test_computed_value_of_the_plan_does_not_count_as_undone() -> None:
    before, after = {"status": "a"}, {"status": "b"}
    changes = (undone(ENVIRONMENT, after, {}, after_unknown={"status": True}),)
    assert drift_from_json(document(drifted(ENVIRONMENT, before, after), changes=changes)) == ()


def test_tags_are_told_key_by_key() -> None:
    entry = drifted(
        GROUP,
        {"name": "x", "tags": {}, "tags_all": {"owner": "us", "team": "a"}},
        {"name": "x", "tags": {"by": "console"}, "tags_all": {"by": "console", "owner": "them"}},
    )
    assert messages(drift_from_json(document(entry))) == [
        "the tag by of the log group x was set outside of Terraform to console",
        "the tag owner of the log group x was changed outside of Terraform from us to them",
        "the tag team of the log group x was removed outside of Terraform; it was a",
    ]


def test_options_are_told_key_by_key_and_secrets_masked() -> None:
    entry = drifted(
        ENVIRONMENT,
        {"airflow_configuration_options": {"core.parallelism": "32", "smtp.smtp_password": "old-" + SECRET}},
        {"airflow_configuration_options": {"core.parallelism": "64", "smtp.smtp_password": SECRET}},
        before_sensitive={"airflow_configuration_options": True},
        after_sensitive={"airflow_configuration_options": True},
    )
    found = drift_from_json(document(entry))
    assert messages(found) == [
        "the Airflow option core.parallelism of the environment was changed outside of Terraform from 32 to 64",
        "the Airflow option smtp.smtp_password of the environment was changed outside of Terraform; "
        "its value is not shown",
    ]
    assert SECRET not in repr(found)


SECRETS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "marked by the provider": ({"endpoint": "a"}, {"endpoint": SECRET}, {"after_sensitive": {"endpoint": True}}),
    "marked in a block": (
        {"block": [{"endpoint": "a"}]},
        {"block": [{"endpoint": SECRET}]},
        {"after_sensitive": {"block": [{"endpoint": True}]}},
    ),
    "marked before only": ({"endpoint": SECRET}, {"endpoint": "b"}, {"before_sensitive": {"endpoint": True}}),
    "named like one": ({"master_password": "a"}, {"master_password": SECRET}, {}),
    "looking like one": ({"note": "a"}, {"note": f"postgresql://me:{SECRET}@host/db"}, {}),
    "inside a list": ({"items": ["a"]}, {"items": ["a", f"postgresql://me:{SECRET}@host/db"]}, {}),
    "inside a list of blocks": ({"items": [{}, {}]}, {"items": [{"a": 1}, {"api_token": SECRET}]}, {}),
    "in a JSON text": ({"body": '{"password":"a"}'}, {"body": f'{{"password":"{SECRET}"}}'}, {}),
}


@pytest.mark.parametrize(("before", "after", "marks"), SECRETS.values(), ids=SECRETS.keys())
def test_secret_is_masked(before: dict[str, Any], after: dict[str, Any], marks: dict[str, Any]) -> None:
    found = drift_from_json(document(drifted("aws_other_thing.this", before, after, **marks), written=None))
    assert found
    assert SECRET not in repr(found)
    assert ("(sensitive)" if marks else "(hidden)") in repr(found)


def test_arn_of_a_key_is_no_secret() -> None:
    entry = drifted(ENVIRONMENT, {"kms_key": "arn:aws:kms:a:1:key/1"}, {"kms_key": "arn:aws:kms:a:1:key/2"})
    assert "from arn:aws:kms:a:1:key/1 to arn:aws:kms:a:1:key/2" in messages(drift_from_json(document(entry)))[0]


def test_items_of_a_list_are_told_as_added_and_removed() -> None:
    entry = drifted("aws_sns_topic.this", {"arns": ["a", "b"]}, {"arns": ["b", "c"]})
    [message] = messages(drift_from_json(document(entry)))
    assert message.endswith(': ["c"] was added and ["a"] was removed')


def test_second_block_beside_the_first_is_told_as_added() -> None:
    entry = drifted("aws_sns_topic.this", {"rule": [{"port": 1}]}, {"rule": [{"port": 1}, {"port": 2}]})
    [message] = messages(drift_from_json(document(entry)))
    assert message.endswith(': [{"port": 2}] was added')


def test_replaced_object_is_told_as_content() -> None:
    address = 'module.bucket.aws_s3_object.this["requirements"]'
    before = {"key": "requirements.txt", "version_id": "1", "etag": "x"}
    found = drift_from_json(document(drifted(address, before, before | {"version_id": "2", "etag": "y"})))
    assert messages(found) == ["the content of the object requirements.txt was replaced outside of Terraform"]


def managed(address: str, **values: Any) -> dict[str, Any]:
    """A resource of the refreshed state."""
    return {"address": address, "mode": "managed", "type": kind_of(address), "values": values}


def rule(**others: Any) -> dict[str, Any]:
    """One entry of a security group's ingress."""
    none = {"cidr_blocks": [], "ipv6_cidr_blocks": [], "prefix_list_ids": [], "security_groups": [], "self": False}
    return none | {"from_port": 0, "to_port": 0, "protocol": "-1"} | others


OWN_RULE = managed(
    "aws_vpc_security_group_ingress_rule.self",
    security_group_id="sg-1",
    referenced_security_group_id="sg-1",
    ip_protocol="-1",
    from_port=None,
    to_port=None,
)
SSH = {"cidr_blocks": ["0.0.0.0/0"], "protocol": "tcp", "from_port": 22, "to_port": 22}


def test_rule_added_to_a_security_group_is_found_and_ours_is_not() -> None:
    group = managed("aws_security_group.this", id="sg-1", name="retail", ingress=[rule(self=True), rule(**SSH)])
    [found] = drift_from_json(document(state=(group, OWN_RULE)))
    assert messages((found,)) == [
        "the ingress rule tcp 22, 0.0.0.0/0 was added outside of Terraform to the security group retail"
    ]
    assert not found.attributes[0].is_restored


def test_rules_written_inside_the_security_group_are_not_looked_for() -> None:
    group = managed("module.mwaa.aws_security_group.this", id="sg-1", name="retail", ingress=[rule(**SSH)])
    written = {"aws_security_group.this": {"ingress": [{"from_port": {"constant_value": 22}}]}}
    assert drift_from_json(document(state=(group,), written=written)) == ()


def test_policies_added_to_a_role_are_found_and_ours_are_not() -> None:
    role = managed(
        "aws_iam_role.this",
        name="execution",
        inline_policy=[{"name": "mwaa", "policy": "{}"}, {"name": "backdoor", "policy": "{}"}],
        managed_policy_arns=["arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::1:policy/ours"],
    )
    ours = (
        managed("aws_iam_role_policy.this", role="execution", name="mwaa"),
        managed("aws_iam_role_policy_attachment.this", role="execution", policy_arn="arn:aws:iam::1:policy/ours"),
    )
    assert messages(drift_from_json(document(state=(role, *ours)))) == [
        "the inline policy backdoor was added outside of Terraform to the IAM role execution",
        "the policy arn:aws:iam::aws:policy/AdministratorAccess was added outside of Terraform "
        "to the IAM role execution",
    ]


def test_route_added_to_a_table_is_found_and_ours_is_not() -> None:
    table = managed(
        "aws_route_table.this", id="rtb-1", route=[{"cidr_block": "0.0.0.0/0"}, {"cidr_block": "10.99.0.0/16"}]
    )
    ours = managed("aws_route.nat", route_table_id="rtb-1", destination_cidr_block="0.0.0.0/0")
    assert messages(drift_from_json(document(state=(table, ours)))) == [
        "a route to 10.99.0.0/16 was added outside of Terraform to the route table rtb-1"
    ]


def written_out(report: DriftReport) -> str:
    console = Console(width=400, no_color=True, force_terminal=False)
    with console.capture() as captured:
        console.print(text(report), soft_wrap=True)
    return captured.get()


def test_text_groups_by_resource_and_names_the_next_commands() -> None:
    group = managed("aws_security_group.this", id="sg-1", name="[retail]", ingress=[rule(**SSH)])
    entry = drifted(GROUP, {"name": "x"}, None)
    create = {"address": GROUP, "type": kind_of(GROUP), "change": {"actions": ["create"], "before": None, "after": {}}}
    found = drift_from_json(document(entry, changes=(create,), state=(group,)))
    assert written_out(DriftReport("dev", DriftStatus.DRIFTED, found)).splitlines() == [
        "dev: drift in 2 resources",
        f"  - {GROUP}",
        "      the log group x was deleted outside of Terraform",
        "  ~ aws_security_group.this",
        "      the ingress rule tcp 22, 0.0.0.0/0 was added outside of Terraform to the security group [retail] "
        "(a deploy leaves it so)",
        "next: mwaactl plan dev shows how a deploy would put it back;",
        "      to keep it, write it into envs/dev.yaml",
    ]


@pytest.mark.parametrize(
    ("status", "words"), [(DriftStatus.NONE, "no drift"), (DriftStatus.NOT_DEPLOYED, "not deployed")]
)
def test_text_without_drift_is_one_line(status: DriftStatus, words: str) -> None:
    assert written_out(DriftReport("dev", status)).strip() == f"dev: {words}"
