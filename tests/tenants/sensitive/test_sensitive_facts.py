"""Sensitive facts: sealed, hidden, read by who follows the file; by others for an hour, with a reason."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from clais.audit.models import AuditEvent
from clais.clock import now, set_to, today
from clais.encryption import Keyring
from clais.identity.models import Membership
from clais.messaging.models import Notification
from tenants.people.actions import hand_over
from tenants.people.models import Person
from tenants.sensitive.actions import ERASE
from tenants.sensitive.jobs import erase, next_to_erase_at
from tenants.sensitive.models import SensitiveFact, SensitiveOpening
from tenants.sensitive.queries import told_by
from tenants.sensitive.rules.access import LATELY, LIFE, reads
from tests.clais.due.test_making_due import due
from tests.support.federation import Federation, Member
from tests.support.sealed import exchanged
from tests.support.work import forget_due
from tests.tenants.people.newcomers import registered, words

FAR = today() + timedelta(days=4000)
WORDS = "Dos fragile : pas de port de charges"


@pytest.fixture
def agent(federation: Federation) -> Member:
    """The referent of the file."""
    return federation.agent()


@pytest.fixture
def colleague(federation: Federation) -> Member:
    return federation.member(federation.platform, "agent", "Luc Delhaye")


@pytest.fixture
def coordinator(federation: Federation) -> Member:
    return federation.member(federation.platform, "coordinator", "Paul Hénin")


@pytest.fixture
def person(agent: Member, keyring: Keyring) -> Person:
    return registered(agent, keyring)


def typed(**more: Any) -> dict[str, Any]:
    kept = (today() + timedelta(days=90)).strftime("%d/%m/%Y")
    return {"kind": "health", "text": WORDS, "reason": "fitting", "told": "spoken", "keep_until": kept, **more}


def noted(member: Member, person: Person, **more: Any) -> SensitiveFact:
    """A fact that a member has noted."""
    member.browser().post(f"/personnes/{person.id}/donnees-sensibles/nouvelle", typed(**more), status=303)
    with member.at_work() as session:
        found = select(SensitiveFact).where(SensitiveFact.person_id == person.id)
        return session.scalars(found.order_by(SensitiveFact.noted_at.desc()).limit(1)).one()


def verbs(member: Member, person: Person) -> list[str]:
    with member.at_work() as session:
        found = select(AuditEvent.verb).where(AuditEvent.person_id == person.id, AuditEvent.verb.like("sensitive.%"))
        return list(session.scalars(found.order_by(AuditEvent.happened_at)))


def test_a_fact_is_hidden_until_someone_asks_and_each_showing_is_on_record(agent: Member, person: Person) -> None:
    fact = noted(agent, person)
    browser = agent.browser()
    page = words(browser.get(f"/personnes/{person.id}"))
    assert "Santé" in page
    assert WORDS not in page
    show = f"/personnes/{person.id}/donnees-sensibles/{fact.id}/affichage"
    shown = words(browser.post(show, {}))
    assert WORDS in shown
    assert "Oui, de vive voix" in shown
    assert verbs(agent, person) == ["sensitive.note", "sensitive.show"]
    with agent.at_work() as session:
        assert WORDS not in str(session.scalars(select(AuditEvent.details)).all())


def test_the_database_alone_tells_neither_the_words_nor_what_they_are_about(
    agent: Member, person: Person, superuser: Engine, keyring: Keyring
) -> None:
    fact = noted(agent, person)
    with superuser.connect() as connection:
        row = connection.execute(text("SELECT * FROM sensitive_fact WHERE id = :id"), {"id": fact.id}).mappings().one()
        written = "SELECT count(*) FROM audit_event WHERE tenant_id = :tenant AND details::text LIKE '%health%'"
        assert connection.execute(text(written), {"tenant": agent.tenant.id}).scalar_one() == 0
    assert b"charges" not in bytes(row["sealed"])
    assert not {"health", WORDS} & {str(value) for value in row.values()}
    told = told_by(keyring, fact)
    assert told is not None
    assert (told.kind, told.text) == ("health", WORDS)


def test_what_is_sealed_for_one_row_is_read_in_no_other(
    agent: Member, person: Person, superuser: Engine, keyring: Keyring
) -> None:
    first, other = noted(agent, person), noted(agent, person, text="Autre chose")
    with exchanged(superuser, "sensitive_fact", "sealed", first.id, other.id):
        page = words(agent.browser().post(f"/personnes/{person.id}/donnees-sensibles/{first.id}/affichage", {}))
        assert "Autre chose" not in page
        assert "n'a pas pu être lue" in page
        with agent.at_work() as session:
            assert told_by(keyring, session.get_one(SensitiveFact, (first.tenant_id, first.id))) is None


def test_a_colleague_opens_them_with_a_reason_for_an_hour_and_the_coordinators_hear_of_it(
    agent: Member, colleague: Member, coordinator: Member, person: Person
) -> None:
    fact = noted(agent, person)
    browser = colleague.browser()
    page = words(browser.get(f"/personnes/{person.id}"))
    assert "Santé" not in page, "what it is about is hidden too"
    assert "Ouvrir une heure" in page
    show = f"/personnes/{person.id}/donnees-sensibles/{fact.id}/affichage"
    browser.post(show, {}, status=403)
    browser.post(f"/personnes/{person.id}/donnees-sensibles/{fact.id}/effacement", {}, status=403)
    opening = f"/personnes/{person.id}/donnees-sensibles/ouverture"
    browser.post(opening, {"reason": "vu"}, status=422)
    browser.post(opening, {"reason": "Je remplace Nadia à l'entretien de ce matin"}, status=303)
    assert WORDS in words(browser.post(show, {}))
    assert "Effacer" not in words(browser.get(f"/personnes/{person.id}")), "the hour is for reading"
    browser.post(f"/personnes/{person.id}/donnees-sensibles/{fact.id}/effacement", {}, status=403)
    with coordinator.at_work() as session:
        heard = session.scalars(select(Notification).where(Notification.person_id == person.id)).all()
        assert [(line.membership_id, "Luc Delhaye" in line.text) for line in heard] == [
            (coordinator.membership.id, True)
        ]
    assert "Je remplace Nadia" in words(coordinator.browser().get(f"/personnes/{person.id}"))
    with colleague.at_work() as session:
        session.execute(text("SELECT 1"))
        found = session.scalars(select(SensitiveOpening)).one()
        assert found.open_until - found.opened_at == LIFE
    with set_to(now() + LIFE + timedelta(minutes=1)):
        assert not reads(
            colleague.membership.id, holds=False, referent=agent.membership.id, author=agent.membership.id,
            open_until=found.open_until, now=now(),
        )  # fmt: skip


def test_why_they_were_opened_is_in_no_table_in_the_clear_and_is_read_in_its_own_row_alone(
    federation: Federation, agent: Member, coordinator: Member, person: Person, superuser: Engine
) -> None:
    noted(agent, person)
    opening, reasons = f"/personnes/{person.id}/donnees-sensibles/ouverture", ("Il rentre de cure", "Rien de neuf")
    for name, reason in zip(("Luc Delhaye", "Ines Roy"), reasons, strict=True):
        member = federation.member(federation.platform, "agent", name)
        member.browser().post(opening, {"reason": reason}, status=303)
    with superuser.connect() as connection:
        rows = connection.execute(
            text("SELECT id, t::text AS told FROM sensitive_opening t WHERE person_id = :id"), {"id": person.id}
        ).all()
        left = connection.execute(
            text("SELECT count(*) FROM audit_event t WHERE t::text LIKE '%de cure%'")
        ).scalar_one()
    assert left == 0
    assert not any(reason in row.told for reason in reasons for row in rows)
    page = words(coordinator.browser().get(f"/personnes/{person.id}"))
    assert all(reason in page for reason in reasons)
    with exchanged(superuser, "sensitive_opening", "sealed", rows[0].id, rows[1].id):
        page = words(coordinator.browser().get(f"/personnes/{person.id}"))
        assert "Le motif n'a pas pu être lu" in page
        assert sum(reason in page for reason in reasons) == 1


def test_who_noted_it_reads_it_after_the_file_went_to_another(
    agent: Member, colleague: Member, coordinator: Member, person: Person
) -> None:
    fact = noted(colleague, person)
    show = f"/personnes/{person.id}/donnees-sensibles/{fact.id}/affichage"
    for reader in (colleague, agent, coordinator):
        assert WORDS in words(reader.browser().post(show, {}))


def test_the_reception_and_another_platform_find_nothing(federation: Federation, agent: Member, person: Person) -> None:
    fact = noted(agent, person)
    show = f"/personnes/{person.id}/donnees-sensibles/{fact.id}/affichage"
    federation.other_agent().browser().post(show, {}, status=404)
    desk = federation.member(federation.platform, "receptionist", "Rita Sel")
    assert desk.browser().post(show, {}).status_code in {403, 404}
    assert "Données sensibles" not in words(desk.browser().get(f"/personnes/{person.id}/carte"))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"told": "not"}, "Écrivez pourquoi la personne ne le sait pas"),
        ({"keep_until": "01/01/2020"}, "Choisissez un jour à venir"),
        ({"keep_until": FAR.strftime("%d/%m/%Y")}, "dans les cinq ans"),
        ({"kind": "income"}, "réponses proposées"),
    ],
)
def test_a_fact_says_whether_the_person_knows_and_until_when_it_is_kept(
    agent: Member, person: Person, wrong: dict[str, Any], message: str
) -> None:
    page = words(agent.browser().post(f"/personnes/{person.id}/donnees-sensibles/nouvelle", typed(**wrong), status=422))
    assert message in page
    assert WORDS in page, "what was typed stays"


def test_it_is_erased_the_day_after_its_last_one(
    federation: Federation, agent: Member, person: Person, engine: Engine
) -> None:
    forget_due(federation.app)
    fact = noted(agent, person)
    assert (ERASE, str(agent.tenant.id)) in due(engine)
    with federation.app.app_context(), agent.at_work() as session:
        moment = next_to_erase_at(session)
        assert moment is not None
        with set_to(moment - timedelta(hours=1)):
            assert erase(session, agent.actor) == 0
        with set_to(moment):
            assert erase(session, agent.actor) == 1
        assert next_to_erase_at(session) is None
        assert session.get(SensitiveFact, (fact.tenant_id, fact.id)) is None
    assert verbs(agent, person)[-1] == "sensitive.erase"


def test_a_fact_of_another_person_is_on_no_other_file(agent: Member, person: Person, keyring: Keyring) -> None:
    fact = noted(agent, person)
    other, browser = registered(agent, keyring, family_name="Rossi"), agent.browser()
    page = words(browser.post(f"/personnes/{other.id}/donnees-sensibles/{fact.id}/affichage", {}, status=404))
    assert WORDS not in page
    assert WORDS not in words(browser.get(f"/personnes/{other.id}"))


def heard(coordinator: Member, person: Person) -> list[str]:
    """What a coordinator is told of the sensitive facts of someone."""
    found = select(Notification.text).where(Notification.person_id == person.id)
    with coordinator.at_work() as session:
        return list(session.scalars(found.where(Notification.membership_id == coordinator.membership.id)))


def given_to(member: Member, by: Member, person: Person) -> None:
    """A member makes another one, or themselves, the referent of a file."""
    with by.at_work() as session:
        here = session.get_one(Membership, (member.tenant.id, member.membership.id))
        hand_over(session, by.actor, session.get_one(Person, (person.tenant_id, person.id)), here)


def test_who_took_the_file_over_themselves_reads_and_the_coordinators_hear_of_it_once(
    agent: Member, colleague: Member, coordinator: Member, person: Person
) -> None:
    fact = noted(agent, person)
    show = f"/personnes/{person.id}/donnees-sensibles/{fact.id}/affichage"
    given_to(colleague, colleague, person)
    assert heard(coordinator, person) == [], "who follows a file may follow it: it is the reading that is told"
    for _time in range(2):
        assert WORDS in words(colleague.browser().post(show, {}))
    (line,) = heard(coordinator, person)
    assert "Luc Delhaye a repris" in line
    given_to(agent, colleague, person)
    colleague.browser().post(show, {}, status=403)


def test_who_was_given_the_file_or_took_it_long_ago_reads_and_nobody_is_told(
    agent: Member, colleague: Member, coordinator: Member, keyring: Keyring
) -> None:
    for by, days in ((agent, timedelta()), (colleague, LATELY + timedelta(days=1))):
        person = registered(agent, keyring)
        fact = noted(agent, person)
        with set_to(now() - days):
            given_to(colleague, by, person)
        shown = colleague.browser().post(f"/personnes/{person.id}/donnees-sensibles/{fact.id}/affichage", {})
        assert WORDS in words(shown)
        assert heard(coordinator, person) == []
