"""airflow_configuration_options, key by key."""

from __future__ import annotations

from typing import Any

from mwaactl.model.options import options_difference
from mwaactl.model.plan import UNKNOWN
from mwaactl.model.redaction import HIDDEN

SECRET = "hunter2-Sekret"


def entry(before: dict[str, Any], after: dict[str, Any], kind: str = "aws_mwaa_environment", **more: Any) -> Any:
    change = {"actions": ["update"], "before": before, "after": after, **more}
    return {"address": f"{kind}.x", "type": kind, "mode": "managed", "change": change}


def options(before: dict[str, str], after: dict[str, str]) -> list[tuple[str, str | None, str | None]]:
    document = {
        "resource_changes": [
            entry(
                {"airflow_configuration_options": before},
                {"airflow_configuration_options": after},
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
    document = {"resource_changes": [entry({}, {})]}
    document["resource_changes"][0]["change"] |= {
        "actions": ["create"],
        "before": None,
        "after": {"airflow_configuration_options": {"core.a": "1"}},
    }
    assert [one.before for one in options_difference(document)] == [None]


def test_secret_is_hidden_by_its_value_and_inside_json_and_a_class_path_is_shown() -> None:
    assert options(
        {},
        {
            "celery.broker_url": f"redis://:{SECRET}@host:6379/0",
            "secrets.backend": "airflow.providers.x.SecretsManagerBackend",
            "secrets.backend_kwargs": f'{{"prefix": "a", "token": "{SECRET}"}}',
        },
    ) == [
        ("celery.broker_url", None, HIDDEN),
        ("secrets.backend", None, "airflow.providers.x.SecretsManagerBackend"),
        ("secrets.backend_kwargs", None, f'{{"prefix": "a", "token": "{HIDDEN}"}}'),
    ]


def test_long_value_is_cut() -> None:
    [(_, _, after)] = options({}, {"core.x": "word " * 100})
    assert after is not None
    assert len(after) < 100


def test_empty_value_is_told_apart_from_an_absent_one() -> None:
    assert options({"core.a": ""}, {}) == [("core.a", "", None)]


def test_options_known_after_apply_only_are_told_so() -> None:
    name = "airflow_configuration_options"
    one = entry({name: {"core.a": "1"}}, {name: {"core.a": "1"}}, after_unknown={name: {"core.b": True}})
    every = entry({name: {"core.a": "1"}}, {}, after_unknown={name: True})
    found = [options_difference({"resource_changes": [document]}) for document in (one, every)]
    assert [[(item.key, item.before, item.after) for item in items] for items in found] == [
        [("core.b", None, UNKNOWN)],
        [("core.a", "1", UNKNOWN)],
    ]


def test_other_resources_and_unchanged_environments_have_no_options() -> None:
    values = {"airflow_configuration_options": {"core.a": "1"}}
    other = entry({}, values, "aws_lambda_function")
    same = entry(values, values, actions=["no-op"])
    assert options_difference({"resource_changes": [other, same]}) == ()
