from datetime import date, timedelta

import pytest

from clais.exchange.adoptions.rules.drift import Drift, Standing, drift_of

DAY = date(2026, 11, 20)


def ahead(days: int) -> date:
    return DAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("asked", "used", "excepted_until", "expected"),
    [
        ({}, None, None, Drift(Standing.NOTHING)),
        ({1: ahead(9)}, None, None, Drift(Standing.NEW, 1, ahead(9))),
        ({1: DAY}, None, None, Drift(Standing.NEW, 1, DAY)),
        ({1: ahead(-24)}, None, None, Drift(Standing.LATE, 1, ahead(-24), 24)),
        ({1: ahead(-24)}, 1, None, Drift(Standing.CURRENT, 1)),
        ({1: ahead(-90), 2: ahead(9)}, 1, None, Drift(Standing.NEW, 2, ahead(9))),
        ({1: ahead(-90), 2: None}, 1, None, Drift(Standing.NEW, 2)),
        ({1: ahead(-90), 2: None}, 1, ahead(-1), Drift(Standing.LATE, 2, ahead(-1), 1)),
        ({1: ahead(-24)}, None, ahead(3), Drift(Standing.EXCEPTED, 1, ahead(3))),
        ({1: ahead(-24)}, None, ahead(-3), Drift(Standing.LATE, 1, ahead(-3), 3)),
        ({1: ahead(-24)}, None, ahead(-30), Drift(Standing.LATE, 1, ahead(-24), 24)),
        ({2: ahead(9)}, 3, None, Drift(Standing.CURRENT, 2)),
    ],
)
def test_a_platform_stands_as_its_version_and_the_days_say(
    asked: dict[int, date | None], used: int | None, excepted_until: date | None, expected: Drift
) -> None:
    assert drift_of(asked, used, excepted_until, DAY) == expected


def test_a_third_version_gives_no_more_time_for_the_second() -> None:
    found = drift_of({1: ahead(-90), 2: ahead(-5), 3: ahead(60)}, 1, None, DAY)
    assert found == Drift(Standing.LATE, 3, ahead(-5), 5)
