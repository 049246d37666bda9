"""Someone is found and compared under the name they were born with and under the one they use."""

from typing import Any

import pytest

from clais.encryption import Keyring
from tenants.people.actions import register_person
from tenants.people.matching.check import PossibleDuplicates
from tenants.people.matching.duplicates import probable_duplicates
from tenants.people.matching.identity import Identity
from tests.support.federation import Federation
from tests.tenants.people.newcomers import registered, words


def test_both_names_find_the_file(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    person = registered(agent, keyring, family_name="Lambert", birth_name="Marchetti", given_names="Sofia")
    namesake = registered(agent, keyring, family_name="Marchetti-Lambert", given_names="Sofia")
    browser = agent.browser()
    for name in ("lambert", "marchetti sofia", "marcheti"):
        page = words(browser.post("/personnes/recherche", {"q": name}))
        assert person.reference in page
        assert namesake.reference in page
        assert "nom de naissance Marchetti" in page


def test_whoever_is_registered_under_the_other_name_is_asked_about(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    facts: dict[str, Any] = {"given_names": "Sofia", "birth_year": 1991, "registration_consent_manner": "spoken"}
    registered(agent, keyring, family_name="Lambert", birth_name="Marchetti", **facts)
    with agent.at_work() as session, pytest.raises(PossibleDuplicates):
        register_person(session, agent.actor, {"family_name": "Marchetti", **facts}, keyring)


def test_the_likest_of_both_names_decides() -> None:
    known = Identity("Lambert", "Sofia", birth_year=1991, birth_name="Marchetti")
    other = Identity("Marchetti", "Sofia", birth_year=1991)
    (match,) = probable_duplicates(other, [("known", known)])
    assert match.reasons[0].code == "same_names"
    assert not probable_duplicates(other, [("known", Identity("Lambert", "Paul", birth_year=1955))])
