"""What is sealed or withheld stays so in a merge; the history of a fact stays with the card that says it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select, update

from clais.clock import today
from clais.encryption import Keyring
from tenants.agenda.models import Appointment
from tenants.merging import moving
from tenants.people.models import Person, PersonChange, PersonPeriod
from tenants.people.withheld import precise_status
from tenants.sensitive.models import SensitiveFact
from tenants.sensitive.queries import facts_of, told_by
from tenants.transfers.models import CaseloadTransfer, TransferredFile
from tests.support.federation import Federation, Member
from tests.support.pages import version_sent_to
from tests.support.referrals import a_person
from tests.tenants.agenda.days import form_of, working_day
from tests.tenants.merging.files import coordinator, dump, merged, stored, taken_back
from tests.tenants.people.newcomers import registered, words
from tests.tenants.sensitive.test_sensitive_facts import WORDS, noted
from tests.tenants.sensitive.test_withheld_texts import GOAL, NOTE, begun, changed, in_clear, why
from tests.tenants.team.teams import an_agent, referent_of
from tests.tenants.transfers.test_hand_over_of_a_caseload import AWAY, handed


@pytest.fixture
def member(federation: Federation) -> Member:
    return coordinator(federation)


def compared(member: Member, kept: Person, other: Person) -> str:
    """The page that compares two files, in words."""
    return words(member.browser().get(f"/personnes/{kept.id}/fusion/{other.id}"))


def test_a_status_that_tells_of_health_goes_over_sealed_and_comes_back(
    member: Member, keyring: Keyring, superuser: Engine
) -> None:
    kept = registered(member, keyring, status="worker")
    other = registered(member, keyring, family_name="Marcheti", status="sickness")
    before = dump(superuser, kept.id, other.id)
    assert "Mutuelle" not in compared(member, kept, other)
    made = merged(member, kept, other, "status")
    card = stored(member, kept)
    assert (card.status, precise_status(keyring, card)) == ("other", "sickness")
    history = words(member.browser().get(f"/personnes/{kept.id}/changements"))
    assert "Travailleur" in history
    assert "Mutuelle" not in history
    assert "Mutuelle" not in words(member.browser().get(f"/fusions/{made.id}"))
    taken_back(member, made)
    assert dump(superuser, kept.id, other.id) == before


def test_two_cards_that_say_other_are_the_same_whatever_is_sealed(member: Member, keyring: Keyring) -> None:
    """A difference to choose about would tell that one of them is of health."""
    pages = []
    for status in ("other", "sickness"):
        kept = registered(member, keyring, status="other")
        other = registered(member, keyring, family_name="Marcheti", status=status)
        pages.append(compared(member, kept, other).partition("Là où les fiches")[2].partition("Ce qui va se passer")[0])
        merged(member, kept, other)
        assert precise_status(keyring, stored(member, kept)) == "other"
    assert 'fact_status"' not in pages[1]
    assert pages[0].count("Autre") == pages[1].count("Autre")


def test_a_status_that_was_changed_since_keeps_what_is_sealed_beside_it(member: Member, keyring: Keyring) -> None:
    kept = registered(member, keyring, status="worker")
    made = merged(member, kept, registered(member, keyring, family_name="Marcheti", status="sickness"), "status")
    with member.at_work() as session:
        card = session.get_one(Person, (kept.tenant_id, kept.id))
        card.status, card.status_sealed = "student", None
    taken_back(member, made)
    card = stored(member, kept)
    assert (card.status, card.status_sealed) == ("student", None)


def test_sensitive_facts_are_counted_go_over_sealed_and_come_back(
    federation: Federation, member: Member, keyring: Keyring, superuser: Engine
) -> None:
    agent, former = federation.agent(), an_agent(federation, "Luc Delhaye")
    kept, other = registered(agent, keyring), registered(former, keyring, family_name="Marcheti")
    noted(former, other)
    before = dump(superuser, kept.id, other.id)
    page = compared(member, kept, other)
    assert "Données sensibles" in page
    assert WORDS not in page
    made = merged(member, kept, other)
    assert WORDS not in words(member.browser().get(f"/fusions/{made.id}"))
    with agent.at_work() as session:
        (fact,) = facts_of(session, kept.id)
        told = told_by(keyring, fact)
    assert told is not None
    assert told.text == WORDS
    taken_back(member, made)
    assert dump(superuser, kept.id, other.id) == before


def test_sealed_texts_go_over_with_what_they_stand_in_and_come_back(
    federation: Federation, member: Member, keyring: Keyring, superuser: Engine
) -> None:
    agent, former = federation.agent(), an_agent(federation, "Luc Delhaye")
    kept, other = registered(agent, keyring), registered(former, keyring, family_name="Marcheti")
    begun(former, other)
    before = dump(superuser, kept.id, other.id)
    page = compared(member, kept, other)
    made = merged(member, kept, other)
    assert GOAL not in page + words(member.browser().get(f"/fusions/{made.id}"))
    assert GOAL in words(agent.browser().get(f"/personnes/{kept.id}/plan")), "who follows the kept file reads it"
    taken_back(member, made)
    assert dump(superuser, kept.id, other.id) == before
    assert GOAL in words(former.browser().get(f"/personnes/{other.id}/plan"))


def subjects(member: Member, person: Person) -> set[str | None]:
    """In place of which texts the facts of a file are kept."""
    with member.at_work() as session:
        return {fact.subject for fact in facts_of(session, person.id)}


def noted_on_an_appointment(member: Member, person: Person) -> str:
    """An appointment whose note is sealed; gives its address."""
    form = form_of(member, working_day(3), note=NOTE, **why())
    member.browser().post(f"/personnes/{person.id}/rendez-vous/nouveau", form, status=303)
    with member.at_work() as session:
        return f"/rendez-vous/{session.scalars(select(Appointment.id)).one()}"


@pytest.mark.parametrize("before", [in_clear, begun], ids=["in clear before", "sealed before"])
def test_what_is_sealed_between_a_merge_and_its_undo_goes_back_with_its_plan(
    federation: Federation, member: Member, keyring: Keyring, before: Callable[[Member, Person], object]
) -> None:
    agent, former = federation.agent(), an_agent(federation, "Luc Delhaye")
    kept, other = registered(agent, keyring), registered(former, keyring, family_name="Marcheti")
    before(former, other)
    made = merged(member, kept, other)
    changed(agent, kept, goal=f"{GOAL} bis", **why())
    taken_back(member, made)
    assert subjects(agent, kept) == set()
    assert subjects(agent, other) >= {"action_plan.goal", "plan_objective.text"}
    assert f"{GOAL} bis" in words(former.browser().get(f"/personnes/{other.id}/plan"))


def test_a_note_that_is_reworded_between_a_merge_and_its_undo_goes_back_with_its_appointment(
    federation: Federation, member: Member, keyring: Keyring
) -> None:
    agent, former = federation.agent(), an_agent(federation, "Luc Delhaye")
    kept, other = registered(agent, keyring), registered(former, keyring, family_name="Marcheti")
    meeting = noted_on_an_appointment(former, other)
    made = merged(member, kept, other)
    browser, path = agent.browser(), f"{meeting}/modification"
    version = version_sent_to(path, browser.get(path).get_data(as_text=True))
    form = form_of(former, working_day(3), note=f"{NOTE} bis", **why()) | {"_version": version}
    browser.post(path, form, status=303)
    taken_back(member, made)
    assert (subjects(agent, kept), subjects(agent, other)) == (set(), {"appointment.note"})
    assert f"{NOTE} bis" in words(former.browser().get(meeting))


def test_without_the_row_that_it_hangs_on_a_fact_would_stay_with_the_other_person(
    federation: Federation, member: Member, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    with member.federation.app.app_context():
        rows = [replace(one, hangs_on=()) if one.table is SensitiveFact else one for one in moving.movable()]
    monkeypatch.setattr(moving, "movable", lambda: rows)
    agent, former = federation.agent(), an_agent(federation, "Luc Delhaye")
    kept, other = registered(agent, keyring), registered(former, keyring, family_name="Marcheti")
    begun(former, other)
    made = merged(member, kept, other)
    changed(agent, kept, goal=f"{GOAL} bis", **why())
    taken_back(member, made)
    assert subjects(agent, kept) == {"action_plan.goal"}


def test_who_opened_the_facts_of_one_file_has_not_opened_those_of_the_other(
    federation: Federation, member: Member, keyring: Keyring
) -> None:
    agent, colleague = federation.agent(), an_agent(federation, "Luc Delhaye")
    kept, other = registered(agent, keyring), registered(agent, keyring, family_name="Marcheti")
    kept_fact, _other_fact = noted(agent, kept), noted(agent, other)
    browser = colleague.browser()
    reason = {"reason": "Elle a un malaise au guichet"}
    browser.post(f"/personnes/{other.id}/donnees-sensibles/ouverture", reason, status=303)
    merged(member, kept, other)
    shown = browser.post(f"/personnes/{kept.id}/donnees-sensibles/{kept_fact.id}/affichage", {})
    assert WORDS not in words(shown)


def test_who_opened_the_facts_of_the_kept_file_has_not_opened_those_that_came(
    federation: Federation, member: Member, keyring: Keyring
) -> None:
    agent, colleague = federation.agent(), an_agent(federation, "Luc Delhaye")
    kept, other = registered(agent, keyring), registered(agent, keyring, family_name="Marcheti")
    kept_fact, other_fact = noted(agent, kept), noted(agent, other)
    browser, reason = colleague.browser(), {"reason": "Elle a un malaise au guichet"}
    address = f"/personnes/{kept.id}/donnees-sensibles"
    browser.post(f"{address}/ouverture", reason, status=303)
    assert WORDS in words(browser.post(f"{address}/{kept_fact.id}/affichage", {}))
    merged(member, kept, other)
    assert WORDS not in words(browser.post(f"{address}/{other_fact.id}/affichage", {}))
    browser.post(f"{address}/ouverture", reason, status=303)
    assert WORDS in words(browser.post(f"{address}/{other_fact.id}/affichage", {}))


def periods(member: Member, person: Person) -> list[tuple[date | None, object]]:
    """The periods of the status of a file, the oldest first."""
    with member.at_work() as session:
        rows = session.scalars(select(PersonPeriod).where(PersonPeriod.person_id == person.id))
        return sorted(((row.since, row.value) for row in rows), key=lambda one: one[0] or date.min)


def with_periods(member: Member, keyring: Keyring, name: str, *known: tuple[date | None, str]) -> Person:
    """A file whose status had these periods; the last one is on its card."""
    since, status = known[-1]
    person = registered(member, keyring, family_name=name, status=status, status_since=since)
    with member.at_work() as session:
        for row in session.scalars(select(PersonPeriod).where(PersonPeriod.person_id == person.id)):
            session.delete(row)
        session.flush()
        for day, code in known:
            session.add(PersonPeriod(person_id=person.id, fact="status", since=day, value={"status": code}))
    return person


WORKED = ((date(2020, 1, 1), "worker"), (date(2023, 1, 1), "without_income"))
STUDIED = ((date(2021, 1, 1), "student"), (date(2023, 1, 1), "without_income"))
LATER = ((date(2021, 1, 1), "student"), (date(2024, 1, 1), "integration_income"))


@pytest.mark.parametrize("others", [STUDIED, LATER], ids=["of the same status", "of another status"])
def test_the_history_of_the_kept_file_stands_and_the_others_is_given_back(
    member: Member, keyring: Keyring, superuser: Engine, others: tuple[tuple[date, str], ...]
) -> None:
    kept, other = (
        with_periods(member, keyring, name, *known) for name, known in (("Marchetti", WORKED), ("Marcheti", others))
    )
    before = dump(superuser, kept.id, other.id)
    own = periods(member, kept)
    made = merged(member, kept, other)
    assert periods(member, kept) == own
    taken_back(member, made)
    assert dump(superuser, kept.id, other.id) == before


def test_a_history_goes_over_with_the_status_that_it_led_to_and_with_no_other(member: Member, keyring: Keyring) -> None:
    for chosen in ((), ("status",)):
        kept = registered(member, keyring, status="without_income")
        with member.at_work() as session:
            for row in session.scalars(select(PersonPeriod).where(PersonPeriod.person_id == kept.id)):
                session.delete(row)
        other = with_periods(member, keyring, "Marcheti", *LATER)
        history = periods(member, other)
        merged(member, kept, other, *chosen)
        assert periods(member, kept) == (history if chosen else [])


def test_what_the_card_said_before_is_told(member: Member, keyring: Keyring) -> None:
    kept = registered(member, keyring, phone="+32470000001")
    other = registered(member, keyring, family_name="Marcheti", phone="+32470000002", email="sofia@example.be")
    made = merged(member, kept, other, "phone")
    taken_back(member, made)
    with member.at_work() as session:
        told = session.scalars(
            select(PersonChange).where(PersonChange.person_id == kept.id).order_by(PersonChange.changed_at)
        ).all()
    assert [change.facts["phone"] for change in told] == [
        {"before": "+32470000001", "after": "+32470000002"},
        {"before": "+32470000002", "after": "+32470000001"},
    ]
    assert {change.changed_by for change in told} == {member.actor.display_name}


def test_who_comes_back_from_an_absence_does_not_get_the_kept_file_for_the_merged_one(
    federation: Federation, member: Member
) -> None:
    luc, anna, ines = (an_agent(federation, name) for name in ("Luc Delhaye", "Anna Roland", "Inès Brahimi"))
    kept, other = a_person(ines), a_person(luc, "Marcheti")
    browser = member.browser()
    receipt = handed(browser, luc, {**AWAY, "colleagues": [str(anna.membership.id)]})
    merged(member, kept, other)
    with member.at_work() as session:
        session.execute(update(Person).where(Person.id == kept.id).values(referent_id=anna.membership.id))
        session.execute(update(CaseloadTransfer).values(ends_on=today() - timedelta(days=1)))
        assert [row.person_id for row in session.scalars(select(TransferredFile))] == [other.id]
    back = receipt.partition("?")[0] + "/reprise"
    browser.post(back.replace(f"/{browser.slug}", "", 1), status=303)
    assert referent_of(member, kept) == anna.membership.id
