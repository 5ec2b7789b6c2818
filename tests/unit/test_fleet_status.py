"""What status and the dashboard make of one report: support, drift, time to live, cost; and that it fits a terminal."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console

from mwaactl.adapters.drift_records import DriftRecord, load_drift, save_drift
from mwaactl.model.lifetime import LifeState
from mwaactl.model.result import Outcome
from mwaactl.render.text import text
from mwaactl.workflows.dashboard import standing_of
from mwaactl.workflows.status import StatusReport

TODAY = date(2026, 11, 24)
REPORT = StatusReport(
    environment="perf",
    mwaa_name="retail-perf",
    account_id="333333333333",
    region="eu-west-1",
    status="AVAILABLE",
    airflow_version="2.10.3",
    environment_class="mw1.large",
    protected=False,
    webserver_url="https://0a1b2c3d-1111-2222-3333-444455556666.c2.eu-west-1.airflow.amazonaws.com",
    release="20261124T013452-3bb5bc21",
    release_age_s=90.0,
    ttl="8h",
    life=LifeState.LIVES,
    ttl_left_s=7300.0,
    cost_low=Decimal("418.4"),
    cost_high=Decimal("461.2"),
)


def lines(*reports: StatusReport) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=120).print(text(tuple(Outcome(one.environment, one) for one in reports)))
    return out.getvalue().splitlines()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "2 h left"),
        ({}, "not looked"),
        ({}, "418 to 461"),
        ({"ttl_left_s": -7300.0, "life": LifeState.EXPIRED}, "expired 2 h ago"),
        ({"life": LifeState.PROTECTED, "protected": True}, "8h, but protected"),
        ({"drifted": 0, "drift_age_s": 10_900.0}, "none (3 h ago)"),
        ({"drifted": 1, "drift_age_s": 90_000.0}, "1 resource (1 d ago)"),
        ({"drifted": 2, "drift_age_s": 60.0}, "2 resources (1 min ago)"),
        ({"cost_unknown": ("environment",)}, "418 to 461 + ?"),
        ({"end_of_support": date(2027, 4, 30)}, "until 2027-04-30"),
    ],
)
def test_row_says_it_in_words(change: dict[str, object], words: str) -> None:
    assert words in " ".join(" ".join(lines(replace(REPORT, **change))).split())  # type: ignore[arg-type]


def test_what_is_not_deployed_costs_nothing_and_has_no_drift() -> None:
    [_head, row, *_rest] = lines(replace(REPORT, status="not deployed", webserver_url=None, release=None))
    assert "418" not in row
    assert "not looked" not in row


def test_long_names_fit_a_terminal_and_no_word_is_lost() -> None:
    name = "customer-analytics-rehearsal-clone-042"
    long = replace(REPORT, environment=name, drifted=12, drift_age_s=9.0, status="CREATING_SNAPSHOT", protected=True)
    shown = lines(long, replace(REPORT, locked_by="ci@runner-17 since 2026-11-24 00:12 UTC"))
    assert max(map(len, shown)) <= 120
    squeezed = "".join("".join(shown).split())
    assert str(REPORT.webserver_url) in squeezed


def test_dashboard_takes_over_what_needs_a_look() -> None:
    standing = standing_of(replace(REPORT, drifted=2, drift_age_s=3700.0, end_of_support=date(2026, 11, 23)), TODAY)
    assert standing.drift == "2 resources differ from Terraform's state, seen 1 h 01 min ago"
    assert (standing.support_ends, standing.is_support_over) == ("2026-11-23", True)
    assert standing.ttl_left_s == 7300.0
    calm = standing_of(replace(REPORT, drifted=0, drift_age_s=3700.0, life=LifeState.PROTECTED), TODAY)
    assert (calm.drift, calm.support_ends, calm.is_support_over, calm.ttl_left_s) == (None, None, False, None)


def test_last_look_for_drift_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    record = DriftRecord(2, datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC))
    assert load_drift(tmp_path) is None
    save_drift(tmp_path, record)
    assert load_drift(tmp_path) == record
    assert (tmp_path / "drift.json").stat().st_mode & 0o777 == 0o600
    (tmp_path / "drift.json").write_text("{")
    assert load_drift(tmp_path) is None
