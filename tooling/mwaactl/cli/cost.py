"""mwaactl cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mwaactl.cli.options import environments_argument, global_options
from mwaactl.cli.session import Session

if TYPE_CHECKING:
    from decimal import Decimal

SMALLEST_RATE, LARGEST_RATE = "0.000001", "1000000"
"""Units for one USD. No currency in use needs more or less."""


def _currency(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    if not (len(value) == 3 and value.isascii() and value.isalpha()):
        raise click.BadParameter(f"{value} is no currency; it is three letters, such as EUR.")
    return value.upper()


def _rate(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Decimal | None:
    from decimal import Decimal, InvalidOperation

    if value is None:
        return None
    try:
        rate = Decimal(value)
    except InvalidOperation:
        raise click.BadParameter(f"{value} is no number; write it with a point, such as 0.92.") from None
    if not (rate.is_finite() and Decimal(SMALLEST_RATE) <= rate <= Decimal(LARGEST_RATE)):
        raise click.BadParameter(f"{value} is not from {SMALLEST_RATE} to {LARGEST_RATE}.")
    return rate


@click.command(short_help="Estimate what environments cost per month.")
@environments_argument
@click.option("--currency", metavar="CODE", callback=_currency, help="Another currency than USD; needs --rate.")
@click.option("--rate", metavar="NUMBER", callback=_rate, help="How much of that currency one USD is.")
@global_options
@click.pass_obj
def cost(
    session: Session, environments: tuple[str, ...], is_all: bool, currency: str | None, rate: Decimal | None
) -> None:
    """Estimate what environments cost per month (all by default), from envs/*.yaml and dated prices.

    \b
    Example: mwaactl cost
             mwaactl cost prod --currency EUR --rate 0.92
    """
    from mwaactl.workflows import cost as workflow

    if is_all and environments:
        raise click.UsageError("Give names or --all, not both.")
    if (currency is None) != (rate is None):
        raise click.UsageError("--currency and --rate go together, such as --currency EUR --rate 0.92.")
    if currency is None or rate is None:
        session.run(lambda tools: workflow.run(tools, environments))
        return
    if currency == workflow.USD:
        raise click.UsageError("USD is what the prices are in; leave out --currency and --rate.")
    session.run(lambda tools: workflow.run(tools, environments, currency=currency, rate=rate))
