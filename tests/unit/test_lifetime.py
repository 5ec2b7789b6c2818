"""When an environment has outlived its time to live, and when it never does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mwaactl.model.environment import Environment
from mwaactl.model.lifetime import LifeState, lifetime, skew
from mwaactl.model.live import LiveEnvironment

CREATED = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def environment(ttl: str | None, **others: Any) -> Environment:
    mwaa = {"airflow_version": "2.10.3"}
    names = {"name": "perf", "project": "retail", "account_id": "333333333333", "region": "eu-west-1"}
    return Environment.model_validate({**names, "mwaa": mwaa, "ttl": ttl, **others})


def live(status: str = "AVAILABLE", created_at: datetime | None = CREATED) -> LiveEnvironment:
    return LiveEnvironment("retail-perf", status, "2.10.3", "mw1.small", None, "b", "dags", created_at=created_at)


@pytest.mark.parametrize(
    ("ttl", "age", "state"),
    [
        ("8h", timedelta(hours=7, minutes=59), LifeState.LIVES),
        ("8h", timedelta(hours=8), LifeState.EXPIRED),
        ("8h", timedelta(days=400), LifeState.EXPIRED),
        ("14d", timedelta(days=13, hours=23), LifeState.LIVES),
        ("14d", timedelta(days=14, seconds=1), LifeState.EXPIRED),
        ("1h", timedelta(hours=-3), LifeState.LIVES),  # created in the future: a clock is wrong
        (None, timedelta(days=4000), LifeState.WITHOUT_TTL),
    ],
)
def test_time_to_live_counts_from_the_creation(ttl: str | None, age: timedelta, state: LifeState) -> None:
    found = lifetime(environment(ttl), live(), CREATED + age)
    assert found.state is state
    assert found.is_expired is (state is LifeState.EXPIRED)


def test_what_is_left_is_told_in_seconds() -> None:
    found = lifetime(environment("8h"), live(), CREATED + timedelta(hours=6))
    assert (found.expires_at, found.left_s) == (CREATED + timedelta(hours=8), 7200)
    assert lifetime(environment("8h"), live(), CREATED + timedelta(hours=9)).left_s == -3600


def test_protected_one_never_expires() -> None:
    found = lifetime(environment("1h", protected=True), live(), CREATED + timedelta(days=400))
    assert found.state is LifeState.PROTECTED


@pytest.mark.parametrize("status", ["CREATING", "UPDATING", "DELETING", "ROLLING_BACK", "CREATING_SNAPSHOT"])
def test_one_that_aws_is_changing_waits_for_the_next_time(status: str) -> None:
    assert lifetime(environment("1h"), live(status), CREATED + timedelta(days=1)).state is LifeState.CHANGING
    assert lifetime(environment("1h"), live(status), CREATED).state is LifeState.LIVES


@pytest.mark.parametrize("status", ["AVAILABLE", "CREATE_FAILED", "UPDATE_FAILED", "UNAVAILABLE"])
def test_failed_ones_expire_like_others(status: str) -> None:
    assert lifetime(environment("1h"), live(status), CREATED + timedelta(days=1)).is_expired


def test_without_an_environment_or_its_creation_nothing_expires() -> None:
    assert lifetime(environment("1h"), None, CREATED).state is LifeState.NOT_DEPLOYED
    assert lifetime(environment("1h"), live(created_at=None), CREATED + timedelta(days=9)).state is LifeState.UNKNOWN


@pytest.mark.parametrize(("minutes", "told"), [(0, None), (5, None), (-5, None), (6, 6), (-6, -6), (-90, -90)])
def test_clock_that_is_off_by_more_than_aws_takes_is_told(minutes: int, told: int | None) -> None:
    found = skew(CREATED + timedelta(minutes=minutes), CREATED)
    assert found == (None if told is None else timedelta(minutes=told))
    assert skew(CREATED, None) is None
