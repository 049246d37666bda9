"""Sensitive facts are said to who follows the file, who noted them, who coordinates; to others nothing of them is."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from clais.audit.models import AuditEvent
from clais.clock import today
from clais.encryption import Keyring
from tenants.agenda.models import Appointment
from tenants.orientation.models import PlanObjective
from tenants.people.models import Person
from tenants.people.withheld import precise_status
from tenants.printing.actions import Text, give
from tenants.sensitive.models import SensitiveFact
from tests.support.federation import Federation, Member
from tests.support.referrals import a_scheme, address, filled
from tests.tenants.agenda.days import form_of, working_day
from tests.tenants.people.newcomers import registered, words
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


SEALED = ("CANARY-BUT-CHIMIO", "CANARY-OBJECTIF-PEINE", "CANARY-MOTIF-PSY")
"""A goal, an objective and the note of an appointment, as they were typed."""


def with_sealed_texts(agent: Member, person: Person) -> list[str]:
    """A plan and an appointment whose texts are sealed; the pages that tell of them."""
    browser, home, kept = (
        agent.browser(),
        f"/personnes/{person.id}",
        (today() + timedelta(days=90)).strftime("%d/%m/%Y"),
    )
    why = {"withheld": "true", "kind": "health", "reason": "fitting", "told": "spoken", "keep_until": kept}
    goal, objective, note = SEALED
    plan = {
        "goal": goal, "review_on": (today() + timedelta(days=3)).strftime("%d/%m/%Y"), "objectives-0-text": objective,
        "objectives-0-withheld": "true", "objectives-0-step": "Appeler", "_version": "none",
    }  # fmt: skip
    browser.post(f"{home}/plan/nouveau", {**plan, **why}, status=303)
    browser.post(f"{home}/rendez-vous/nouveau", form_of(agent, working_day(2), note=note, **why), status=303)
    with agent.at_work() as session:
        appointment = session.scalars(select(Appointment).where(Appointment.person_id == person.id)).one()
        objective_id = session.scalars(select(PlanObjective.id)).one()
    meeting, day = f"/rendez-vous/{appointment.id}", appointment.starts_at.date()
    return [
        home, f"{home}/carte", f"{home}/changements", f"{home}/plan", f"{home}/plan/imprimer",
        f"{home}/plan/modification", f"{home}/plan/evaluation", f"{home}/plan/signature/ecran", f"{home}/plan/nouveau",
        f"{home}/plan/objectifs/{objective_id}/modification", f"{home}/orientations/nouvelle", f"{home}/cloture",
        f"{home}/resume", f"{home}/orienter", f"{home}/cv", "/ma-journee", "/personnes",
        "/notifications", "/guichet", "/sans-contact",
        f"/journal-des-acces/personnes/{person.id}",
        meeting, f"{meeting}/modification", f"{meeting}/lettre", f"{meeting}/compte-rendu",
        f"/agenda?day={day}&agent={agent.membership.id}", f"/agenda?day={day}&view=day&agent=everyone",
    ]  # fmt: skip


def sealed_texts_met(reader: Member, pages: list[str]) -> tuple[set[str], int]:
    """The sealed texts that a member meets on pages, and how many of these answered."""
    browser, met, answered = reader.browser(), set(), 0
    for page in pages:
        answer = browser.client.get(browser.url(page))
        answered += answer.status_code == 200
        met |= {text for text in SEALED if text in answer.get_data(as_text=True)}
    return met, answered


def test_who_may_not_read_them_meets_no_sealed_text_on_any_page(
    federation: Federation, agent: Member, person: Person
) -> None:
    pages = with_sealed_texts(agent, person)
    colleague, desk, other = others(federation)
    met, answered = sealed_texts_met(colleague, pages)
    assert met == set()
    assert answered > len(pages) / 2
    assert sealed_texts_met(desk, pages)[0] == set()
    assert sealed_texts_met(other, pages)[0] == set()
    assert sealed_texts_met(agent, pages)[0] == set(SEALED)


def test_a_rule_that_lets_anyone_read_a_sealed_text_is_found(
    federation: Federation, agent: Member, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = with_sealed_texts(agent, person)
    monkeypatch.setattr("tenants.sensitive.queries.reads", lambda _reader, **_of_the_file: True)
    assert sealed_texts_met(others(federation)[0], pages)[0] == set(SEALED)


def test_a_text_that_stays_in_its_column_is_found(
    federation: Federation, agent: Member, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = dict(zip(("action_plan.goal", "plan_objective.text", "appointment.note"), SEALED, strict=True))
    for place in ("sensitive.withholding", "orientation.actions.wording", "agenda.actions"):
        monkeypatch.setattr(f"tenants.{place}.neutral", texts.__getitem__)
    pages = with_sealed_texts(agent, person)
    assert sealed_texts_met(others(federation)[0], pages)[0] == set(SEALED)


def opens_the_printed_plan(reader: Member, agent: Member, person: Person) -> bool:
    """Whether a member opens a plan with sealed words that the referent printed."""
    with agent.at_work() as session:
        text, keyring = Text("<p>But</p>", "1", "fr"), agent.federation.keyring
        given = give(session, agent.actor, keyring, person.id, text, kind="plan", withheld=True)
    browser = reader.browser()
    return browser.client.get(browser.url(f"/personnes/{person.id}/imprimes/{given.id}")).status_code == 200


def test_a_printed_plan_with_sealed_words_is_opened_by_who_reads_them_alone(
    federation: Federation, agent: Member, person: Person
) -> None:
    coordinator = federation.member(federation.platform, "coordinator", "Paul Hénin")
    readers = [*others(federation), agent, coordinator]
    assert [opens_the_printed_plan(one, agent, person) for one in readers] == [False, False, False, True, True]


def test_a_printed_plan_that_asks_nobody_who_reads_is_found(
    federation: Federation, agent: Member, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenants.printing.lookups._is_read_by_actor", lambda _person, _given: True)
    assert opens_the_printed_plan(others(federation)[0], agent, person)
