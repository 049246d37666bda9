"""Whoever is referred can be reached, and nobody is referred twice to one scheme by surprise."""

from typing import Any

import pytest
from sqlalchemy import select

from clais.exchange.referrals.models import Consent, Parcel, Referral
from clais.sealing import unseal
from clais.workflow import Refused
from tenants.people.models import Person
from tests.support.federation import Federation
from tests.support.referrals import a_person, a_referral, a_scheme, address, filled, ticked_in
from tests.tenants.people.newcomers import words
from tests.tenants.referrals.test_sending import count


def test_without_any_way_to_reach_the_person_nothing_leaves(federation: Federation) -> None:
    agent = federation.agent()
    url = address(a_person(agent, phone=None), *a_scheme(federation.officer(), required=("name",)))
    page = words(agent.browser().post(url, filled(agent.browser(), url, ["name"]), status=422))
    assert "Le centre doit pouvoir joindre la personne" in page
    assert count(agent, Referral) == 0


def test_nor_past_the_page(federation: Federation) -> None:
    agent = federation.agent()
    with pytest.raises(Refused, match="not_reachable"):
        a_referral(agent, a_person(agent), ticked=("name", "status"))


@pytest.mark.parametrize(
    ("facts", "typed", "ticked", "shared"),
    [
        ({"phone": None}, {"new_phone": "0475 98 76 54"}, ["name"], {"phone": "0475 98 76 54"}),
        ({"phone": None}, {"reach": "Par sa sœur, 071 20 60 20"}, ["name"], {"reach": "Par sa sœur, 071 20 60 20"}),
        ({"phone": None, "email": "sofia@example.be"}, {}, ["name", "email"], {"email": "sofia@example.be"}),
        ({}, {}, ["name", "phone"], {"phone": "0470 12 34 56"}),
        ({}, {"reach": "Le soir chez sa mère"}, ["name"], {"reach": "Le soir chez sa mère"}),
    ],
)  # fmt: skip
def test_each_way_is_an_answer_and_travels_with_the_consent(
    federation: Federation,
    facts: dict[str, Any],
    typed: dict[str, str],
    ticked: list[str],
    shared: dict[str, str],
) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer, required=("name",))
    browser = agent.browser()
    url = address(a_person(agent, **facts), scheme, scheme_session)
    browser.post(url, filled(browser, url, ticked, **typed), status=303)
    with officer.at_work() as session:
        contents = unseal(federation.keyring, session.scalars(select(Parcel)).one())
    assert {code: fact["text"] for code, fact in contents.items() if code != "name"} == shared
    with agent.at_work() as session:
        assert session.scalars(select(Consent)).one().fields == ["name", *shared]


def test_no_phone_with_another_way_answers_a_scheme_that_asks_for_a_phone(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer, required=("name", "phone"))
    browser = agent.browser()
    url = address(a_person(agent, phone=None), scheme, scheme_session)
    sent = browser.post(url, filled(browser, url, ["name"], reach="Par l'assistante du CPAS"), status=303)
    key = str(sent.location).rpartition("/")[2]
    page = words(officer.browser().get(f"/a-traiter/{key}"))
    assert "Par l'assistante du CPAS" in page
    assert "Nécessaire et non partagé" not in page


def test_a_phone_that_was_asked_for_goes_on_the_card_too(federation: Federation) -> None:
    agent = federation.agent()
    person = a_person(agent, phone=None)
    url = address(person, *a_scheme(federation.officer()))
    browser = agent.browser()
    browser.post(url, filled(browser, url, ["name"], new_phone="0475 98 76 54"), status=303)
    with agent.at_work() as session:
        assert session.get_one(Person, (person.tenant_id, person.id)).phone == "+32475987654"


def test_the_letter_says_it_and_a_letter_without_it_is_not_signed(federation: Federation) -> None:
    agent = federation.agent()
    url = address(a_person(agent, phone=None), *a_scheme(federation.officer(), required=("name",)))
    browser = agent.browser()
    form = filled(browser, url, ["name"], reach="Par sa sœur")
    look = {name: value for name, value in form.items() if name != "_submission"}
    letter = browser.post(url.replace("relais/nouveau", "relais/lettre"), look, status=200)
    assert "come contattarmi" in words(letter)
    without = filled(browser, url, ["name"])
    browser.post(url, form | {"letter": without["letter"]}, status=422)
    assert count(agent, Referral) == 0


def test_a_phone_that_is_none_is_said_beside_its_field_and_kept(federation: Federation) -> None:
    agent = federation.agent()
    url = address(a_person(agent, phone=None), *a_scheme(federation.officer(), required=("name",)))
    browser = agent.browser()
    page = words(browser.post(url, filled(browser, url, ["name"], new_phone="04x5", reach="Par sa sœur"), status=422))
    assert 'value="04x5"' in page
    assert "Par sa sœur" in page


def test_one_way_is_ticked_beforehand(federation: Federation) -> None:
    agent = federation.agent()
    scheme = a_scheme(federation.officer(), required=("name",))
    browser = agent.browser()
    cases: tuple[tuple[dict[str, Any], str], ...]
    cases = (({}, "phone"), ({"phone": None, "email": "sofia@example.be"}, "email"))
    for facts, way in cases:
        page = browser.get(address(a_person(agent, **facts), *scheme)).get_data(as_text=True)
        assert ticked_in(page) == {"name", way}


def test_an_open_referral_to_the_scheme_is_said_before_anything_is_written(federation: Federation) -> None:
    agent = federation.agent()
    scheme, scheme_session = a_scheme(federation.officer())
    person = a_person(agent)
    first = a_referral(agent, person, scheme, scheme_session)
    # Others came after it, more than a page of them.
    for number in range(26):
        a_referral(agent, person, *a_scheme(federation.officer(), name=f"Dispositif {number}"))
    browser = agent.browser()
    choice = words(browser.get(f"/personnes/{person.id}/orienter"))
    assert f"Déjà orienté·e vers ce dispositif : {first.reference}" in choice or first.reference in choice
    answer = browser.get(address(person, scheme, scheme_session), status=303)
    assert str(answer.location).endswith(f"/relais/{first.id}")
    assert "toujours ouvert" in words(browser.get(f"/relais/{first.id}"))


def test_all_that_is_wrong_is_said_at_once(federation: Federation) -> None:
    agent = federation.agent()
    url = address(a_person(agent, phone=None), *a_scheme(federation.officer(), required=("name", "schooling")))
    browser = agent.browser()
    sent = filled(browser, url, ["name"]) | {"purpose": ""}
    summary = words(browser.post(url, sent, status=422)).partition('class="errors"')[2].partition("</ul>")[0]
    assert "Indiquez le but de l'orientation" in summary
    assert "ce dispositif demande aussi" in summary
    assert "centre doit pouvoir joindre la personne" in summary
