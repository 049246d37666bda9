"""Which days a pause puts off, and to which day."""

from datetime import date, timedelta

from clais.dates import is_working_day

ONE_DAY = timedelta(days=1)


def is_put_off(due_on: date, starts_on: date, noted_on: date) -> bool:
    """Whether a pause puts off what is due on a day: what is late when it is noted stays late."""
    return due_on >= max(starts_on, noted_on)


def length(starts_on: date, until_on: date) -> timedelta:
    """How long nothing runs, the last day included."""
    return until_on - starts_on + ONE_DAY


def put_off(due_on: date, by: timedelta) -> date:
    """The day that comes so much later, or the first working day after it; the same day when nothing is put off."""
    day = due_on + by
    while by and not is_working_day(day):
        day += ONE_DAY
    return day
