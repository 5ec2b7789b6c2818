"""What needs a look, how bad it is, and the verdict that is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dashboard_fleet import card_of, dags, environment, standing, verdict
from mwaactl.adapters.last_verdicts import NAME, load_verdict, save_verdict
from mwaactl.model.airflow_dag import AirflowDag, ImportFailure
from mwaactl.model.cost import BudgetState
from mwaactl.model.dags.sketch import FileSketch, sketch_of
from mwaactl.model.dashboard import NOT_DEPLOYED, EnvironmentCard, Mark, Told, concerns_of, mark_of, state_mark
from mwaactl.model.last_verdict import LastVerdict
from mwaactl.workflows import status
from mwaactl.workflows.dags_list import DagsListing
from mwaactl.workflows.published_dags import folder_of

SECRET = "AKIAIOSFODNN7EXAMPLE0"


def card(**others: Any) -> EnvironmentCard:
    return card_of(environment("dev"), **{"standing": Told(standing()), **others})


@pytest.mark.parametrize(
    ("status", "mark"),
    [
        ("AVAILABLE", Mark.FINE),
        ("not deployed", Mark.ABSENT),
        ("CREATE_FAILED", Mark.FAILED),
        ("UPDATE_FAILED", Mark.FAILED),
        ("UNAVAILABLE", Mark.FAILED),
        ("CREATING", Mark.BUSY),
        ("ROLLING_BACK", Mark.BUSY),
        ("A_STATE_OF_NEXT_YEAR", Mark.BUSY),
    ],
)
def test_mark_of_a_state(status: str, mark: Mark) -> None:
    assert state_mark(status) is mark


@pytest.mark.parametrize(
    ("changes", "mark", "texts"),
    [
        ({}, Mark.FINE, []),
        ({"ttl_left_s": 1.0}, Mark.FINE, []),
        ({"ttl_left_s": -1.0}, Mark.LOOK, ["its time to live is over"]),
        ({"drift": "2 differ"}, Mark.LOOK, ["2 differ"]),
        ({"is_support_over": True}, Mark.LOOK, ["Airflow 2.10.3 is out of support"]),
        ({"locked_by": "me since 1"}, Mark.LOOK, ["Terraform's state is locked by me since 1"]),
        ({"last_error": "pip failed"}, Mark.LOOK, ["pip failed"]),
        ({"status": "CREATE_FAILED"}, Mark.FAILED, ["CREATE_FAILED, and AWS gives no reason"]),
        ({"status": "UPDATE_FAILED", "last_error": "no", "drift": "d"}, Mark.FAILED, ["no", "d"]),
    ],
)
def test_concerns_of_what_aws_tells(changes: dict[str, Any], mark: Mark, texts: list[str]) -> None:
    given = card(standing=Told(standing(**changes)))
    assert mark_of(given) is mark
    assert [concern.text for concern in concerns_of(given)] == texts
    assert all(concern.hint.startswith("mwaactl ") for concern in concerns_of(given))


def test_concerns_of_everything_else() -> None:
    cost = replace(card().cost, budget=Decimal(10), budget_state=BudgetState.OVER, high=Decimal(1200))
    broken = replace(dags(), import_failures=(ImportFailure("a.py", 1, "no", (), ""),))
    given = card(cost=cost, dags=Told(broken), policy=Told(verdict("dev", refuses=True)))
    assert [concern.text for concern in concerns_of(given)] == [
        "may cost 1,200 USD per month; the budget is 10",
        "policy refused the last plan: 1 finding",
        "Airflow cannot import 1 DAG file",
    ]


def test_environment_that_aws_does_not_tell_of_is_a_concern_and_what_is_missing_by_nature_is_none() -> None:
    unheard = card(standing=Told(missing="no credentials"))
    assert [(one.mark, one.text) for one in concerns_of(unheard)] == [(Mark.UNKNOWN, "no credentials")]
    unpriced = card(cost=replace(card().cost, unknown=("all",), budget=Decimal(1), budget_state=BudgetState.UNKNOWN))
    assert concerns_of(unpriced) == ()
    assert concerns_of(card(policy=Told(verdict("dev", refuses=False)))) == ()


def test_status_and_dashboard_mean_the_same_by_not_deployed() -> None:
    assert status.NOT_DEPLOYED == NOT_DEPLOYED


def test_verdict_comes_back_as_it_was_kept_readable_by_the_user_alone(tmp_path: Path) -> None:
    last = LastVerdict(verdict("dev", refuses=True).verdict, "2026-11-24T00:00:00+00:00", "c", "m")
    save_verdict(tmp_path / "dev", last, ())
    assert load_verdict(tmp_path / "dev") == last
    assert (tmp_path / "dev" / NAME).stat().st_mode & 0o777 == 0o600


def test_no_secret_of_the_plan_is_kept(tmp_path: Path) -> None:
    given = verdict("dev", refuses=True).verdict
    finding = replace(given.refusals[0], message='is "pass\nword one", set in the open', hint=f"not {SECRET}")
    last = LastVerdict(replace(given, refusals=(finding,)), "2026-11-24T00:00:00+00:00", "c", "m")
    save_verdict(tmp_path, last, {'"pass\nword one"'[1:-1]})
    text = (tmp_path / NAME).read_text()
    assert "word one" not in text
    assert SECRET not in text
    assert load_verdict(tmp_path) is not None


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format_version": 2}', "\x00", '{"format_version": 1, "verdict": 3}']
)
def test_damaged_or_foreign_verdict_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    assert load_verdict(tmp_path) is None
    assert load_verdict(tmp_path / "nothing") is None


def test_stored_verdict_is_json_with_a_version(tmp_path: Path) -> None:
    save_verdict(tmp_path, LastVerdict(verdict("dev", refuses=True).verdict, "now", "c", "m"), ())
    document = json.loads((tmp_path / NAME).read_text())
    assert document["format_version"] == 1
    assert document["verdict"]["refusals"][0]["severity"] == "CRITICAL"


def test_dags_of_files_and_of_airflow_are_put_together_by_their_ids() -> None:
    sketches = {
        "a.py": sketch_of(b'from airflow import DAG\none = DAG("one")\nother = DAG(name())', "a.py"),
        "b.py": FileSketch(problem="is no Python"),
    }
    live = tuple(AirflowDag(name, True, "none", "a.py") for name in ("one", "made"))
    failure = ImportFailure("b.py", 1, "no", (), "")
    folder = folder_of(sketches, DagsListing("dev", "2.10.3", live, (failure,)), "")
    assert [(one.name, one.sketch is not None, one.live is not None) for one in folder.dags] == [
        ("made", False, True),
        ("one", True, True),
        (None, True, False),
    ]
    assert (folder.unread, folder.import_failures) == ((("b.py", "is no Python"),), (failure,))
