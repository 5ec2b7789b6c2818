"""Numbers, times and states in the words of the page."""

from __future__ import annotations

from decimal import Decimal

from mwaactl.model.dashboard import EnvironmentCard, Judgement, Mark, MonthlyCost, Standing, mark_of, state_mark
from mwaactl.render.lines import counted, duration

NOTHING = "\u2013"
_STATES = {"UPDATE_FAILED": "Update failed", "CREATE_FAILED": "Creation failed", "not deployed": "Not deployed"}


def money(amount: Decimal) -> str:
    """Whole USD: an estimate has no cents."""
    return f"{amount:,.0f}"


def amounts(cost: MonthlyCost) -> str:
    """`412 to 1,203`, or one number where there is no range; a plus where something has no price."""
    low, high = money(cost.low), money(cost.high)
    words = low if low == high else f"{low} to {high}"
    return f"{words} +?" if cost.unknown else words


def age(seconds: float | None) -> str:
    """`3 d ago`."""
    return NOTHING if seconds is None else f"{duration(seconds)} ago"


def left(seconds: float) -> str:
    """What is left of a time to live, in seconds; below 0 it has expired."""
    return f"{duration(seconds)} left" if seconds >= 0 else f"expired {duration(-seconds)} ago"


def minute(moment: str) -> str:
    """An ISO time to the minute, with its zone where it is UTC."""
    utc = " UTC" if moment.endswith(("+00:00", "Z")) else ""
    return f"{moment[:16].replace('T', ' ')}{utc}"


def state(card: EnvironmentCard) -> str:
    """What MWAA calls it, in small letters."""
    if card.standing.data is None:
        return "Cannot be told"
    status = card.standing.data.status
    return _STATES.get(status) or status.replace("_", " ").capitalize()


def state_of(card: EnvironmentCard) -> Mark:
    """The mark beside that word: of the state alone."""
    return state_mark(card.standing.data.status) if card.standing.data else Mark.UNKNOWN


def ttl(card: EnvironmentCard, standing: Standing | None) -> str:
    """What is left of the time to live, else what it is configured to be."""
    if standing and standing.ttl_left_s is not None:
        return left(standing.ttl_left_s)
    return f"{card.ttl} from creation" if card.ttl else NOTHING


def headline(cards: tuple[EnvironmentCard, ...]) -> str:
    """The fleet in one sentence."""
    troubled = [card for card in cards if mark_of(card) in (Mark.FAILED, Mark.UNKNOWN, Mark.LOOK)]
    if troubled:
        count = len(cards)
        verb = "needs" if len(troubled) == 1 else "need"
        return f"{len(troubled)} of {counted(count, 'environment')} {verb} a look"
    return f"{counted(len(cards), 'environment')}, nothing to look at" if cards else "There is no environment"


def judged(judgement: Judgement) -> str:
    """When policy looked, and whether that still counts."""
    since = " and ".join(judgement.changed_since)
    stale = f"; {since} {'have' if ' and ' in since else 'has'} changed since" if since else ""
    return f"{judgement.verdict.summary}, {age(judgement.age_s)}{stale}"
