"""What was encoded by mistake is in no list and no figure, is kept, and is restored as it was."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import event, func, select

from clais.audit.models import AuditEvent
from clais.clock import now, today
from clais.database import EVERY_ROW, Base, ScopedSession, left_out, new_id
from clais.exchange.referrals.actions import withdraw
from clais.exchange.referrals.models import Referral
from clais.searching.typed import query_tokens
from clais.workflow import Refused
from config.features import FEATURES
from tenants.agenda.models import Appointment
from tenants.follow_up.actions import note_contact, write_note
from tenants.follow_up.models import Contact, Note
from tenants.intake.models import Intake
from tenants.mistakes import actions
from tenants.mistakes.models import Mistake
from tenants.people import hanging
from tenants.people.matching.check import duplicates_of
from tenants.people.matching.keys import write_keys
from tenants.people.matching.search import search
from tenants.people.models import Person
from tenants.questionnaires.models import InstrumentFilling
from tests.support.federation import Federation, Member
from tests.support.mistakes import SAID, file_aside
from tests.support.referrals import a_person, a_referral
from tests.support.tasks import a_task
from tests.tenants.agenda.days import an_appointment
from tests.tenants.desk.visits import comes, step
from tests.tenants.merging.files import coordinator
from tests.tenants.people.newcomers import registered, words

LIST = "/encodes-par-erreur"
OURS = {feature.name for feature in FEATURES if feature.package.startswith("tenants.")}


def entry_aside(member: Member, person: Person, table: type[Any], key: Any) -> Mistake:
    with member.at_work() as session:
        row = session.get_one(Person, (person.tenant_id, person.id))
        entry = session.get_one(table, (person.tenant_id, key))
        return actions.set_entry_aside(session, member.actor, row, entry, **SAID)


def restored(member: Member, made: Mistake) -> None:
    with member.at_work() as session:
        row = session.get_one(Mistake, (made.tenant_id, made.id))
        actions.restore(session, member.actor, row, member.federation.keyring)


def a_file(member: Member, family_name: str = "Zygmuntowicz") -> Person:
    """A file with a note, a contact and a past appointment, and that a search finds."""
    person = a_person(member, family_name, "Essai")
    an_appointment(member, person, now() - timedelta(days=3))
    with member.at_work() as session:
        row = session.get_one(Person, (person.tenant_id, person.id))
        write_keys(session, row, member.federation.keyring)
        write_note(session, row, member.actor, text="Un essai qui ne compte pas.", note_class="fact")
        note_contact(session, row, member.actor, channel="phone", outcome="reached", happened_on=today())
    return person


def rows_of(member: Member, person: Person) -> dict[str, Any]:
    """Every row that names a file, whole, past every guard."""
    found: dict[str, Any] = {}
    with member.at_work() as session:
        for table in Base.metadata.sorted_tables:
            column = table.c.get("person_id") if table.name != "person" else table.c.id
            if column is None or table.name in {"audit_event", "mistake", "person_key", "recently_opened"}:
                continue
            rows = session.execute(select(table).where(table.c.tenant_id == member.tenant.id, column == person.id))
            found[table.name] = sorted(map(repr, rows.all()))
    return found


def found_by(member: Member, person: Person) -> bool:
    """Whether a search by name finds a file."""
    with member.federation.app.test_request_context(), member.at_work() as session:
        found = search(session, query_tokens(person.family_name), member.federation.keyring)
        return person.id in {one.id for one in found.people}


def pages_of(member: Member) -> list[str]:
    """Every page of the platform that names nothing in its address and that the member may open."""
    found = [
        rule.rule.replace("/<tenant_slug>", "", 1)
        for rule in member.federation.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.arguments == {"tenant_slug"} and rule.endpoint.split(".")[0] in OURS
    ]
    browser = member.browser()
    return [path for path in found if browser.client.get(browser.url(path)).status_code == 200]


def test_a_file_that_is_set_aside_is_on_no_page_in_no_search_and_found_again_once_restored(
    federation: Federation,
) -> None:
    member = coordinator(federation)
    person = a_file(member)
    browser = member.browser()
    pages = pages_of(member)
    assert len(pages) > 30
    shown = [path for path in pages if "Zygmuntowicz" in words(browser.client.get(browser.url(path)))]
    assert "/personnes" in shown
    assert found_by(member, person)
    before = rows_of(member, person)
    browser.post(f"/personnes/{person.id}/encode-par-erreur/dossier", SAID | {"_submission": str(new_id())}, status=303)
    for path in pages:
        assert path == LIST or "Zygmuntowicz" not in words(browser.client.get(browser.url(path))), path
    for path in ("", "/carte", "/notes", "/fil", "/encode-par-erreur"):
        browser.get(f"/personnes/{person.id}{path}", status=404)
    assert not found_by(member, person)
    page = words(browser.get(LIST))
    assert "Essai Zygmuntowicz · Tout le dossier" in page
    assert "Un essai du matin." in page
    with member.at_work() as session:
        made = session.scalars(select(Mistake)).one()
    browser.post(f"{LIST}/{made.id}/retablissement", {"_submission": str(new_id())}, status=303)
    assert rows_of(member, person) == before
    assert [path for path in pages if "Zygmuntowicz" in words(browser.client.get(browser.url(path)))] == shown
    assert found_by(member, person)


def counts(member: Member) -> dict[str, int]:
    """How many rows of each table that goes with a file a member reads, without asking whose they are."""
    with member.at_work() as session:
        tables = {Person.__tablename__: Person, **hanging._hanging()}
        return {name: session.scalar(select(func.count()).select_from(row)) or 0 for name, row in tables.items()}


def test_what_hangs_on_the_file_is_counted_nowhere_and_without_the_guard_it_is(federation: Federation) -> None:
    member = coordinator(federation)
    before = counts(member)
    made = file_aside(member, a_file(member))
    assert counts(member) == before
    event.remove(ScopedSession, "do_orm_execute", hanging.read_what_hangs_on_standing_files)
    try:
        unguarded = counts(member)
    finally:
        event.listen(ScopedSession, "do_orm_execute", hanging.read_what_hangs_on_standing_files)
    assert {name for name in before if unguarded[name] != before[name]} >= {"appointment", "note", "contact"}
    restored(member, made)
    assert counts(member)["appointment"] == before["appointment"] + 1


def test_every_table_that_names_a_person_goes_with_the_file_or_says_why_not() -> None:
    tables = Base.metadata.tables.items()
    named = {name for name, table in tables for key in table.foreign_keys if key.column.table.name == "person"}
    assert named - set(hanging._hanging()) - hanging.BESIDES == {"person"}


def test_what_is_under_way_is_settled_first(federation: Federation) -> None:
    member = coordinator(federation)
    person = a_file(member)
    referral = a_referral(member, person)
    a_task(member, person=person)
    visit = comes(member, person)
    with pytest.raises(actions.StillOpen) as refused:
        file_aside(member, person)
    assert len(refused.value.under_way) == 4, "the referral, its agreement, the task, the visit"
    form = SAID | {"_submission": str(new_id())}
    page = words(member.browser().post(f"/personnes/{person.id}/encode-par-erreur/dossier", form, status=422))
    assert "Quelque chose est encore en cours" in page
    assert referral.reference in page
    assert "La personne est au guichet" in page
    step(member, visit, "leave")
    with member.at_work() as session:
        assert session.get_one(Person, (person.tenant_id, person.id)).left_out_at is None
        withdraw(session, member.actor, session.get_one(Referral, (referral.tenant_id, referral.id)))
    with pytest.raises(actions.StillOpen) as refused:
        file_aside(member, person)
    assert len(refused.value.under_way) == 1


def test_a_note_a_contact_and_a_reception_are_taken_out_and_the_thread_says_only_that(federation: Federation) -> None:
    member, agent = coordinator(federation), federation.agent()
    person = registered(member, federation.keyring, intake={"request": "Demande de la mauvaise personne."})
    with member.at_work() as session:
        row = session.get_one(Person, (person.tenant_id, person.id))
        note = write_note(session, row, member.actor, text="Une note sur un autre.", note_class="fact")
        contact = note_contact(
            session, row, member.actor, channel="phone", outcome="reached", happened_on=today(), summary="Pas elle."
        )
        intake = session.scalars(select(Intake)).one()
        intake.received_on = today() - timedelta(days=9)
    before = rows_of(member, person)
    keys = {"notes": note.id, "contacts": contact.id, "accueils": intake.id}
    texts = ("Une note sur un autre.", "Pas elle.", "Demande de la mauvaise personne.")
    browser, other = member.browser(), agent.browser()
    file = f"/personnes/{person.id}"
    assert all(said in words(browser.get(f"{file}/encode-par-erreur")) for said in texts)
    for path, key in keys.items():
        answer = browser.post(f"/{path}/{key}/encode-par-erreur", SAID | {"_submission": str(new_id())}, status=303)
        assert answer.location.endswith(file)
        browser.get(f"/{path}/{key}/encode-par-erreur", status=404)
    for page in (file, f"{file}/fil", f"{file}/notes", "/accueil"):
        read = words(other.get(page))
        assert not [said for said in texts if said in read], page
    assert words(other.get(f"{file}/fil")).count("Une entrée a été retirée") == 3
    with member.at_work() as session:
        assert session.get_one(Person, (person.tenant_id, person.id)).last_contact_on is None
        for table in (Note, Contact, Intake):
            assert session.scalars(select(table)).all() == []
            assert len(session.scalars(select(table).execution_options(**EVERY_ROW)).all()) == 1
    kept = words(browser.get(LIST))
    assert all(said in kept for said in texts)
    with member.at_work() as session:
        mistakes = session.scalars(select(Mistake)).all()
    for made in mistakes:
        restored(member, made)
    assert {**rows_of(member, person), "person": []} == {**before, "person": []}
    with member.at_work() as session:
        assert session.get_one(Person, (person.tenant_id, person.id)).last_contact_on == today()


def test_without_the_guard_beside_the_tables_an_entry_is_read(federation: Federation) -> None:
    member = coordinator(federation)
    person = a_file(member)
    with member.at_work() as session:
        key = session.scalars(select(Note.id)).one()
    entry_aside(member, person, Note, key)
    event.remove(ScopedSession, "do_orm_execute", left_out.read_what_stands)
    try:
        with member.at_work() as session:
            assert session.scalars(select(Note.id)).all() == [key]
    finally:
        event.listen(ScopedSession, "do_orm_execute", left_out.read_what_stands)


def test_the_answers_of_a_reception_go_and_come_with_it(federation: Federation) -> None:
    member = coordinator(federation)
    person = registered(member, federation.keyring)
    with member.at_work() as session:
        intake = session.scalars(select(Intake)).one()
        asked = len(session.scalars(select(InstrumentFilling)).all())
    made = entry_aside(member, person, Intake, intake.id)
    with member.at_work() as session:
        assert session.scalars(select(InstrumentFilling)).all() == []
    restored(member, made)
    with member.at_work() as session:
        assert len(session.scalars(select(InstrumentFilling)).all()) == asked


def test_a_contact_of_an_appointment_is_corrected_there(federation: Federation) -> None:
    member = coordinator(federation)
    person = a_file(member)
    with member.at_work() as session:
        appointment = session.scalars(select(Appointment)).one()
        row = session.get_one(Person, (person.tenant_id, person.id))
        contact = note_contact(
            session, row, member.actor, channel="office", outcome="reached", happened_on=today(),
            appointment_id=appointment.id,
        )  # fmt: skip
    with pytest.raises(Refused, match="of_appointment"):
        entry_aside(member, person, Contact, contact.id)


def test_a_confidence_stays_its_readers(federation: Federation) -> None:
    member, author = coordinator(federation), federation.agent()
    person = a_person(member)
    with author.at_work() as session:
        row = session.get_one(Person, (person.tenant_id, person.id))
        note = write_note(session, row, author.actor, text="Pour moi seule.", note_class="confidence")
    assert "Pour moi seule." not in words(member.browser().get(f"/personnes/{person.id}/encode-par-erreur"))
    form = SAID | {"_submission": str(new_id())}
    member.browser().post(f"/notes/{note.id}/encode-par-erreur", form, status=404)


def test_a_file_set_aside_is_no_duplicate_and_its_address_takes_nothing(federation: Federation) -> None:
    member = coordinator(federation)
    person, twin = a_file(member), a_file(member)
    file_aside(member, twin)
    with federation.app.test_request_context(), member.at_work() as session:
        row = session.get_one(Person, (person.tenant_id, person.id))
        assert duplicates_of(session, row, federation.keyring) == []
    form = {"note-text": "Encore un mot.", "note-note_class": "fact", "_submission": str(new_id())}
    member.browser().post(f"/personnes/{twin.id}/notes", form, status=404)


@pytest.mark.parametrize("role", ["agent", "receptionist"])
def test_nobody_else_sets_aside_sees_or_restores(federation: Federation, role: str) -> None:
    member, who = coordinator(federation), federation.member(federation.platform, role)
    made = file_aside(member, a_file(member, "Yankowski"))
    person = a_file(member)
    with member.at_work() as session:
        note, contact = (session.scalars(select(table.id)).one() for table in (Note, Contact))
    browser = who.browser()
    paths: tuple[str, ...] = (
        f"/personnes/{person.id}/encode-par-erreur",
        f"/personnes/{person.id}/encode-par-erreur/dossier",
    )
    paths += (f"/notes/{note}/encode-par-erreur", f"/contacts/{contact}/encode-par-erreur", LIST)
    for path in paths:
        browser.get(path, status=403)
    for path in (*paths[1:4], f"{LIST}/{made.id}/retablissement"):
        browser.post(path, SAID, status=403)
    with member.at_work() as session:
        assert session.get_one(Person, (person.tenant_id, person.id)).left_out_at is None


def test_another_platform_is_not_reached(federation: Federation) -> None:
    member, foreign = coordinator(federation), federation.member(federation.other_platform, "coordinator")
    made = file_aside(member, a_file(member))
    theirs = a_file(member)
    browser = foreign.browser()
    browser.get(f"/personnes/{theirs.id}/encode-par-erreur/dossier", status=404)
    browser.post(f"/personnes/{theirs.id}/encode-par-erreur/dossier", SAID, status=404)
    browser.post(f"{LIST}/{made.id}/retablissement", status=404)
    assert "Zygmuntowicz" not in words(browser.get(LIST))


def test_the_trail_says_who_set_aside_and_who_restored(federation: Federation) -> None:
    member = coordinator(federation)
    person = a_file(member)
    restored(member, file_aside(member, person))
    with member.at_work() as session:
        verbs = set(session.scalars(select(AuditEvent.verb).where(AuditEvent.person_id == person.id)))
    assert {"mistake.set_aside", "mistake.restore"} <= verbs
    page = words(member.browser().get(f"/journal-des-acces?person={person.id}"))
    assert "a retiré ce qui était encodé par erreur" in page


def test_two_who_set_aside_at_once_do_it_once_and_two_who_restore_too(federation: Federation) -> None:
    member = coordinator(federation)
    person = a_file(member)
    outcomes: list[str] = []

    def at_once(act: Any) -> None:
        start = Barrier(3)

        def click() -> None:
            start.wait()
            try:
                act()
                outcomes.append("done")
            except Refused as refused:
                outcomes.append(refused.code)

        threads = [Thread(target=click) for _click in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    at_once(lambda: file_aside(member, person))
    assert outcomes.count("done") == 1
    with member.at_work() as session:
        made = session.scalars(select(Mistake)).one()
    outcomes.clear()
    at_once(lambda: restored(member, made))
    assert sorted(outcomes) == ["done", "wrong_state", "wrong_state"]
