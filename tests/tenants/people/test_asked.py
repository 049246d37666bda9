"""What a form asks about and never forces: digits in a name, what a national number says."""

import re
from typing import Any

import pytest
from sqlalchemy import Engine, select

from clais.encryption import Keyring
from clais.numbers import format_national_number
from tenants.people.models import Person
from tests.support.federation import Federation
from tests.tenants.people.newcomers import a_number, authorise, registered, typed, words

REGISTER, READ = "/accueil/nouveau", "/numero-national/lecture"
ASKED = "Le prénom contient des chiffres. Est-ce bien juste\u00a0?"


def test_digits_in_a_name_are_asked_about_once_and_then_taken(federation: Federation) -> None:
    agent = federation.agent()
    browser = agent.browser()
    form = typed(given_names="Jean123")
    page = words(browser.post(REGISTER, form, status=422))
    assert page.count(ASKED) == 2, "in the summary, and at the name"
    assert 'name="names_confirmed"' in page
    assert "Jean123" in page
    given = re.search(r'<input[^>]*name="given_names"[^>]*>', page)
    family = re.search(r'<input[^>]*name="family_name"[^>]*>', page)
    assert given is not None
    assert family is not None
    assert 'aria-invalid="true"' in given[0]
    assert 'aria-describedby="field-given_names-error"' in given[0]
    assert "aria-invalid" not in family[0], "the other name is not doubted"
    browser.post(REGISTER, form | {"names_confirmed": "true"}, status=303)
    with agent.at_work() as session:
        assert session.scalars(select(Person.given_names)).all() == ["Jean123"]


def test_a_usual_name_is_not_asked_about(federation: Federation) -> None:
    browser = federation.agent().browser()
    assert "names_confirmed" not in words(browser.get(REGISTER))
    browser.post(REGISTER, typed(given_names="Jean-François", family_name="d'Hénin"), status=303)


def test_a_name_that_was_confirmed_is_not_asked_about_again(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    person = registered(agent, keyring, family_name="Khan 3")
    page = words(agent.browser().get(f"/personnes/{person.id}/coordonnees"))
    assert re.search(r'name="names_confirmed"[^>]* checked', page)
    assert "Est-ce bien juste" not in page


def test_the_api_asks_about_digits_too(federation: Federation) -> None:
    agent = federation.agent()
    client, headers = federation.app.test_client(), agent.bearer("person.create")
    sent = {"family_name": "R2", "given_names": "D2", "registration_consent_manner": "spoken"}
    refused = client.post("/api/v1/people", json=sent, headers=headers)
    assert refused.status_code == 422
    assert refused.json is not None
    assert set(refused.json["errors"]) == {"given_names", "family_name"}
    taken = client.post("/api/v1/people", json=sent | {"names_confirmed": True}, headers=headers)
    assert taken.status_code == 201


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "D'après ce numéro\u00a0: 12/03/1991, femme."),
        ({"sex": "undeclared"}, "D'après ce numéro\u00a0: 12/03/1991, femme."),
        ({"birth_date": "12/03/1991"}, "D'après ce numéro\u00a0: femme."),
        ({"birth_year": "1991", "sex": "woman"}, "D'après ce numéro\u00a0: 12/03/1991."),
        ({"birth_date": "12/03/1991", "sex": "woman"}, None),
        ({"birth_date": "13/03/1991", "sex": "woman"}, "une autre date de naissance"),
        ({"birth_year": "1980", "sex": "man"}, "un autre sexe"),
    ],
)
def test_a_number_proposes_what_is_not_answered_and_contradicts_what_differs(
    federation: Federation, answers: dict[str, Any], said: str | None
) -> None:
    number = format_national_number(a_number())
    page = words(federation.agent().browser().post(READ, {"national_number": number, **answers}))
    assert (said or "") in page
    assert ("D'après ce numéro" in page) is bool(said and "D'après ce numéro" in said)
    assert number not in page


@pytest.mark.parametrize("number", ["", "85.07", "85.07.30-033.29"])
def test_an_unfinished_number_says_nothing(federation: Federation, number: str) -> None:
    page = words(federation.agent().browser().post(READ, {"national_number": number}))
    assert "numéro" not in page


def test_what_a_number_says_is_on_the_page_that_comes_back(federation: Federation, superuser: Engine) -> None:
    authorise(federation, superuser)
    form = typed(birth_date=None, sex="undeclared", national_number=a_number(), registration_consent_manner=None)
    page = words(federation.agent().browser().post(REGISTER, form, status=422))
    assert "D'après ce numéro\u00a0: 12/03/1991, femme." in page
