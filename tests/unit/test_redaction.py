"""Secrets stay out of texts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mwaactl.model.options import options_difference
from mwaactl.model.plan import plan_from_json
from mwaactl.model.redaction import HIDDEN, masked, redact, secrets_in

SECRET = "hunter2-Sekret"


@pytest.mark.parametrize(
    "secret",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "ASIAIOSFODNN7EXAMPLE",
        "ghp_" + "a1" * 20,
        "github_pat_" + "a1" * 20,
        "xoxb-1234567890-abcdef",
        "glpat-" + "a1" * 12,
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----",
    ],
)
def test_forms_of_secrets_are_cut_out_wherever_they_stand(secret: str) -> None:
    text = redact(f"before {secret} after")
    assert secret not in text
    assert text == f"before {HIDDEN} after"


def test_login_in_an_address_goes_and_the_address_stays() -> None:
    text = redact("postgresql://airflow:hunter2@db.example.com:5432/x and https://example.com/a:b@c")
    assert "hunter2" not in text
    assert "db.example.com:5432/x" in text
    assert "https://example.com/" in text


@pytest.mark.parametrize("text", ["arn:aws:kms:eu-west-1:333333333333:key/abc", "s3://bucket/key", "a: b@example.com"])
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


def test_given_values_are_cut_out_also_as_json_writes_them() -> None:
    secret = 'pass"word\\with\nlines'
    for text in (secret, json.dumps(secret), json.dumps({"a": json.dumps({"b": secret})})):
        assert "with" not in redact(text, [secret]), text


def test_longer_secrets_go_before_their_parts() -> None:
    assert redact("abcdefgh", ["abcdef", "abcdefgh"]) == HIDDEN


@pytest.mark.parametrize("piece", ["a", "://", "-----BEGIN ", "aws_secret_access_key= ", "xoxb-", "://a:"])
def test_long_text_made_to_exhaust_the_search_comes_back(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    assert len(redact(text)) <= len(text) + len(HIDDEN)


def entry(before: dict[str, Any], after: dict[str, Any], kind: str = "aws_lambda_function", **marks: Any) -> Any:
    change = {"actions": ["update"], "before": before, "after": after, **marks}
    return {"address": f"{kind}.x", "type": kind, "mode": "managed", "change": change}


def test_secrets_are_found_by_mark_by_name_and_by_form() -> None:
    document = {
        "resource_changes": [
            entry({}, {"value": SECRET + "1"}, after_sensitive={"value": True}),
            entry({}, {"environment": [{"variables": {"DB_PASSWORD": SECRET + "2"}}]}),
            entry({"user_data": "AKIAIOSFODNN7EXAMPLE"}, {}),
            entry(
                {}, {"secret_string": json.dumps({"password": SECRET + "3"})}, after_sensitive={"secret_string": True}
            ),
        ],
        "variables": {"database_password": {"value": SECRET + "4"}, "region": {"value": "eu-west-1"}},
    }
    found = secrets_in(document)
    assert {SECRET + number for number in "1234"} | {"AKIAIOSFODNN7EXAMPLE"} <= found
    assert "eu-west-1" not in found


def test_trivial_values_are_no_secrets_even_where_terraform_marks_them() -> None:
    options = {"core.default_timezone": "Europe/Berlin", "core.x": "true", "smtp.smtp_password": SECRET}
    document = {
        "resource_changes": [
            entry(
                {},
                {"airflow_configuration_options": options, "pin": "12345678"},
                after_sensitive={"airflow_configuration_options": True, "pin": True},
            )
        ]
    }
    assert secrets_in(document) == {SECRET}


def test_arns_of_secrets_and_key_ids_stay_readable() -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:333333333333:secret:airflow/connections/db"
    assert masked("secret_arn", arn) == arn
    assert masked("kms_key_id", "1234abcd-12ab-34cd-56ef-1234567890ab") == "1234abcd-12ab-34cd-56ef-1234567890ab"


def test_plan_masks_what_looks_secret_though_terraform_does_not() -> None:
    before = {"environment": [{"variables": {"DB_PASSWORD": SECRET, "MODE": "a"}}]}
    after = {"environment": [{"variables": {"DB_PASSWORD": SECRET + "9", "MODE": "b"}}]}
    plan = plan_from_json("prod", {"resource_changes": [entry(before, after)]})
    [attribute] = plan.changes[0].attributes
    assert SECRET not in attribute.before + attribute.after
    assert HIDDEN in attribute.before
    assert '"MODE": "b"' in attribute.after


def test_json_in_a_text_is_masked_inside() -> None:
    text = masked("policy", json.dumps({"Statement": [], "token": SECRET}))
    assert SECRET not in text
    assert "Statement" in text
    unsuspicious = '{"b": 1,  "a": 2}'
    assert masked("policy", unsuspicious) == unsuspicious


def options(before: dict[str, str], after: dict[str, str]) -> list[tuple[str, str | None, str | None]]:
    document = {
        "resource_changes": [
            entry(
                {"airflow_configuration_options": before},
                {"airflow_configuration_options": after},
                "aws_mwaa_environment",
            )
        ]
    }
    return [(one.key, one.before, one.after) for one in options_difference(document)]


def test_options_are_told_key_by_key() -> None:
    assert options({"core.a": "1", "core.b": "2", "core.c": "3"}, {"core.a": "1", "core.b": "4", "core.d": "5"}) == [
        ("core.b", "2", "4"),
        ("core.c", "3", None),
        ("core.d", None, "5"),
    ]


def test_change_of_a_secret_option_is_told_and_its_values_are_not() -> None:
    assert options({"smtp.smtp_password": SECRET}, {"smtp.smtp_password": SECRET + "2"}) == [
        ("smtp.smtp_password", HIDDEN, HIDDEN)
    ]


def test_options_of_a_new_environment_are_all_new() -> None:
    document = {"resource_changes": [entry({}, {}, "aws_mwaa_environment")]}
    document["resource_changes"][0]["change"] |= {
        "actions": ["create"],
        "before": None,
        "after": {"airflow_configuration_options": {"core.a": "1"}},
    }
    assert [one.before for one in options_difference(document)] == [None]
