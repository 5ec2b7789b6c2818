"""Guards: what a plan does to what exists."""

from __future__ import annotations

from typing import Any

import pytest

from mwaactl.errors import Severity
from mwaactl.model.guards.documents import grants
from unit.plan_documents import MWAA, ROLE, allow, change, found, policy, refusing, update


def test_pure_deletion_is_refused_in_a_protected_environment() -> None:
    bucket = "module.bucket.aws_s3_bucket.this"
    assert refusing(change("delete"), change("delete", bucket)) == [("GUARD_DELETE", MWAA), ("GUARD_DELETE", bucket)]


def test_loss_warns_where_nothing_is_protected() -> None:
    [finding] = found(change("delete"), is_protected=False)
    assert (finding.id, finding.severity, finding.environment) == ("GUARD_DELETE", Severity.LOW, "prod")


def test_allowed_loss_is_still_seen_and_nothing_else_is_allowed_by_it() -> None:
    key = "module.kms[0].aws_kms_key.this"
    assert refusing(change("delete"), change("delete", key), allow_replace=[MWAA]) == [("GUARD_DELETE", key)]
    assert len(found(change("delete"), allow_replace=[MWAA])) == 1
    assert refusing(change("delete"), allow=[MWAA]) == [("GUARD_DELETE", MWAA)], "--allow is not for losses"


def test_replacement_names_what_forces_it() -> None:
    forced = change("delete create", before={"name": "a"}, after={"name": "b"}, replace_paths=[["name"]])
    [finding] = found(forced)
    assert (finding.id, finding.attribute) == ("GUARD_REPLACE", "name")
    assert "forced by name" in finding.message
    assert f"--allow-replace '{MWAA}'" in finding.hint


def test_updates_creations_and_what_holds_no_state_are_no_loss() -> None:
    assert found(change("update"), change("create"), change("delete", "module.network[0].aws_route.this")) == ()


def test_major_upgrade_is_refused_with_the_way_in_place() -> None:
    versions: dict[str, Any] = {
        "before": {"airflow_version": "2.11.0"},
        "after": {"airflow_version": "3.0.6", "name": "retail-prod"},
    }
    replaced = change("delete create", **versions, replace_paths=[["airflow_version"]])
    assert refusing(replaced) == [("GUARD_REPLACE", MWAA), ("GUARD_UPGRADE", MWAA)]
    assert all("mwaactl upgrade ENV 3.0.6" in one.hint and "retail-prod" in one.hint for one in found(replaced))
    assert refusing(replaced, allow_replace=[MWAA]) == []
    assert refusing(change("update", **versions)) == [("GUARD_UPGRADE", MWAA)]


@pytest.mark.parametrize(("before", "after", "is_refused"), [
    ("2.10.3", "2.11.0", False),
    ("2.10.3", "2.10.1", True),
    ("3.0.6", "2.11.0", True),
    ("2.10.3", "2.10.3", False),
])  # fmt: skip
def test_downgrade_is_refused_and_a_minor_upgrade_is_not(before: str, after: str, is_refused: bool) -> None:
    moved = update(MWAA, {"airflow_version": before}, {"airflow_version": after})
    assert bool(refusing(moved)) is is_refused


@pytest.mark.parametrize(("before", "after", "words"), [
    ("2.10.3", "2.10.1", "MWAA does that in place"),
    ("3.3.1", "3.0.6", "MWAA does that in place"),
    ("3.0.6", "2.11.0", "MWAA does that in place"),
    ("3.0.6", "2.10.3", "MWAA refuses that"),
])  # fmt: skip
def test_downgrade_says_whether_mwaa_does_it(before: str, after: str, words: str) -> None:
    [finding] = found(update(MWAA, {"airflow_version": before}, {"airflow_version": after}))
    assert words in finding.message


@pytest.mark.parametrize(
    ("address", "before", "after"),
    [
        (MWAA, {"webserver_access_mode": "PRIVATE_ONLY"}, {"webserver_access_mode": "PUBLIC_ONLY"}),
        ("a.aws_vpc_security_group_ingress_rule.x", {"cidr_ipv4": "10.0.0.0/8"}, {"cidr_ipv4": "0.0.0.0/0"}),
        ("a.aws_vpc_security_group_ingress_rule.x", {"cidr_ipv6": None}, {"cidr_ipv6": "::/0"}),
        ("a.aws_security_group_rule.x", {"type": "ingress"}, {"type": "ingress", "cidr_blocks": ["0.0.0.0/0"]}),
        ("a.aws_security_group.x", {"ingress": []}, {"ingress": [{"cidr_blocks": ["0.0.0.0/0"], "from_port": 22}]}),
        ("a.aws_s3_bucket_public_access_block.x", {"block_public_acls": True}, {"block_public_acls": False}),
        ("a.aws_s3_bucket_acl.x", {"acl": "private"}, {"acl": "public-read"}),
        ("a.aws_subnet.x", {"map_public_ip_on_launch": False}, {"map_public_ip_on_launch": True}),
        (
            "a.aws_s3_bucket_policy.x",
            {"policy": policy()},
            {"policy": policy(allow("s3:GetObject", Principal="*"))},
        ),
        (
            "a.aws_s3_bucket_policy.x",
            {"policy": policy()},
            {"policy": policy(allow("s3:GetObject", Principal={"AWS": ["*"]}))},
        ),
    ],
)
def test_new_public_exposure_is_refused_everywhere(address: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    opened = update(address, before, after)
    assert refusing(opened, is_protected=False) == [("GUARD_PUBLIC", address)]
    assert refusing(update(address, after, before)) == [], "closing is no exposure"
    assert refusing(update(address, after, {**after, "tags": {}})) == [], "it was open before"
    assert refusing(opened, allow=[address]) == []


def test_new_rule_for_everybody_is_refused_and_an_egress_rule_is_not() -> None:
    rule = "a.aws_vpc_security_group_ingress_rule.x"
    assert refusing(change("create", rule, after={"cidr_ipv4": "0.0.0.0/0"})) == [("GUARD_PUBLIC", rule)]
    egress = "a.aws_vpc_security_group_egress_rule.x"
    assert refusing(change("create", egress, after={"cidr_ipv4": "0.0.0.0/0"})) == []


def test_deleted_public_access_block_is_refused() -> None:
    block = "a.aws_s3_bucket_public_access_block.x"
    flags = dict.fromkeys(("block_public_acls", "ignore_public_acls"), True)
    assert ("GUARD_PUBLIC", block) in refusing(change("delete", block, before=flags, after=None))


def test_denied_and_conditional_statements_are_no_exposure() -> None:
    deny = policy({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"})
    conditional = policy(allow("s3:GetObject", Principal="*", Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}}))
    for document in (deny, conditional):
        assert refusing(update("a.aws_s3_bucket_policy.x", {"policy": policy()}, {"policy": document})) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([allow("s3:GetObject")], [allow("s3:*")]),
        ([allow("s3:GetObject")], [allow("s3:GetObject", "*")]),
        ([allow("s3:GetObject")], [allow(["s3:GetObject", "iam:Pass*"])]),
        ([], [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]),
        ([allow("s3:GetObject", "*"), allow("sqs:SendMessage")], [allow(["s3:GetObject", "sqs:SendMessage"], "*")]),
        (
            [allow("s3:GetObject", "*", Condition={"Bool": {"aws:SecureTransport": "true"}})],
            [allow("s3:GetObject", "*")],
        ),
    ],
)
def test_new_wildcard_is_refused_everywhere(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    wider = update(ROLE, {"policy": policy(*before)}, {"policy": policy(*after)})
    assert refusing(wider, is_protected=False) == [("GUARD_IAM", ROLE)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([allow("s3:*")], [allow("s3:GetObject")]),
        ([allow("s3:*")], [allow(["s3:*"])]),
        ([allow("s3:*"), allow("sqs:SendMessage")], [allow("sqs:SendMessage"), allow("s3:*")]),
        ([allow("s3:GetObject")], [allow("s3:GetObject", ["arn:aws:s3:::bucket", "arn:aws:s3:::other/*"])]),
        ([], [{"Effect": "Deny", "Action": "*", "Resource": "*"}]),
    ],
)
def test_narrowing_reordering_and_named_resources_pass(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    assert refusing(update(ROLE, {"policy": policy(*before)}, {"policy": policy(*after)})) == []


def test_trust_of_everybody_and_almighty_policies_are_refused() -> None:
    role, attachment = "module.iam.aws_iam_role.this", "module.iam.aws_iam_role_policy_attachment.x"
    trust = {"assume_role_policy": policy(allow("sts:AssumeRole", "", Principal={"AWS": "*"}))}
    assert refusing(update(role, {"assume_role_policy": policy()}, trust)) == [("GUARD_IAM", role)]
    admin = {"policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"}
    assert refusing(change("create", attachment, after=admin)) == [("GUARD_IAM", attachment)]
    reader = {"policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    assert refusing(change("create", attachment, after=reader)) == []


def test_policy_known_after_apply_only_warns() -> None:
    [finding] = found(update(ROLE, {"policy": policy()}, {}, after_unknown={"policy": True}))
    assert (finding.id, finding.severity) == ("GUARD_IAM", Severity.LOW)


def test_first_creation_is_left_to_checkov() -> None:
    wide = change("create", ROLE, after={"policy": policy(allow("*", "*"))})
    public = change("create", "a.aws_vpc_security_group_ingress_rule.x", after={"cidr_ipv4": "0.0.0.0/0"})
    assert refusing(change("create", after={}), wide, public) == []
    assert len(refusing(change("update", before={}, after={}), wide, public)) == 2


@pytest.mark.parametrize(
    ("address", "before", "after", "unknown"),
    [
        (MWAA, {"kms_key": "arn:a"}, {"kms_key": "arn:b"}, {}),
        (MWAA, {"kms_key": "arn:a"}, {"kms_key": None}, {}),
        ("a.aws_cloudwatch_log_group.x", {"kms_key_id": "arn:a"}, {}, {"kms_key_id": True}),
        (
            "a.aws_s3_bucket_server_side_encryption_configuration.x",
            {"rule": [{"apply_server_side_encryption_by_default": [{"kms_master_key_id": "arn:a"}]}]},
            {"rule": [{"apply_server_side_encryption_by_default": [{"kms_master_key_id": "arn:b"}]}]},
            {},
        ),
        ("a.aws_kms_key.x", {"enable_key_rotation": True}, {"enable_key_rotation": False}, {}),
        ("a.aws_kms_key.x", {"is_enabled": True}, {"is_enabled": False}, {}),
    ],
)
def test_other_or_weaker_key_is_refused_where_protected(
    address: str, before: dict[str, Any], after: dict[str, Any], unknown: dict[str, Any]
) -> None:
    changed = update(address, before, after, after_unknown=unknown)
    assert refusing(changed) == [("GUARD_KMS", address)]
    assert refusing(changed, is_protected=False) == []
    assert [one.id for one in found(changed, is_protected=False)] == ["GUARD_KMS"]
    assert refusing(update(address, before, {**before, "tags": {}})) == []


def test_many_deletions_are_refused_whatever_they_delete() -> None:
    routes = [change("delete", f"module.network[0].aws_route.x[{number}]") for number in range(4)]
    assert refusing(*routes, max_deletions=4, is_protected=False) == []
    [finding] = found(*routes, max_deletions=3, is_protected=False)
    assert (finding.id, finding.address, finding.attribute) == ("GUARD_DELETIONS", "deletions", "policy.max_deletions")
    assert "4 resources" in finding.message
    assert "and 1 more" in finding.message
    assert refusing(*routes, max_deletions=3, allow=["deletions"]) == []


@pytest.mark.parametrize(
    "document", ["", "not JSON", "[]", "null", '{"Statement": "x"}', '{"Statement": [1]}', None, 7]
)
def test_document_that_is_none_grants_nothing(document: object) -> None:
    assert grants(document) == frozenset()


def test_data_sources_and_reads_are_no_changes() -> None:
    entry = change("read", "data.aws_iam_policy_document.x", after={})
    assert found(entry, change("no-op")) == ()
