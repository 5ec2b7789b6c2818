"""Puts the page together. Everything that is shown goes through Jinja's escaping: a DAG id may be any text."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mwaactl.model.dashboard import Dashboard, Mark, concerns_of, mark_of
from mwaactl.render.dashboard import words
from mwaactl.render.dashboard.cost import bars
from mwaactl.render.dashboard.dags import dag_views
from mwaactl.render.dashboard.network import drawing

if TYPE_CHECKING:
    import jinja2

TEMPLATES = Path(__file__).parent / "templates"


def page(dashboard: Dashboard) -> str:
    """The whole page as HTML."""
    cards = dashboard.environments
    marks = list(Mark)
    return (
        _templates()
        .get_template("page.html.j2")
        .render(
            dashboard=dashboard,
            cards=cards,
            places={card.name: place for place, card in enumerate(cards, 1)},
            worst_first=sorted(cards, key=lambda card: marks.index(mark_of(card))),
            concerns={card.name: concerns_of(card) for card in cards},
            bars=bars(cards),
            networks={card.name: drawing(card.network) for card in cards},
            dags={card.name: dag_views(card.dags.data) for card in cards if card.dags.data},
        )
    )


@cache
def _templates() -> jinja2.Environment:
    import jinja2

    made = jinja2.Environment(
        autoescape=True,
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["words"] = words
    made.globals["mark_of"] = mark_of
    made.filters["web"] = _web
    return made


def _web(address: Any) -> str:
    """An address that may be a link: escaping alone would let `javascript:` through."""
    text = str(address or "")
    return text if text.startswith(("https://", "http://")) else ""
