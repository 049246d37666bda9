"""When it is asked whether the advised step was done."""

from datetime import date, timedelta

FIRST, DUE, LAST = timedelta(weeks=4), timedelta(weeks=6), timedelta(weeks=12)
"""From when on it can wait, from when on it is to be done today, and until when: after that the evaluation of the plan
asks it, every three months. They count from the decision, or from the day on which the answer was « not yet ».
"""


def is_asked(since: date, day: date) -> bool:
    """Whether it is asked on a day."""
    return FIRST <= day - since <= LAST


def is_due(since: date, day: date) -> bool:
    """Whether it is asked for so long that it waits no more."""
    return day - since >= DUE
