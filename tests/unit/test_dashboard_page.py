"""The dashboard's page: what is in it, that nothing escapes from it, and that it needs nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest

from dashboard_fleet import HOSTILE, card_of, environment, fleet, standing
from mwaactl.model.bill import CostItem
from mwaactl.model.cost import BudgetState
from mwaactl.model.dashboard import Dashboard, Told
from mwaactl.render.dashboard import page
from mwaactl.render.dashboard.cost import bars

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Reading(HTMLParser):
    """Elements, attributes and text of a page; fails when elements are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


def hostile(value: Any, found: list[str]) -> Any:
    """The same data with every text that may be any text replaced; `found` takes the names of the fields."""
    if isinstance(value, tuple):
        return tuple(hostile(one, found) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {}
        for field in fields(value):
            given = getattr(value, field.name)
            if type(given) is str and given:
                found.append(field.name)
                changed[field.name] = HOSTILE
            elif isinstance(given, tuple) or is_dataclass(given):
                changed[field.name] = hostile(given, found)
        return replace(value, **changed)
    return HOSTILE if type(value) is str else value


def test_every_environment_and_its_state_are_on_the_page() -> None:
    text = Reading(page(fleet())).text
    for card in fleet().environments:
        assert card.name in text
    for words in (
        "3 of 5 environments need a look",
        "Update failed",
        "expired 2 d ago",
        "212 to 372 +?",
        "no price: environment, mw1.2xlarge",
        "Cannot be told",
        "The credentials of account 333333333333 have expired.",
        "Not deployed",
        "support until 2027-04-30",
        "not looked yet: mwaactl plan warehouse-nightly-loads-staging-two",
        "would be replaced: its metadata, variables and history are lost",
        "the configuration has changed since",
        "Airflow itself was not heard: this role may not read Airflow",
        "line 14: tasks or edges inside of a loop",
        "ModuleNotFoundError: No module named 'pandas'",
    ):
        assert words in text, words


def test_no_text_becomes_an_element_whatever_field_it_is_in() -> None:
    found: list[str] = []
    data = hostile(fleet(), found)
    assert {"name", "dag_id", "id", "kind", "message", "last_error", "created_by", "missing", "webserver_url"} <= set(
        found
    )
    reading = Reading(page(data))
    assert {tag for tag, _ in reading.elements} & {"script", "img", "iframe", "object", "form"} == set()
    assert all(not name.startswith("on") for _, attributes in reading.elements for name in attributes)
    assert 'alert("x")' in reading.text  # it is shown, as text


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "JAVASCRIPT:alert(1)", " https://x"])
def test_web_server_is_a_link_only_where_its_address_is_one(address: str) -> None:
    card = card_of(environment("dev"), standing=Told(standing(webserver_url=address)))
    reading = Reading(page(Dashboard("2026-11-24T00:00:00+00:00", "AWS", (card,))))
    assert address.strip() in reading.text
    links = [attributes["href"] for tag, attributes in reading.elements if tag == "a"]
    assert links
    assert all(str(link).startswith("#environment-") for link in links)


def test_page_loads_nothing_and_runs_nothing() -> None:
    text = page(fleet())
    reading = Reading(text)
    [policy] = [one["content"] for tag, one in reading.elements if one.get("http-equiv") == "Content-Security-Policy"]
    assert str(policy).startswith("default-src 'none';")
    assert "script-src" not in str(policy)
    tags = {tag for tag, _ in reading.elements}
    assert tags & {"script", "img", "iframe", "object", "embed", "video", "audio", "base"} == set()
    assert [one["href"] for tag, one in reading.elements if tag == "link"] == ["data:,"]
    assert "@import" not in text
    assert set(re.findall(r"url\(([^)]*)\)", text)) == {"#more", "#tip"}
    assert [one for _, one in reading.elements if "src" in one or "srcset" in one] == []


def test_ids_are_unique_and_everything_that_is_referred_to_is_there() -> None:
    reading = Reading(page(fleet()))
    ids = [str(one["id"]) for _, one in reading.elements if "id" in one]
    assert len(ids) == len(set(ids))
    wanted = {str(one["href"])[1:] for _, one in reading.elements if str(one.get("href", "")).startswith("#")}
    wanted |= {str(one["aria-labelledby"]) for _, one in reading.elements if "aria-labelledby" in one}
    assert wanted <= set(ids)
    assert len(wanted) > 10


@pytest.mark.parametrize(
    ("names", "headline"),
    [((), "There is no environment"), (("dev",), "1 environment, nothing to look at")],
)
def test_headline_of_a_fleet_without_troubles(names: tuple[str, ...], headline: str) -> None:
    cards = tuple(card_of(environment(name), standing=Told(standing())) for name in names)
    assert headline in Reading(page(Dashboard("2026-11-24T00:00:00+00:00", "sandbox", cards))).text


def test_bars_have_one_scale_that_holds_the_budget_too() -> None:
    def card(name: str, low: str, high: str, budget: str | None) -> Any:
        made = card_of(environment(name))
        limit = None if budget is None else Decimal(budget)
        state = None if limit is None else BudgetState.WITHIN
        cost = replace(made.cost, low=Decimal(low), high=Decimal(high), budget=limit, budget_state=state)
        return replace(made, cost=cost)

    one, two = bars((card("one", "100", "200", "400"), card("two", "50", "50", None)))
    assert (one.low, one.more, one.budget) == (25.0, 25.0, 100.0)
    assert (two.low, two.more, two.budget) == (12.5, 0.0, None)


@pytest.mark.parametrize("change", [lambda cost: (), lambda cost: (CostItem("all", None, None, "no price is known"),)])
def test_page_of_an_environment_whose_price_is_wholly_unknown(change: Callable[[Any], Any]) -> None:
    made = card_of(environment("dev"), standing=Told(standing()))
    items = change(made.cost)
    cost = replace(made.cost, low=Decimal(0), high=Decimal(0), items=items, unknown=tuple(item.name for item in items))
    reading = Reading(page(Dashboard("2026-11-24T00:00:00+00:00", "AWS", (replace(made, cost=cost),))))
    assert ("0 +?" in reading.text) is bool(items)
