"""Sensitive facts are said to who follows the file, who noted them, who coordinates; to others nothing of them is."""

from typing import Any

import pytest
from sqlalchemy import select

from clais.audit.models import AuditEvent
from clais.encryption import Keyring
from tenants.people.models import Person
from tenants.people.withheld import precise_status
from tenants.sensitive.models import SensitiveFact
from tests.support.federation import Federation, Member
from tests.support.referrals import a_scheme
from tests.tenants.people.newcomers import registered, words
from tests.tenants.referrals.test_sending import address, filled
from tests.tenants.sensitive.test_sensitive_facts import WORDS, noted

ABOUT = "Santé"
"""What the fact is about, in a word."""


@pytest.fixture
def agent(federation: Federation) -> Member:
    """The referent of the file."""
    return federation.agent()


@pytest.fixture
def person(agent: Member, keyring: Keyring) -> Person:
    return registered(agent, keyring)


@pytest.fixture
def fact(agent: Member, person: Person) -> SensitiveFact:
    return noted(agent, person)


def others(federation: Federation) -> list[Member]:
    """A colleague who does not follow the file, the reception, and someone of another platform."""
    here = federation.platform
    desk = federation.member(here, "receptionist", "Rita Sel")
    return [federation.member(here, "agent", "Luc Delhaye"), desk, federation.other_agent()]


def told(reader: Member, person: Person, fact: SensitiveFact) -> set[str]:
    """What of a fact a member is told by its file, by its own address, and by asking to erase it."""
    browser, home = reader.browser(), f"/personnes/{person.id}"
    asked = [
        browser.client.get(browser.url(home)),
        browser.client.get(browser.url(f"{home}/carte")),
        browser.post(f"{home}/donnees-sensibles/{fact.id}/affichage", {}),
        browser.post(f"{home}/donnees-sensibles/{fact.id}/effacement", {}),
    ]
    said = " ".join(words(answer) for answer in asked)
    return {word for word in (ABOUT, WORDS) if word in said}


def is_kept(agent: Member, fact: SensitiveFact) -> bool:
    with agent.at_work() as session:
        return session.scalar(select(SensitiveFact.id).where(SensitiveFact.id == fact.id)) is not None


def test_others_are_told_nothing_and_erase_nothing(
    federation: Federation, agent: Member, person: Person, fact: SensitiveFact
) -> None:
    assert [told(reader, person, fact) for reader in others(federation)] == [set(), set(), set()]
    assert is_kept(agent, fact)
    assert told(agent, person, fact) == {ABOUT, WORDS}


def test_a_rule_that_lets_anyone_read_is_found(
    federation: Federation, agent: Member, person: Person, fact: SensitiveFact, monkeypatch: pytest.MonkeyPatch
) -> None:
    def anyone(_reader: object, **_of_the_file: object) -> bool:
        return True

    for place in ("queries", "sections"):
        monkeypatch.setattr(f"tenants.sensitive.{place}.reads", anyone)
    assert told(others(federation)[0], person, fact) == {ABOUT, WORDS}
    assert not is_kept(agent, fact)


def erased_within_the_hour(colleague: Member, agent: Member, person: Person, fact: SensitiveFact) -> bool:
    """Whether a colleague who opened the facts of a file with a reason erases one of them."""
    browser, home = colleague.browser(), f"/personnes/{person.id}/donnees-sensibles"
    browser.post(f"{home}/ouverture", {"reason": "Je remplace Nadia à l'entretien"}, status=303)
    assert WORDS in words(browser.post(f"{home}/{fact.id}/affichage", {}))
    browser.post(f"{home}/{fact.id}/effacement", {})
    return not is_kept(agent, fact)


def test_who_opened_a_fact_for_an_hour_reads_it_and_does_not_erase_it(
    federation: Federation, agent: Member, person: Person, fact: SensitiveFact
) -> None:
    assert not erased_within_the_hour(others(federation)[0], agent, person, fact)


def test_an_hour_that_would_erase_too_is_found(
    federation: Federation, agent: Member, person: Person, fact: SensitiveFact, monkeypatch: pytest.MonkeyPatch
) -> None:
    def whoever_reads(_person: Person, _fact: SensitiveFact, _actor: object) -> bool:
        return True

    monkeypatch.setattr("tenants.sensitive.actions.may_erase", whoever_reads)
    assert erased_within_the_hour(others(federation)[0], agent, person, fact)


def shown_beside(agent: Member, fact: SensitiveFact, keyring: Keyring) -> bool:
    """Whether a fact is shown under the address of another person, whose reading would be on record."""
    other = registered(agent, keyring, family_name="Rossi")
    path = f"/personnes/{other.id}/donnees-sensibles/{fact.id}/affichage"
    return WORDS in words(agent.browser().post(path, {}))


def test_a_fact_is_shown_on_its_own_file_alone(agent: Member, fact: SensitiveFact, keyring: Keyring) -> None:
    assert not shown_beside(agent, fact, keyring)


def test_without_the_look_at_whose_it_is_the_fact_would_be_seen(
    agent: Member, fact: SensitiveFact, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def anybodys(_person: Any, row: Any) -> Any:
        return row

    monkeypatch.setattr("tenants.sensitive.views.facts.theirs_or_404", anybodys)
    assert shown_beside(agent, fact, keyring)


def precise_status_seen(reader: Member, person: Person, url: str) -> set[str]:
    """Where a member who is about to refer someone reads which status the card does not say."""
    browser = reader.browser()
    choice = browser.get(url)
    data = filled(browser, url, ["name", "status"])
    letter = browser.post(url.replace("relais/nouveau", "relais/lettre"), data, status=200)
    pages = {"choice": choice, "letter": letter, "proposals": browser.get(f"/personnes/{person.id}/orienter")}
    return {name for name, page in pages.items() if "Mutuelle" in words(page)}


def showings(agent: Member, person: Person) -> list[Any]:
    """By whom the trail says that the status was read."""
    found = select(AuditEvent.membership_id).where(
        AuditEvent.person_id == person.id, AuditEvent.verb == "sensitive.show_status"
    )
    with agent.at_work() as session:
        return list(session.scalars(found))


def test_a_referral_tells_the_sealed_status_to_who_follows_the_file_alone_and_on_record(
    federation: Federation, agent: Member, keyring: Keyring
) -> None:
    person = registered(agent, keyring, status="sickness")
    url = address(person, *a_scheme(federation.officer()))
    assert precise_status_seen(others(federation)[0], person, url) == set()
    assert showings(agent, person) == []
    assert precise_status_seen(agent, person, url) == {"choice"}
    assert set(showings(agent, person)) == {agent.membership.id}


def test_a_referral_that_asks_nobody_who_reads_is_found(
    federation: Federation, agent: Member, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def anyone(_session: object, _actor: object, person: Person, keys: Keyring) -> str | None:
        return precise_status(keys, person)

    person = registered(agent, keyring, status="sickness")
    url = address(person, *a_scheme(federation.officer()))
    monkeypatch.setattr("tenants.referrals.offers.read_status", anyone)
    assert precise_status_seen(others(federation)[0], person, url) == {"choice"}
