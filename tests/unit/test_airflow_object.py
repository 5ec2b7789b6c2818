"""What of variables, pools and connections can be copied, and what stays behind."""

from __future__ import annotations

from typing import Any

import pytest

from mwaactl.model.airflow_object import AirflowObject, Kind, copying, object_of


def variable(key: str, value: str, **others: Any) -> AirflowObject:
    return object_of(Kind.VARIABLE, {"key": key, "value": value, "description": None, "is_encrypted": True, **others})


def pool(name: str, slots: int) -> AirflowObject:
    counts = {"occupied_slots": 3, "open_slots": 1}
    return object_of(Kind.POOL, {"name": name, "slots": slots, "include_deferred": False, **counts})


def connection(name: str, **others: Any) -> AirflowObject:
    return object_of(Kind.CONNECTION, {"connection_id": name, "conn_type": "http", "host": "h", "port": None, **others})


def whys(*source: AirflowObject, **options: bool) -> list[tuple[str, str]]:
    return [(one.name, one.why) for one in copying(source, (), **options).left]


def test_only_fields_that_can_be_written_are_kept() -> None:
    assert variable("a", "1").fields == {"key": "a", "value": "1"}
    assert pool("p", 4).fields == {"name": "p", "slots": 4, "include_deferred": False}
    assert connection("c", login="me", schema="s").fields == {
        "connection_id": "c",
        "conn_type": "http",
        "host": "h",
        "login": "me",
        "schema": "s",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("api_key", "abcdef"),
        ("settings", '{"db": {"password": "hunter2"}}'),
        ("uri", "postgresql://me:hunter2@host/db"),
        ("aws", "AKIAIOSFODNN7EXAMPLE"),
    ],
)
def test_secret_stays_behind_unless_asked_for(name: str, value: str) -> None:
    assert whys(variable(name, value)) == [(name, "looks secret; --with-secrets copies it")]
    assert whys(variable(name, value), copies_secrets=True) == []


@pytest.mark.parametrize("value", ["***", '{"password": "***"}'])
def test_what_airflow_masks_stays_behind_even_then(value: str) -> None:
    assert whys(variable("x", value), copies_secrets=True) == [("x", "Airflow masks it")]


@pytest.mark.parametrize("value", ["10", "true", "s3://bucket/key", "secrets are hidden", '["a", "b"]', ""])
def test_plain_values_are_copied(value: str) -> None:
    assert [one.fields["value"] for one in copying([variable("batch", value)], ()).creates] == [value]


def test_password_of_a_connection_is_told_of_and_the_connection_comes_without() -> None:
    told = connection("new", password="***", login="me")
    none = connection("none", password=None, login="me")
    guessed = connection("old", login="me")
    anonymous = connection("public")
    found = copying([told, none, guessed, anonymous], ())
    assert [one.name for one in found.creates] == ["new", "none", "old", "public"]
    assert not any("password" in one.fields for one in found.creates)
    why = "password: Airflow does not show passwords"
    assert [(one.name, one.why) for one in found.left] == [("new", why), ("old", why)]


def test_extra_with_a_secret_stays_behind_alone() -> None:
    extra = connection("c", extra='{"region": "eu", "token": "abcdef"}')
    [made] = copying([extra], ()).creates
    assert "extra" not in made.fields
    assert whys(extra) == [("c", "extra: looks secret; --with-secrets copies it")]
    [made] = copying([extra], (), copies_secrets=True).creates
    assert made.fields["extra"] == '{"region": "eu", "token": "abcdef"}'
    masked = connection("m", extra='{"token": "***"}', login="***")
    assert whys(masked, copies_secrets=True)[:2] == [("m", "extra: Airflow masks it"), ("m", "login: Airflow masks it")]


def test_nothing_is_written_over_and_a_second_copy_writes_nothing() -> None:
    source = [variable("same", "1"), variable("other", "1"), pool("default_pool", 64), pool("etl", 3)]
    present = [variable("same", "1"), variable("other", "2"), pool("default_pool", 128)]
    found = copying(source, present)
    assert [one.name for one in found.creates] == ["etl"]
    assert found.default_pool == pool("default_pool", 64)
    assert [one.name for one in found.present] == ["same"]
    assert [(one.name, one.why) for one in found.left] == [
        ("other", "is there already with other content, and stays as it is")
    ]
    again = copying(source, [variable("same", "1"), variable("other", "2"), pool("default_pool", 64), pool("etl", 3)])
    assert (again.creates, again.default_pool, len(again.present)) == ((), None, 3)


def test_values_are_not_in_what_is_printed_by_mistake() -> None:
    assert "hunter2" not in repr(variable("a", "hunter2"))
    assert "hunter2" not in str(copying([variable("a", "hunter2")], ()))
