"""A status that tells of health: the card says « other », and which one it is stands sealed beside it."""

from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from clais.audit.models import AuditEvent
from clais.clock import today
from clais.encryption import Keyring
from tenants.people.jobs import next_statuses_at, seal_statuses
from tenants.people.models import Person, PersonChange, PersonPeriod
from tenants.people.withheld import precise_status
from tests.support.federation import Federation, Member
from tests.support.sealed import exchanged
from tests.tenants.people.newcomers import registered, words
from tests.tenants.people.test_card import card_of, form_of


@pytest.fixture
def agent(federation: Federation) -> Member:
    return federation.agent()


def in_the_clear(superuser: Engine, person: Person) -> str:
    """All that the database tells of someone, without the keys."""
    tables = ("person", "person_period", "person_change", "audit_event", "person_key")
    found = []
    with superuser.connect() as connection:
        for table in tables:
            column = "id" if table == "person" else "person_id"
            rows = connection.execute(text(f"SELECT t::text FROM {table} t WHERE {column} = :id"), {"id": person.id})
            found += [row[0] for row in rows]
    return "\n".join(found)


def test_a_newcomer_on_sick_leave_is_other_in_every_table(agent: Member, keyring: Keyring, superuser: Engine) -> None:
    person = registered(agent, keyring, status="sickness")
    card = card_of(agent, person)
    assert (card.status, precise_status(keyring, card)) == ("other", "sickness")
    assert "sickness" not in in_the_clear(superuser, person)
    page = words(agent.browser().get(f"/personnes/{person.id}"))
    assert "Mutuelle" not in page
    shown = agent.browser().post(f"/personnes/{person.id}/donnees-sensibles/statut/affichage", {})
    assert "Mutuelle" in words(shown)


def test_what_is_sealed_has_one_length_and_tells_nothing_by_being_there(agent: Member, keyring: Keyring) -> None:
    sick, other, worker = (registered(agent, keyring, family_name=code, status=code) for code in
                           ("sickness", "other", "worker"))  # fmt: skip
    sealed = [card_of(agent, one).status_sealed for one in (sick, other, worker)]
    assert sealed[0] is not None
    assert sealed[1] is not None
    assert len(sealed[0]) == len(sealed[1])
    assert sealed[2] is None


def test_saving_the_card_that_says_other_takes_nothing_back(agent: Member, keyring: Keyring) -> None:
    person = registered(agent, keyring, status="sickness")
    browser, path = agent.browser(), f"/personnes/{person.id}/coordonnees"
    browser.post(path, form_of(person, status="other", email="sofia@example.be"), status=303)
    card = card_of(agent, person)
    assert precise_status(keyring, card) == "sickness"
    browser.post(path, form_of(card, status="worker", dated_change="changed", email="sofia@example.be"), status=303)
    card = card_of(agent, person)
    assert (card.status, card.status_sealed) == ("worker", None)


def test_who_falls_ill_is_noted_on_the_situation_and_the_history_says_other(
    agent: Member, keyring: Keyring, superuser: Engine
) -> None:
    person = registered(agent, keyring, status="worker")
    browser, path = agent.browser(), f"/personnes/{person.id}/situation/status/changement"

    def change(status: str) -> Any:
        version = card_of(agent, person).version
        form = {"status": status, "since": today().strftime("%d/%m/%Y"), "_version": str(version)}
        return browser.post(path, form, status=303)

    change("sickness")
    assert precise_status(keyring, card_of(agent, person)) == "sickness"
    assert "sickness" not in in_the_clear(superuser, person)
    change("other")
    assert precise_status(keyring, card_of(agent, person)) == "sickness", "the page shows « other »"
    change("student")
    assert card_of(agent, person).status_sealed is None
    with agent.at_work() as session:
        values = session.scalars(select(PersonPeriod.value).where(PersonPeriod.person_id == person.id)).all()
        assert {value["status"] for value in values if value} == {"worker", "student"}
        assert session.scalars(select(PersonChange).where(PersonChange.person_id == person.id)).all()


def test_statuses_from_before_are_sealed_by_a_job_that_may_run_again(
    federation: Federation, agent: Member, keyring: Keyring
) -> None:
    person = registered(agent, keyring, status="worker")
    with agent.at_work() as session:
        session.get_one(Person, (person.tenant_id, person.id)).status = "sickness"
    with agent.at_work() as session:
        assert next_statuses_at(session) is not None
    with federation.app.app_context(), agent.at_work() as session:
        assert seal_statuses(session, agent.actor) == 1
        session.flush()
        assert seal_statuses(session, agent.actor) == 0
        assert next_statuses_at(session) is None
    card = card_of(agent, person)
    assert (card.status, precise_status(keyring, card)) == ("other", "sickness")


def test_a_status_that_was_sealed_for_another_row_is_not_read(
    agent: Member, keyring: Keyring, superuser: Engine
) -> None:
    sick, other = registered(agent, keyring, status="sickness"), registered(agent, keyring, status="other")
    with exchanged(superuser, "person", "status_sealed", other.id, sick.id):
        assert precise_status(keyring, card_of(agent, other)) == "other"


def left_by(agent: Member, person: Person) -> tuple[list[Any], list[Any]]:
    """What acts on a file left among what changed and on the trail."""
    of_them = AuditEvent.verb.in_(("person.edit", "situation.begin"))
    changes = select(PersonChange.facts).where(PersonChange.person_id == person.id)
    events = select(AuditEvent.verb, AuditEvent.details).where(AuditEvent.person_id == person.id, of_them)
    with agent.at_work() as session:
        return list(session.scalars(changes)), [tuple(row) for row in session.execute(events)]


@pytest.mark.parametrize("typed", ["other", "sickness"])
@pytest.mark.parametrize("stood", ["other", "sickness"])
def test_a_status_that_the_card_does_not_say_is_saved_alike_whichever_it_was_and_becomes(
    agent: Member, keyring: Keyring, stood: str, typed: str
) -> None:
    person = registered(agent, keyring, status=stood)
    browser, version = agent.browser(), card_of(agent, person).version
    more = {"registration_consent_manner": "spoken"} | ({"dated_change": "changed"} if typed == "sickness" else {})
    browser.post(f"/personnes/{person.id}/coordonnees", form_of(person, status=typed, **more), status=303)
    form = {"status": typed, "since": today().strftime("%d/%m/%Y"), "_version": str(version + 1)}
    with agent.at_work() as session:
        session.add(PersonPeriod(person_id=person.id, fact="status", since=today(), value={"status": "other"}))
    browser.post(f"/personnes/{person.id}/situation/status/changement", form, status=303)
    card = card_of(agent, person)
    assert card.version == version + 2
    assert precise_status(keyring, card) == ("sickness" if "sickness" in {stood, typed} else "other")
    changes, events = left_by(agent, person)
    assert changes == [], "« other » before and after is no change to show"
    assert events == [("person.edit", {"fields": ["status"]}), ("situation.begin", {"fields": ["status"]})]


def test_a_card_from_before_the_seals_is_sealed_by_the_first_edit_and_nothing_keeps_it_in_clear(
    agent: Member, keyring: Keyring, superuser: Engine
) -> None:
    for name, typed in (("Rossi", "sickness"), ("Benali", "worker")):
        person = registered(agent, keyring, status="worker", family_name=name)
        with agent.at_work() as session:
            session.get_one(Person, (person.tenant_id, person.id)).status = "sickness"
        form = form_of(card_of(agent, person), status=typed, email=f"{name}@example.be", dated_change="changed")
        agent.browser().post(f"/personnes/{person.id}/coordonnees", form, status=303)
        assert precise_status(keyring, card_of(agent, person)) == typed
        assert "sickness" not in in_the_clear(superuser, person)
