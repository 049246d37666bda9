import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import select

from clais.registry.models import Occupation
from tenants.orientation import queries
from tenants.people.models import Person
from tests.support.federation import Federation, Member

Arrive = Callable[..., Person]
pytestmark = pytest.mark.usefixtures("rome")


def some_occupations(member: Member, count: int) -> list[Occupation]:
    with member.at_work() as session:
        return list(session.scalars(select(Occupation).order_by(Occupation.label).limit(count)))


def the_wishes(member: Member, person: Person) -> list[tuple[int, str]]:
    with member.at_work() as session:
        return [(wish.rank, wish.label) for wish in queries.wished_occupations(session, person.id)]


@pytest.mark.parametrize("typed", ["aide menag", "MÉNAGÈRE aide", "domicile mena"])
def test_an_occupation_is_found_by_the_start_of_any_word_without_accents(federation: Federation, typed: str) -> None:
    found = federation.agent().browser().post("/metiers/recherche", {"q": typed}, status=200).get_data(as_text=True)
    assert "Aide ménager / Aide ménagère à domicile" in found
    assert "K1304" in found


@pytest.mark.parametrize("typed", ["xyzzy", "%", "_", "à", "énagère"])
def test_words_that_no_occupation_begins_with_find_nothing_and_say_so(federation: Federation, typed: str) -> None:
    found = federation.agent().browser().post("/metiers/recherche", {"q": typed}, status=200).get_data(as_text=True)
    assert "data-value" not in found
    assert "Aucun métier avec ces mots" in found


def test_the_occupation_whose_name_begins_as_typed_comes_first(federation: Federation) -> None:
    found = federation.agent().browser().post("/metiers/recherche", {"q": "aide mén"}).get_data(as_text=True)
    assert re.findall(r"<li.*?<span>(.*?)</span>", found)[0].startswith("Aide ménager")


def test_the_support_centre_searches_occupations_too(federation: Federation) -> None:
    assert "Soudeur" in federation.officer().browser().post("/metiers/recherche", {"q": "soudeur"}).get_data(
        as_text=True
    )


def test_five_wishes_are_kept_in_order_and_a_sixth_or_a_double_is_refused(
    federation: Federation, arrive: Arrive
) -> None:
    agent = federation.agent()
    person, browser = arrive(agent), agent.browser()
    proposed = some_occupations(agent, 6)
    add = f"/personnes/{person.id}/metiers"
    browser.post(add, {"wish-occupation": str(proposed[0].id), "wish-experience_years": "3"}, status=303)
    twice = browser.post(add, {"wish-occupation": str(proposed[0].id)}, status=422).get_data(as_text=True)
    assert "déjà dans la liste" in twice
    for occupation in proposed[1:5]:
        browser.post(add, {"wish-occupation": str(occupation.id)}, status=303)
    browser.post(add, {"wish-occupation": str(proposed[5].id)}, status=422)
    assert the_wishes(agent, person) == [(rank, found.label) for rank, found in enumerate(proposed[:5], start=1)]


@pytest.mark.parametrize("field", [{"wish-occupation": str(uuid4())}, {"wish-occupation": "K1304"}, {}])
def test_an_occupation_that_is_not_known_is_not_wished(
    federation: Federation, arrive: Arrive, field: dict[str, str]
) -> None:
    agent = federation.agent()
    person = arrive(agent)
    agent.browser().post(f"/personnes/{person.id}/metiers", field, status=422)
    assert the_wishes(agent, person) == []


def test_a_wish_is_put_first_and_ranks_close_when_one_is_removed(federation: Federation, arrive: Arrive) -> None:
    agent = federation.agent()
    person, browser = arrive(agent), agent.browser()
    first, second, third = some_occupations(agent, 3)
    for occupation in (first, second, third):
        browser.post(f"/personnes/{person.id}/metiers", {"wish-occupation": str(occupation.id)}, status=303)
    with agent.at_work() as session:
        keys = [wish.id for wish in queries.wished_occupations(session, person.id)]
    browser.post(f"/personnes/{person.id}/metiers/{keys[2]}/preference", status=303)
    assert [label for _rank, label in the_wishes(agent, person)] == [third.label, first.label, second.label]
    browser.post(f"/personnes/{person.id}/metiers/{keys[0]}/retrait", status=303)
    assert the_wishes(agent, person) == [(1, third.label), (2, second.label)]
    browser.post(f"/personnes/{person.id}/metiers/{keys[2]}/preference", status=303)
    assert the_wishes(agent, person) == [(1, third.label), (2, second.label)], "the first one stays first"


def test_a_wish_is_not_reached_through_someone_elses_file(federation: Federation, arrive: Arrive) -> None:
    agent = federation.agent()
    sofia, mariama, browser = arrive(agent), arrive(agent, "Diallo", "Mariama"), agent.browser()
    (wanted,) = some_occupations(agent, 1)
    browser.post(f"/personnes/{sofia.id}/metiers", {"wish-occupation": str(wanted.id)}, status=303)
    with agent.at_work() as session:
        (wish,) = queries.wished_occupations(session, sofia.id)
    browser.post(f"/personnes/{mariama.id}/metiers/{wish.id}/retrait", status=404)
    assert len(the_wishes(agent, sofia)) == 1
