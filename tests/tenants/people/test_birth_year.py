"""Of some people only the year of birth is known: it counts as an age, and nobody has to make up a day."""

from datetime import date
from typing import Any

import pytest

from clais.clock import today
from clais.encryption import Keyring
from clais.exchange.referrals.consents import shared_age_band
from clais.exchange.referrals.parcels import freeze, missing
from clais.numbers import age_band, age_band_of_year, age_on, ages_of_year
from tenants.people.fields import contradictions
from tenants.referrals.offers import offers
from tests.support.federation import Federation
from tests.tenants.people.newcomers import registered, words

YEAR = 1990
AGES = "–".join(str(age) for age in dict.fromkeys(ages_of_year(YEAR, today())))


@pytest.mark.parametrize(("year", "day", "ages"), [
    (1990, date(2026, 11, 28), (35, 36)), (1990, date(2026, 12, 31), (36, 36)), (1990, date(2026, 1, 1), (35, 36)),
    (2026, date(2026, 11, 28), (0, 0)),
])  # fmt: skip
def test_a_year_leaves_two_ages_and_one_on_its_last_day(year: int, day: date, ages: tuple[int, int]) -> None:
    assert ages_of_year(year, day) == ages


@pytest.mark.parametrize(("year", "band"), [
    (1991, "34_35"), (1993, "30_34"), (2008, "17_18"), (2001, "24_25"), (1966, "59_60"), (1950, "60_plus"),
    (2012, "under_18"),
])  # fmt: skip
def test_a_year_is_a_band_and_between_two_bands_both_ages(year: int, band: str) -> None:
    assert age_band_of_year(year, date(2026, 11, 28)) == band


def test_whatever_the_day_of_birth_its_age_is_one_of_those_of_the_year() -> None:
    day = date(2026, 11, 28)
    for month in range(1, 13):
        born = date(YEAR, month, 15)
        assert age_on(born, day) in ages_of_year(YEAR, day)
        assert age_band(born, day) == age_band_of_year(YEAR, day)


def test_where_age_or_birth_date_is_asked_the_year_answers(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    person = registered(agent, keyring, birth_year=YEAR, sex="woman")
    with federation.app.test_request_context(), agent.at_work() as session:
        offered = {offer.code: offer for offer in offers(session, person, agent.actor)}
    assert missing(["name", "age", "birth_date"], offered) == []
    assert offered["age"].text == f"{AGES.replace('–', ' ou ')} ans"
    assert str(YEAR) in offered["birth_date"].text
    for ticked in ("age", "birth_date"):
        contents = freeze(offered.values(), [ticked])
        assert shared_age_band(contents) == age_band_of_year(YEAR, today())


SCREENS = [
    ({"sex": "woman"}, f"née en {YEAR} ({AGES} ans)"),
    ({"sex": "man"}, f"né en {YEAR} ({AGES} ans)"),
    ({}, f"né·e en {YEAR} ({AGES} ans)"),
]


@pytest.mark.parametrize(("facts", "shown"), SCREENS)
def test_the_head_of_the_file_and_the_lists_say_the_year_and_both_ages(
    federation: Federation, keyring: Keyring, facts: dict[str, Any], shown: str
) -> None:
    agent = federation.agent()
    person = registered(agent, keyring, birth_year=YEAR, **facts)
    registered(agent, keyring, birth_year=YEAR + 20, **facts)
    browser = agent.browser()
    head = words(browser.get(f"/personnes/{person.id}")).partition("<h1>")[2].partition("</h1>")[0]
    assert shown in head
    assert shown in words(browser.post("/personnes/recherche", {"q": "marchetti"}, status=200))
    for path in ("/personnes/recherche/propositions", "/agenda/personnes"):
        assert shown in words(browser.post(path, {"q": "marchetti"}, status=200))
    assert AGES in words(browser.get("/personnes"))


def test_a_status_from_before_the_year_of_birth_contradicts_it() -> None:
    assert list(contradictions({"birth_year": YEAR, "status_since": date(1989, 12, 31)})) == ["status_since"]
    assert contradictions({"birth_year": YEAR, "status_since": date(1990, 1, 1)}) == {}
