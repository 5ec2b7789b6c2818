"""Guards: what hides, and what only looks dangerous."""

from __future__ import annotations

from typing import Any

import pytest

from mwaactl.errors import Severity
from unit.plan_documents import MWAA, ROLE, allow, change, found, policy, refusing, update

RULE = "a.aws_vpc_security_group_ingress_rule.x"


def rule(**fields: Any) -> dict[str, Any]:
    return {"cidr_ipv4": "0.0.0.0/0", "ip_protocol": "tcp", "from_port": 443, "to_port": 443, **fields}


@pytest.mark.parametrize(
    ("before", "after", "is_refused"),
    [
        (rule(), rule(to_port=8443), True),
        (rule(), rule(ip_protocol="-1", from_port=None, to_port=None), True),
        (rule(), rule(ip_protocol="udp"), True),
        (rule(cidr_ipv4="10.0.0.0/8"), rule(cidr_ipv4="128.0.0.0/1"), True),
        (rule(cidr_ipv4=None), rule(cidr_ipv4=None, cidr_ipv6="2000::/3"), True),
        (rule(from_port=0, to_port=65535), rule(), False),
        (rule(ip_protocol="-1", from_port=None, to_port=None), rule(), False),
        (rule(cidr_ipv4="10.0.0.0/8"), rule(cidr_ipv4="10.0.0.0/8", to_port=8443), False),
        (rule(cidr_ipv4="pl-123"), rule(cidr_ipv4="not a network"), False),
    ],
)
def test_open_rule_that_gets_wider_is_refused_and_one_that_gets_narrower_is_not(
    before: dict[str, Any], after: dict[str, Any], is_refused: bool
) -> None:
    assert bool(refusing(update(RULE, before, after))) is is_refused


@pytest.mark.parametrize(
    ("address", "before", "after"),
    [
        ("a.aws_s3_bucket_acl.x", {}, {"access_control_policy": [{"grant": [{"grantee": [{
            "uri": "http://acs.amazonaws.com/groups/global/AllUsers"}]}]}]}),
        ("a.aws_redshiftserverless_workgroup.x", {}, {"publicly_accessible": True}),
        ("a.aws_lambda_function_url.x", {}, {"authorization_type": "NONE"}),
        ("a.aws_lambda_permission.x", {"principal": "s3.amazonaws.com"}, {"principal": "*"}),
    ],
)  # fmt: skip
def test_other_ways_to_the_public_are_refused(address: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    actions = "update" if before else "create"
    assert refusing(change(actions, address, before=before or None, after=after)) == [("GUARD_PUBLIC", address)]


@pytest.mark.parametrize(
    ("condition", "is_refused"),
    [
        ({"Bool": {"aws:SecureTransport": "true"}}, True),
        ({"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}, True),
        ({"StringEqualsIfExists": {"aws:SourceVpc": "vpc-1"}}, True),
        ({"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}}, True),
        ({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "0.0.0.0/0"]}}, True),
        ({"StringLike": {"aws:PrincipalArn": "*"}}, True),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1", "s3:prefix": "x"}}, False),
        ({"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::bucket"}}, False),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, False),
    ],
)
def test_only_a_condition_that_keeps_strangers_out_makes_everybody_less_than_everybody(
    condition: dict[str, Any], is_refused: bool
) -> None:
    after = {"policy": policy(allow("s3:GetObject", Principal="*", Condition=condition))}
    assert bool(refusing(update("a.aws_s3_bucket_policy.x", {"policy": policy()}, after))) is is_refused


def test_bucket_policy_known_after_apply_only_warns() -> None:
    bucket_policy = update("a.aws_s3_bucket_policy.x", {"policy": policy()}, {}, after_unknown={"policy": True})
    assert [(one.id, one.severity) for one in found(bucket_policy)] == [("GUARD_PUBLIC", Severity.LOW)]


def test_what_goes_together_with_its_bucket_opens_nothing() -> None:
    block = change("delete", "a.aws_s3_bucket_public_access_block.x", before={"bucket": "b", "block_public_acls": True})
    rules = [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms", "kms_master_key_id": "arn:a"}]}]
    encryption = change(
        "delete", "a.aws_s3_bucket_server_side_encryption_configuration.x", before={"bucket": "b", "rule": rules}
    )
    bucket = change("delete", "a.aws_s3_bucket.x", before={"bucket": "b"})
    other = change("delete", "a.aws_s3_bucket.x", before={"bucket": "another"})
    assert [one for one, _ in refusing(block, encryption, bucket)] == ["GUARD_DELETE"]
    assert sorted(one for one, _ in refusing(block, encryption, other)) == ["GUARD_DELETE", "GUARD_KMS", "GUARD_PUBLIC"]


def test_plan_with_nothing_but_deletions_is_caught() -> None:
    addresses = [MWAA, "module.bucket.aws_s3_bucket.this", "module.kms[0].aws_kms_key.this", "module.n.aws_route.x"]
    plan = [change("delete", address, before={"x": 1}, after=None) for address in addresses]
    plan[0]["action_reason"] = "delete_because_no_resource_config"
    assert refusing(*plan, max_deletions=3) == [
        *(("GUARD_DELETE", address) for address in addresses[:3]),
        ("GUARD_DELETIONS", "deletions"),
    ]
    assert "because it is gone from the configuration" in found(*plan)[0].message


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([allow("s3:GetObject")], [allow("s3:GetObject", "arn:aws:s3:::*")]),
        ([allow("sqs:SendMessage")], [allow("sqs:SendMessage", "arn:aws:sqs:eu-west-1:*:queue")]),
        ([allow("dynamodb:GetItem")], [allow("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:111111111111:table/*")]),
        ([allow("s3:Get*")], [allow("S3:*")]),
        ([allow("s3:*")], [allow("s3:*", "arn:aws:s3:::other")]),
        (
            [{"Effect": "Allow", "NotAction": ["iam:*", "kms:*"], "Resource": "*"}],
            [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}],
        ),
        ([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}], [allow("*", "*")]),
        ([allow("s3:GetObject")], [{"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::x"}]),
        ([{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}], [allow("s3:*", "*")]),
    ],
)
def test_wildcards_that_hide_are_found(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    assert refusing(update(ROLE, {"policy": policy(*before)}, {"policy": policy(*after)})) == [("GUARD_IAM", ROLE)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([allow("s3:*", "*")], [allow("s3:Get*", "*")]),
        ([allow("s3:*", "*")], [allow("s3:GetObject", "*", Condition={"Bool": {"aws:SecureTransport": "true"}})]),
        ([allow("kms:GenerateDataKey*", "arn:a")], [allow("kms:GenerateDataKey*", "arn:b")]),
        ([allow("s3:GetObject", "*", Sid="Old")], [allow(["s3:GetObject"], ["*"], Sid="New")]),
        ([allow("*", "*")], [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]),
        ([], [allow("logs:PutLogEvents", "arn:aws:logs:eu-west-1:111111111111:log-group:airflow-retail-*")]),
        ([], [allow("s3:GetObject", ["arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/dags*"])]),
    ],
)
def test_what_gets_narrower_or_stays_named_is_no_widening(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    assert refusing(update(ROLE, {"policy": policy(*before)}, {"policy": policy(*after)})) == []


def test_inline_policies_managed_policies_and_boundaries_of_a_role_are_compared() -> None:
    role = "module.iam.aws_iam_role.this"
    inline = {"inline_policy": [{"name": "x", "policy": policy(allow("*", "*"))}]}
    assert refusing(update(role, {"inline_policy": []}, inline)) == [("GUARD_IAM", role)]
    assert refusing(update(role, inline, inline | {"tags": {"a": "b"}})) == []
    full = {"managed_policy_arns": ["arn:aws:iam::aws:policy/AmazonS3FullAccess"]}
    assert refusing(update(role, {"managed_policy_arns": []}, full)) == [("GUARD_IAM", role)]
    boundary = {"permissions_boundary": "arn:aws:iam::111111111111:policy/boundary"}
    assert refusing(update(role, boundary, {"permissions_boundary": None})) == [("GUARD_IAM", role)]


def test_first_creation_spares_only_what_is_created_with_it() -> None:
    before, after = {"policy": policy()}, {"policy": policy(allow("*", "*"))}
    assert refusing(change("create", after={}), update(ROLE, before, after)) == [("GUARD_IAM", ROLE)]
    moved = change("create", "module.new.aws_mwaa_environment.this", after={})
    wide = change("create", ROLE, after=after)
    assert ("GUARD_IAM", ROLE) in refusing(change("delete", before={"x": 1}), moved, wide), "it only moved"
    second = change("no-op", before={"x": 1}, after={"x": 1})
    assert refusing(second, moved, wide) == [("GUARD_IAM", ROLE)], "one was there already"


@pytest.mark.parametrize(
    ("address", "before", "after", "fields"),
    [
        (MWAA, {"kms_key": None}, {"kms_key": "arn:a"}, {}),
        (MWAA, {"kms_key": ""}, {}, {"after_unknown": {"kms_key": True}}),
        ("a.aws_sns_topic.x", {"kms_master_key_id": "1-2"}, {"kms_master_key_id": "arn:aws:kms:x:1:key/1-2"}, {}),
        ("a.aws_lambda_function.x", {"kms_key_id": "arn:a"}, {}, {"after_unknown": {"kms_key_id": True}}),
    ],
)
def test_first_key_another_way_to_write_it_and_a_computed_one_are_no_change(
    address: str, before: dict[str, Any], after: dict[str, Any], fields: dict[str, Any]
) -> None:
    assert found(update(address, before, after, **fields)) == ()


def test_bucket_encryption_that_ends_or_falls_back_is_a_key_change() -> None:
    address = "a.aws_s3_bucket_server_side_encryption_configuration.x"
    kms = {"rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms"}]}]}
    plain = {"rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "AES256"}]}]}
    assert refusing(update(address, kms, plain)) == [("GUARD_KMS", address)]
    assert refusing(update(address, plain, kms)) == []
    assert refusing(change("delete", address, before=kms)) == [("GUARD_KMS", address)]
