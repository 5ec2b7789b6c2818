"""Waivers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from mwaactl.adapters.waivers import load_waivers
from mwaactl.errors import ConfigError, Finding, Severity
from mwaactl.model.waiver import Waiver, apply_waivers, waiver_findings

TODAY = date(2026, 11, 22)
FINDING = Finding("CKV_AWS_1", "module.x.aws_y.this[0]", "is bad", environment="dev")


def waiver(**fields: object) -> Waiver:
    usual = {
        "check": "CKV_AWS_1",
        "resource": "module.x.aws_y.this[0]",
        "environment": "dev",
        "reason": "a reason that says something",
        "owner": "me",
        "expires": TODAY,
    }
    return Waiver.model_validate(usual | fields)


@pytest.mark.parametrize(
    "fields",
    [{}, {"resource": "module.x.*"}, {"environment": "*"}, {"resource": "*this[[]0]*"}, {"resource": "*.this"}],
)
def test_waiver_covers_its_finding(fields: dict[str, str]) -> None:
    standing, waived = apply_waivers([FINDING], [waiver(**fields)], TODAY)
    if fields.get("resource") == "*this[[]0]*":  # brackets are literal, not a character class
        assert standing == (FINDING,)
    else:
        assert standing == ()
        assert "a reason that says something" in waived[0].reason


@pytest.mark.parametrize(
    "fields", [{"check": "CKV_AWS_2"}, {"resource": "module.x.aws_y.this[1]"}, {"environment": "prod"}]
)
def test_waiver_of_something_else_waives_nothing(fields: dict[str, str]) -> None:
    assert apply_waivers([FINDING], [waiver(**fields)], TODAY) == ((FINDING,), ())


def test_waiver_covers_clones_of_its_environment_and_no_others() -> None:
    of_clone = replace(FINDING, environment="perf")
    assert apply_waivers([of_clone], [waiver()], TODAY)[0] == (of_clone,)
    assert apply_waivers([of_clone], [waiver()], TODAY, ("stage", "prod"))[0] == (of_clone,)
    assert apply_waivers([of_clone], [waiver()], TODAY, ("stage", "dev"))[0] == ()
    assert apply_waivers([of_clone], [waiver(expires=date(2026, 11, 21))], TODAY, ("dev",))[0] != ()


def test_expired_waiver_waives_nothing_and_says_when_it_expired() -> None:
    [standing], waived = apply_waivers([FINDING], [waiver(expires=date(2026, 11, 21))], TODAY)
    assert waived == ()
    assert "expired on 2026-11-21" in standing.hint


def test_every_mistake_in_the_file_is_reported_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs" / "waivers.yaml").write_text(
        "- check: CKV_1\n  resource: a\n  environment: dev\n  reason: short\n  owner: me\n  expires: 2027-01-01\n"
        "- check: CKV_2\n  resource: a\n  environment: dev\n  reason: long enough a reason\n  owner: me\n  until: x\n"
    )
    with pytest.raises(ConfigError) as caught:
        load_waivers(tmp_path)
    assert [(problem.line, problem.field) for problem in caught.value.problems] == [
        (1, "reason"),
        (7, "expires"),
        (7, "until"),
    ]


@pytest.mark.parametrize("text", ["a: 1", "- [", "just words"])
def test_file_that_is_no_list_is_an_error_with_a_place(tmp_path: Path, text: str) -> None:
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs" / "waivers.yaml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_waivers(tmp_path)
    assert caught.value.problems[0].line == 1


def test_no_file_or_an_empty_one_is_no_waiver(tmp_path: Path) -> None:
    assert load_waivers(tmp_path) == ()
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs" / "waivers.yaml").write_text("# nothing\n")
    assert load_waivers(tmp_path) == ()


def test_expired_waiver_leaves_the_finding_its_place_and_severity() -> None:
    placed = replace(FINDING, file="envs/dev.yaml", line=7, severity=Severity.CRITICAL, guideline="x", attribute="y")
    [standing], _ = apply_waivers([placed], [waiver(expires=date(2026, 11, 21))], TODAY)
    assert replace(standing, hint="") == replace(placed, hint="")


def ids(*waivers: Waiver, seen: tuple[Finding, ...] | None = (FINDING,)) -> list[str]:
    return [one.id for one in waiver_findings(waivers, seen, ["dev", "stage"], ["dev", "prod", "stage"], TODAY)]


def test_waivers_are_reported_when_expired_about_to_expire_or_unused() -> None:
    far = TODAY + timedelta(days=365)
    assert ids(waiver(expires=far)) == []
    assert ids(waiver(expires=TODAY - timedelta(days=1))) == ["WAIVER_EXPIRED"]
    assert ids(waiver(expires=TODAY + timedelta(days=14))) == ["WAIVER_EXPIRING"]
    assert ids(waiver(expires=far, check="CKV_AWS_2")) == ["WAIVER_UNUSED"]
    assert ids(waiver(expires=far, check="CKV_AWS_2", environment="prod")) == [], "prod was not looked at"
    assert ids(waiver(expires=far, check="CKV_AWS_2", environment="*")) == [], "prod was not looked at"
    assert ids(waiver(expires=far, check="CKV_AWS_2"), seen=None) == [], "not everything was looked at"


def test_report_on_a_waiver_names_its_line_and_only_warns(tmp_path: Path) -> None:
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs" / "waivers.yaml").write_text(
        "# 1\n- {check: A, resource: a, environment: dev, reason: long enough, owner: me, expires: 2020-01-01}\n"
        "\n- {check: B, resource: b, environment: dev, reason: long enough, owner: me, expires: 2020-01-01}\n"
    )
    found = waiver_findings(load_waivers(tmp_path), (), ["dev"], ["dev"], TODAY)
    assert [(one.file, one.line, one.severity) for one in found] == [
        ("envs/waivers.yaml", 2, Severity.LOW),
        ("envs/waivers.yaml", 4, Severity.LOW),
    ]


@pytest.mark.parametrize(
    "text", ["- {expires: 2027-99-99}\n", "[" * 3000, "- &a [*a, *a]\n- x: {<<: *a}\n", "- {check: A, line: 3}\n"]
)
def test_hostile_file_is_a_mistake_and_no_crash(text: str, tmp_path: Path) -> None:
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs" / "waivers.yaml").write_text(text)
    with pytest.raises(ConfigError):
        load_waivers(tmp_path)
