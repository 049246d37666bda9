"""What nobody has confirmed for long is said to the centre, and a month later no platform is offered it any more."""

from datetime import date

from clais.dates import months_after

STALE_AFTER = 6
"""Months after which the centre is asked whether what it wrote is still so."""
HIDDEN_AFTER = 7
"""Months after which the platforms are not offered it any more."""


def is_stale(confirmed_on: date, day: date) -> bool:
    """Whether the centre should look at it again."""
    return months_after(confirmed_on, STALE_AFTER) <= day


def is_hidden(confirmed_on: date, day: date) -> bool:
    """Whether the platforms are not offered it any more."""
    return hidden_from(confirmed_on) <= day


def hidden_from(confirmed_on: date) -> date:
    """The day from which on it is hidden, if nobody confirms it."""
    return months_after(confirmed_on, HIDDEN_AFTER)
