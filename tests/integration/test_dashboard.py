"""mwaactl dashboard through the real program, on the repository's three environments: nothing is deployed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.project_fixtures import Copy, copy

__all__ = ["copy"]

pytestmark = pytest.mark.integration

NAMES = ["dev", "prod", "stage"]


@pytest.fixture
def refused(copy: Copy) -> Iterator[str]:
    """The environment that AWS refuses to tell of."""
    fault = {"service": "mwaa", "operation": "GetEnvironment", "path": "retail-stage", "status": 403}
    copy.sandbox.set_faults([{**fault, "code": "AccessDeniedException", "message": "not for you"}])
    yield "stage"
    copy.sandbox.set_faults([])


def test_page_of_what_is_not_deployed(copy: Copy) -> None:
    run = copy.ok("--sandbox", "dashboard")
    path = copy.root / ".mwaactl" / "dashboard.html"
    assert run.out == f"3 environments, none needs a look: {path}\n"
    text = path.read_text()
    assert text.startswith("<!doctype html>")
    for words in (
        "3 environments, nothing to look at",
        "Not deployed",
        "10.30.0.0/16",
        "not looked yet: mwaactl plan dev",
    ):
        assert words in text


def test_data_come_as_json_and_a_page_only_where_it_is_asked_for(copy: Copy, tmp_path: Path) -> None:
    page = copy.root / ".mwaactl" / "dashboard.html"
    page.unlink(missing_ok=True)
    data = copy.ok("--sandbox", "dashboard", "dev", "prod", "--output", "json").envelope["data"]
    assert [card["name"] for card in data["environments"]] == ["dev", "prod"]
    assert (data["target"], data["page"], page.exists()) == ("sandbox", None, False)
    dev = data["environments"][0]
    assert (dev["standing"]["data"]["status"], dev["network"]["nat_gateways"]) == ("not deployed", 1)
    assert dev["cost"]["low"] > 100
    assert dev["releases"] == dev["dags"] == {"data": None, "missing": "not deployed"}
    named = tmp_path / "below" / "fleet.html"
    both = copy.ok("--sandbox", "dashboard", "--output", "json", "--out", str(named)).envelope["data"]
    assert both["page"] == str(named)
    assert named.read_text().startswith("<!doctype html>")


def test_environment_that_cannot_be_asked_takes_nothing_else_away(copy: Copy, refused: str, tmp_path: Path) -> None:
    named = tmp_path / "fleet.html"
    run = copy.run("--sandbox", "dashboard", "--output", "json", "--out", str(named))
    envelope = run.envelope
    assert (run.code, envelope["exit_code"], envelope["status"]) == (1, 1, "partial")
    cards = {card["name"]: card for card in envelope["data"]["environments"]}
    assert list(cards) == NAMES
    assert {name for name, card in cards.items() if card["standing"]["data"] is None} == {refused}
    assert "not for you" in cards[refused]["standing"]["missing"]
    assert cards[refused]["cost"]["low"] > 100
    text = named.read_text()
    assert "1 of 3 environments needs a look" in text
    assert "not for you" in text
    assert text.count("Not deployed") >= 4
    copy.sandbox.set_faults([])
    again = copy.ok("--sandbox", "dashboard", refused, "--output", "json").envelope["data"]
    assert again["environments"][0]["standing"]["data"]["status"] == "not deployed"


def test_page_is_opened_in_the_browser(copy: Copy, tmp_path: Path) -> None:
    browser, seen, page = tmp_path / "browser", tmp_path / "seen", tmp_path / "fleet.html"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {seen}\n')
    browser.chmod(0o755)
    with_browser = Copy(copy.root, {**copy.environment, "BROWSER": f"{browser} %s"})
    with_browser.ok("--sandbox", "dashboard", "dev", "--out", str(page), "--open")
    assert seen.read_text() == page.as_uri()


def test_without_a_browser_the_page_is_written_all_the_same(copy: Copy, tmp_path: Path) -> None:
    page = tmp_path / "fleet.html"
    alone = Copy(
        copy.root, {**copy.environment, "BROWSER": f"{tmp_path}/nothing %s", "PATH": str(tmp_path), "DISPLAY": ""}
    )
    run = alone.run("--sandbox", "dashboard", "dev", "--out", str(page), "--open")
    assert (run.code, page.exists()) == (1, True)
    assert "the page is written: open that file yourself" in run.err


def test_place_that_cannot_be_written_is_an_error_with_a_reason(copy: Copy, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    run = copy.run("--sandbox", "dashboard", "dev", "--out", str(tmp_path / "file" / "page.html"))
    assert (run.code, "cannot write" in run.err) == (2, True), run.everything
