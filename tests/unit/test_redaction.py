"""Secrets stay out of texts."""

from __future__ import annotations

import base64
import html
import json
import time
from typing import Any
from urllib.parse import quote

import pytest

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


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("password=hunter2", f"password={HIDDEN}"),
        ('{"DB_PASSWORD": "hunter2", "b": 1}', f'{{"DB_PASSWORD": "{HIDDEN}", "b": 1}}'),
        (
            r'{"a": "{\"DB_PASSWORD\": \"hunter2\", \"b\": 1}"}',
            rf'{{"a": "{{\"DB_PASSWORD\": \"{HIDDEN}\", \"b\": 1}}"}}',
        ),
        (r'{"password": "with\"hunter2", "b": 2}', f'{{"password": "{HIDDEN}", "b": 2}}'),
        ("&quot;DB_PASSWORD&quot;: &quot;hunter2&quot;,", f"&quot;DB_PASSWORD&quot;: &quot;{HIDDEN}&quot;,"),
        ("export PGPASSWORD=hunter2 && x", f"export PGPASSWORD={HIDDEN} && x"),
        ("AWS_SECRET_ACCESS_KEY = hunter2/hunter2", f"AWS_SECRET_ACCESS_KEY = {HIDDEN}"),
        ("api_key: hunter2", f"api_key: {HIDDEN}"),
        ("Authorization: Bearer hunter2hunter2hunter2", f"Authorization: Bearer {HIDDEN}"),
        ("password=12345678", f"password={HIDDEN}"),
    ],
)
def test_assigned_secret_goes_and_what_is_around_it_stays(text: str, left: str) -> None:
    assert redact(text) == left
    assert redact(left) == left


def test_secret_in_json_leaves_json() -> None:
    document = {"password": 'a"b\\c', "pem": "-----BEGIN PRIVATE KEY-----\nMIIE cut", "url": "x://u:hunter2@h/", "n": 1}
    for text in (json.dumps(document), json.dumps({"inner": json.dumps(document)})):
        assert json.loads(redact(text))
        assert "c" not in redact(text).partition("pem")[0].replace("inner", "")
    assert json.loads(redact(json.dumps(document)))["n"] == 1


@pytest.mark.parametrize(
    "text",
    [
        "token: expired",
        "CKV_SECRET_6: Base64 High Entropy String",
        "asiapacificregion1",
        "arn:aws:secretsmanager:eu-west-1:333333333333:secret:airflow/db1-abc",
        "secretsmanager:GetSecretValue",
        'secret_arn = "some/1"',
        "password = var.password",
        "password == other1",
        "secret = null",
        '"kms_key": "create"',
    ],
)
def test_words_about_secrets_stay(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "piece",
    [
        "-----BEGIN PRIVATE KEY-----",
        "password",
        'password="',
        r"password=\"",
        "eyJ",
        "eyJa.",
        "://a:",
        "bearer a",
        "pwd" + " " * 39,
        "&quot;",
    ],
)
def test_text_made_to_exhaust_the_search_takes_no_longer_than_its_length(piece: str) -> None:
    began = time.process_time()
    redact(piece * (100_000 // len(piece)))
    assert time.process_time() - began < 3  # 0.1 s when measured, and 1 s for 1 MB; quadratic would be minutes


@pytest.mark.parametrize("secret", ['a<b>&"hunter2"', "two\nlines of hunter2", "ümlaut-hunter2", "per%cent/hunter2"])
def test_given_values_are_cut_out_however_they_are_escaped(secret: str) -> None:
    written = [html.escape(secret), html.escape(secret, quote=False), quote(secret, safe=""), " ".join(secret.split())]
    written += [json.dumps(secret), json.dumps(secret, ensure_ascii=False)]
    assert [text for text in written if "hunter2" in redact(f"a {text} b", [secret])] == []


def test_beginning_of_a_long_value_that_a_report_cut_off_goes_too() -> None:
    secret = "hunter2" * 20
    assert redact(f"value: {secret[:79]}… and more", [secret]) == f"value: {HIDDEN} and more"


def test_secrets_are_found_in_prior_state_outputs_configuration_and_nested_json() -> None:
    encoded = json.dumps([{"name": "DB_PASSWORD", "value": SECRET + "1"}, {"name": "MODE", "value": "verbose"}])
    resource = {"address": "x", "values": {"container_definitions": encoded}, "sensitive_values": {}}
    child = {"resources": [{"values": {"value": SECRET + "2"}, "sensitive_values": {"value": True}}]}
    constant = {"expressions": {"variables": {"token": {"constant_value": SECRET + "5"}}}}
    document = {
        "prior_state": {"values": {"root_module": {"resources": [resource], "child_modules": [child]}}},
        "planned_values": {"outputs": {"plain": {"sensitive": True, "value": SECRET + "3"}}},
        "variables": {"harmless": {"value": {"inner": SECRET + "4"}}, "kms_key": {"value": "create"}},
        "configuration": {
            "root_module": {"variables": {"harmless": {"sensitive": True}}, "resources": [constant]},
        },
    }
    assert secrets_in(document) == {SECRET + number for number in "12345"}


def test_names_of_objects_and_settings_are_no_secrets() -> None:
    after = {
        "key": "requirements.txt",
        "hash_key": "partition",
        "password_policy": "strict-one",
        "secrets": [{"name": "DB", "valueFrom": "arn:aws:ssm:eu-west-1:333333333333:parameter/db"}],
        "user": {"region": "eu-central-1", "kind": "PRODUCTION"},
    }
    assert secrets_in({"resource_changes": [entry({}, after, after_sensitive={"user": True})]}) == frozenset()
    assert masked("", after) == after


def test_everything_below_a_secret_name_is_secret() -> None:
    assert masked("", {"passwords": {"db": SECRET, "n": 1}}) == {"passwords": {"db": HIDDEN, "n": 1}}
    assert masked("", {"tags": {"Key": "Token", "Value": SECRET}}) == {"tags": {"Key": "Token", "Value": HIDDEN}}


def test_user_data_shows_no_key_in_plain_text_or_base64() -> None:
    script = "#!/bin/sh\nexport AWS_SECRET_ACCESS_KEY=hunter2/hunter2\necho on"
    assert "hunter2" not in masked("user_data", script)
    assert "echo on" in masked("user_data", script)
    assert masked("user_data_base64", base64.b64encode(script.encode()).decode()) == HIDDEN
    assert secrets_in({"resource_changes": [entry({}, {"user_data": script})]}) == {"hunter2/hunter2"}


def test_number_as_a_password_is_masked() -> None:
    assert masked("DB_PASSWORD", "12345678") == HIDDEN
