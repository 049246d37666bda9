"""The search box: what an agent has at hand of someone finds their file, and a slip does not hide it."""

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert
from werkzeug.test import TestResponse

from clais.encryption import Keyring
from clais.registry.models import PostalCode
from clais.text import fold
from tenants.people.jobs import complete_keys
from tenants.people.matching.search import MOST_PROPOSED
from tenants.people.models import Person, PersonKey
from tests.support.federation import Browser, Federation, Member
from tests.support.referrals import a_referral
from tests.support.registry import a_municipality
from tests.support.statements import statements
from tests.tenants.people.newcomers import registered, words

SEARCH, PROPOSALS = "/personnes/recherche", "/personnes/recherche/propositions"


def opened(response: TestResponse) -> str:
    """The path, under the tenant's, to which the search led."""
    assert response.status_code == 303
    return str(response.location).partition("/")[2].partition("/")[2]


def proposed(browser: Browser, typed: str) -> list[str]:
    """The names that are proposed while someone types."""
    return re.findall(r"<span>([^<]+)</span>", words(browser.post(PROPOSALS, {"q": typed}, status=200)))


def sofia(agent: Member, keyring: Keyring, **facts: Any) -> Person:
    """A file with all that a search may know."""
    card: dict[str, Any] = {
        "birth_date": date(1988, 4, 3),
        "phone": "+32470987654",
        "email": "Sofia.M@example.be",
        "sex": "woman",
    }
    place = {"postal_code": "6140", "locality": "Fontaine-l'Evêque"}
    return registered(agent, keyring, **(card | place | facts))


@pytest.mark.parametrize(
    "typed",
    ["Sofia Marchetti", "MARCHETTI Sofia", "S. Marchetti", "s marchetti", "3 avril 1988", "470987654",
     "+32 470 98 76 54", "0032470987654", "0470.98.76.54",
     "0470 98", "sofia.m@example.be", "SOFIA.M@", "marchetti 6140",
     "fontaine leveque", "Fontaine-l'Évêque", "marchetti fontaine leveque", "fontaine leveque marchetti"],
)  # fmt: skip
def test_the_one_file_that_fits_is_opened(federation: Federation, keyring: Keyring, typed: str) -> None:
    agent = federation.agent()
    person = sofia(agent, keyring)
    registered(agent, keyring, family_name="Peeters", given_names="Luc", birth_date=date(1971, 2, 9))
    assert opened(agent.browser().post(SEARCH, {"q": typed})) == f"personnes/{person.id}"
    nobody = words(federation.other_agent().browser().post(SEARCH, {"q": typed}, status=200))
    assert "Marchetti</a>" not in nobody


@pytest.mark.parametrize(
    ("family_name", "given_names", "typed"),
    [("Marchetti", "S", "S Marchetti"), ("Ali", "Ben", "Ben Ali"), ("Ben Ali", "El", "El Ben Ali"),
     ("Vandenbroeck", "D", "D van den Broeck"), ("De Smet", "Jean-Pierre", "J.-P. De Smet")],
)  # fmt: skip
def test_a_given_name_that_is_a_particle_too_finds_the_person_everywhere(
    federation: Federation, keyring: Keyring, family_name: str, given_names: str, typed: str
) -> None:
    agent = federation.agent()
    person = registered(agent, keyring, family_name=family_name, given_names=given_names)
    browser = agent.browser()
    assert opened(browser.post(SEARCH, {"q": typed})) == f"personnes/{person.id}"
    assert str(person.id) in words(browser.post("/agenda/personnes", {"q": typed}))
    client, headers = federation.app.test_client(), agent.bearer("person.list")
    found = client.post("/api/v1/people/searches", json={"q": typed}, headers=headers)
    assert [row["id"] for row in found.json or []] == [str(person.id)]


@pytest.mark.parametrize("typed", ["Marcheti", "Marhcetti", "marchettti sofia", "Sofia Narchetti", "archetti"])
def test_a_slip_still_shows_the_file_and_says_that_it_is_only_near(
    federation: Federation, keyring: Keyring, typed: str
) -> None:
    agent = federation.agent()
    sofia(agent, keyring)
    registered(agent, keyring, family_name="Martin", given_names="Sofie")
    page = words(agent.browser().post(SEARCH, {"q": typed}, status=200))
    assert "Noms proches" in page
    assert "Sofia Marchetti</a>" in page
    assert "Sofie Martin" not in page
    assert proposed(agent.browser(), typed) == ["Sofia Marchetti"]
    nobody = words(federation.other_agent().browser().post(SEARCH, {"q": typed}, status=200))
    assert "Sofia Marchetti" not in nobody


@pytest.mark.parametrize(
    ("family_name", "typed"), [("Haddad", "Hadad"), ("Youssef", "Yusuf"), ("Meijer", "Meyer"), ("Van Damme", "Vandame")]
)
def test_a_name_written_as_it_sounds_is_shown(
    federation: Federation, keyring: Keyring, family_name: str, typed: str
) -> None:
    agent = federation.agent()
    registered(agent, keyring, family_name=family_name, given_names="Nora")
    assert f"Nora {family_name}" in words(agent.browser().post(SEARCH, {"q": typed}, status=200))


def test_a_name_that_fits_as_typed_hides_those_that_are_only_near(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    exact = registered(agent, keyring, family_name="Hadad", given_names="Nora")
    registered(agent, keyring, family_name="Haddad", given_names="Nora")
    assert opened(agent.browser().post(SEARCH, {"q": "hadad"})) == f"personnes/{exact.id}"


def test_the_number_of_a_referral_opens_the_file_for_who_reads_referrals(
    federation: Federation, keyring: Keyring
) -> None:
    agent = federation.agent()
    person = sofia(agent, keyring)
    referral = a_referral(agent, person)
    short = referral.reference.replace("-0000", "-")
    for typed in (referral.reference, referral.reference.lower(), short):
        assert opened(agent.browser().post(SEARCH, {"q": typed})) == f"personnes/{person.id}"
    desk = federation.member(federation.platform, "receptionist")
    assert "Marchetti" not in words(desk.browser().post(SEARCH, {"q": referral.reference}, status=200))
    assert proposed(desk.browser(), referral.reference) == []
    assert "Marchetti" not in words(federation.other_agent().browser().post(SEARCH, {"q": referral.reference}))


def test_a_receptionist_is_led_to_the_card(federation: Federation, keyring: Keyring) -> None:
    person = sofia(federation.agent(), keyring)
    desk = federation.member(federation.platform, "receptionist").browser()
    assert opened(desk.post(SEARCH, {"q": "marchetti"})) == f"personnes/{person.id}/carte"
    page = words(desk.post(PROPOSALS, {"q": "marchetti"}))
    assert f"/personnes/{person.id}/carte" in page
    assert "0470" not in page


def test_a_number_that_was_not_understood_is_said_before_any_file_is_opened(
    federation: Federation, keyring: Keyring
) -> None:
    agent = federation.agent()
    sofia(agent, keyring)
    page = words(agent.browser().post(SEARCH, {"q": "marchetti 31/02/1988"}, status=200))
    assert "31/02/1988" in page
    assert "Sofia Marchetti</a>" in page


def test_eight_files_at_most_are_proposed(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    for letter in "ABCDEFGHIJ":
        registered(agent, keyring, family_name=f"Marchetti{letter}", given_names="Sofia")
    found = proposed(agent.browser(), "march")
    assert len(found) == MOST_PROPOSED
    assert found == sorted(found)


@pytest.mark.parametrize(("typed", "most"), [("marchetti", 1), ("s marchetti", 1), ("Marcheti", 4), ("zzyzx qwfp", 4)])
def test_a_search_costs_few_statements_whoever_is_registered(
    engine: Engine, federation: Federation, keyring: Keyring, typed: str, most: int
) -> None:
    agent = federation.agent()
    browser = agent.browser()

    def counted() -> int:
        token = browser.csrf()
        with statements(engine) as seen:
            browser.client.post(browser.url(PROPOSALS), data={"q": typed, "csrf_token": token})
        return sum("FROM person" in statement for statement in seen)

    few = counted()
    for number in range(12):
        registered(agent, keyring, family_name="Marchetti", given_names=f"Sofia {'abcdefghijkl'[number]}")
    assert counted() <= most
    assert few <= 4


def test_people_registered_before_these_keys_become_findable(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    person = sofia(agent, keyring)
    with agent.at_work() as session:
        newer = PersonKey.kind.in_(("heard", "ending", "place"))
        session.execute(delete(PersonKey).where(PersonKey.tenant_id == person.tenant_id, newer))
    assert proposed(agent.browser(), "Narchetti") == []
    with federation.app.app_context(), agent.at_work() as session:
        assert complete_keys(session, agent.actor) == 1
        assert complete_keys(session, agent.actor) == 0
    assert proposed(agent.browser(), "Narchetti") == ["Sofia Marchetti"]


@pytest.mark.parametrize("typed", ["fontaine leveque", "Fontaine-l'Évêque", "fontaine l'ev", "6140", "6140 fontaine-l"])
def test_a_locality_is_proposed_without_accent_hyphen_or_apostrophe(
    federation: Federation, superuser: Engine, typed: str
) -> None:
    place = {"code": "6140", "locality": "Fontaine-l'Evêque", "search_key": fold("Fontaine-l'Evêque")}
    with a_municipality(superuser) as nis_code:
        with superuser.begin() as connection:
            connection.execute(insert(PostalCode).values(nis_code=nis_code, **place))
        try:
            page = words(federation.agent().browser().post("/localites", {"q": typed}))
        finally:
            with superuser.begin() as connection:
                connection.execute(delete(PostalCode).where(PostalCode.nis_code == nis_code))
    assert "Fontaine-l'Evêque" in page
