"""The dashboard's page in a real browser: five environments with long names, each in another trouble."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dashboard_fleet import HOSTILE, card_of, environment, fleet, standing
from mwaactl.model.dags.sketch import DagSketch, TaskSketch
from mwaactl.model.dashboard import DagFolder, DagPicture, Dashboard, Told
from mwaactl.render.dashboard import page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PHONE, DESKTOP = 360, 1280
OPEN_ALL = "document.querySelectorAll('details').forEach(one => one.open = true)"
# Whatever is wider than the page, but for what has a scroll bar of its own.
TOO_WIDE = """() => [...document.querySelectorAll('main *')]
  .filter(one => !one.closest('.scroll, .hidden, thead') && one.getBoundingClientRect().right > innerWidth + 0.5)
  .map(one => one.outerHTML.slice(0, 90))"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the fleet."""
    path = tmp_path_factory.mktemp("dashboard") / "dashboard.html"
    path.write_text(page(fleet()), encoding="utf-8")
    return path


@contextmanager
def shown(browser: Browser, file: Path, width: int, **looks: Any) -> Iterator[tuple[Page, list[str]]]:
    """The page in a window, with every detail open, and what went wrong or was asked for beside the file itself."""
    context = browser.new_context(viewport={"width": width, "height": 800}, **looks)
    try:
        view, problems = context.new_page(), list[str]()
        view.on("request", lambda one: problems.append(one.url) if one.url != file.as_uri() else None)
        view.on("console", lambda one: problems.append(one.text))
        view.on("pageerror", lambda one: problems.append(str(one)))
        view.on("dialog", lambda one: problems.append(one.message))
        view.goto(file.as_uri())
        view.evaluate(OPEN_ALL)
        yield view, problems
    finally:
        context.close()


@pytest.mark.parametrize("width", [PHONE, 768, DESKTOP])
def test_page_fits_its_window_and_asks_for_nothing(chromium: Browser, file: Path, width: int, tmp_path: Path) -> None:
    with shown(chromium, file, width) as (view, problems):
        view.screenshot(path=tmp_path / "page.png", full_page=True)
        assert view.evaluate("document.documentElement.scrollWidth") <= width
        assert view.evaluate(TOO_WIDE) == []
        for card in fleet().environments:
            assert view.get_by_role("heading", name=card.name, exact=True).is_visible()
        assert view.locator("svg.dag").count() >= 3
        assert problems == []
    assert (tmp_path / "page.png").stat().st_size > 50_000


def test_state_of_every_environment_is_on_the_first_screen_of_a_phone(chromium: Browser, file: Path) -> None:
    with shown(chromium, file, PHONE) as (view, _):
        calls = view.locator(".call")
        assert calls.count() == 5
        assert calls.first.inner_text().startswith("payments-settlement-production-eu-west-1\nUpdate failed")
        bottoms = calls.evaluate_all("all => all.map(one => one.getBoundingClientRect().bottom)")
        assert max(bottoms) < 830  # the height of today's phones
        calls.last.get_by_role("link").click()
        assert view.url.endswith("#environment-3")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_axe_finds_no_serious_barrier(chromium: Browser, file: Path, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with shown(chromium, file, width, color_scheme=scheme) as (view, _):
        found = Axe().run(view).response
        ran = {one["id"] for one in (*found["passes"], *found["violations"])}
        assert {"color-contrast", "link-name", "svg-img-alt"} <= ran
        bad = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
        assert bad == [], json.dumps(
            [[one["id"], [node["html"] for node in one["nodes"]][:3]] for one in bad], indent=1
        )


def test_states_have_words_and_shapes_beside_their_colours(chromium: Browser, file: Path) -> None:
    with shown(chromium, file, DESKTOP) as (view, _):
        read = "all => all.map(one => [one.querySelector('use').getAttribute('href'), one.innerText.trim()])"
        states = view.locator(".fleet .state").evaluate_all(read)
    assert states == [
        ["#failed", "Update failed"],
        ["#fine", "Available"],
        ["#fine", "Available"],
        ["#unknown", "Cannot be told"],
        ["#absent", "Not deployed"],
    ]


def test_table_stays_a_table_for_those_who_hear_it_on_a_phone(chromium: Browser, file: Path) -> None:
    with shown(chromium, file, PHONE) as (view, _):
        fleet_table = view.locator(".fleet").get_by_role("table")
        assert fleet_table.get_by_role("row").count() == 6
        assert fleet_table.get_by_role("columnheader").count() == 7
        assert fleet_table.get_by_role("cell").count() == 35


def test_closed_graphs_are_printed_too(chromium: Browser, file: Path) -> None:
    with shown(chromium, file, DESKTOP) as (view, _):
        view.evaluate("document.querySelectorAll('details').forEach(one => one.open = false)")
        graph = view.locator("svg.dag").first
        assert not graph.is_visible()
        view.emulate_media(media="print")
        assert graph.is_visible()


def test_hostile_names_are_shown_and_do_nothing(chromium: Browser, tmp_path: Path) -> None:
    tasks = (TaskSketch(HOSTILE, HOSTILE), TaskSketch("b", HOSTILE))
    dag = DagSketch(HOSTILE, HOSTILE, 1, HOSTILE, tasks, ((HOSTILE, "b"),), (HOSTILE,))
    folder = DagFolder((DagPicture(dag),), ((HOSTILE, HOSTILE),), airflow=HOSTILE)
    told = standing(last_error=HOSTILE, hint=HOSTILE, release=HOSTILE, webserver_url="javascript:alert(1)")
    path = tmp_path / "dashboard.html"
    card = card_of(environment("dev"), name=HOSTILE, standing=Told(told), dags=Told(folder))
    path.write_text(page(Dashboard("2026-11-24T00:00:00+00:00", "AWS", (card,))), encoding="utf-8")
    with shown(chromium, path, PHONE) as (view, problems):
        assert view.get_by_role("heading", name=HOSTILE).is_visible()
        assert view.locator("script, img").count() == 0
        assert view.evaluate("document.documentElement.scrollWidth") <= PHONE
        assert problems == []
