"""The coordinator compares two files, merges them, takes it back; others are led to the file that stands."""

import re
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from clais.audit.models import AuditEvent
from clais.database import ScopedSession, left_out, new_id
from clais.due.models import Due
from clais.exchange.referrals.actions import withdraw
from clais.exchange.referrals.models import Consent, Referral, ReferralEvent
from clais.messaging.models import Notification, OutboxMessage
from clais.workflow import Refused
from tenants.follow_up.actions import write_note
from tenants.merging.jobs import FORGET, GATHER, LATE_ROWS, forget_undo, gather_late_rows
from tenants.merging.models import FileMerge
from tenants.people.actions import move
from tenants.people.matching.keys import encrypted_number, write_keys
from tenants.people.models import Person, ToldApart
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral
from tests.tenants.merging.files import Filler, coordinator, merged, named, stored, taken_back
from tests.tenants.people.newcomers import words


def pair(member: Member, **facts: Any) -> tuple[Person, Person]:
    """Two files that look alike, with their keys."""
    files = a_person(member), a_person(member, "Marcheti", phone="+32470999999", **facts)
    with member.at_work() as session:
        for person in files:
            write_keys(session, session.get_one(Person, (person.tenant_id, person.id)), member.federation.keyring)
    return files


def merge_on_page(member: Member, kept: Person, other: Person, **chosen: str) -> str:
    """Merge on the page; gives the address that follows."""
    browser = member.browser()
    page = browser.get(f"/personnes/{kept.id}/fusion/{other.id}").get_data(as_text=True)
    version = re.search(r'name="_version" value="([^"]+)"', page)
    assert version is not None
    form = {"_version": version[1], "_submission": str(new_id()), **chosen}
    return browser.post(f"/personnes/{kept.id}/fusion/{other.id}", form, status=303).location


def test_two_files_are_found_compared_merged_and_taken_back(federation: Federation) -> None:
    member = coordinator(federation)
    kept, other = pair(member, email="sofia@example.be")
    browser = member.browser()
    found = words(browser.get(f"/personnes/{kept.id}/fusion"))
    assert "Sofia Marcheti" in found
    page = words(browser.get(f"/personnes/{kept.id}/fusion/{other.id}"))
    assert "Là où les fiches diffèrent" in page
    assert "Repris de l'autre dossier" in page
    assert "sofia@example.be" in page
    address = merge_on_page(member, kept, other, fact_phone="other", fact_family_name="kept")
    now = stored(member, kept)
    assert (now.phone, now.family_name, now.email) == ("+32470999999", "Marchetti", "sofia@example.be")
    receipt = browser.get(address)
    assert "Défaire la fusion" in words(receipt)
    assert "a été fusionné avec celui-ci" in words(browser.get(f"/personnes/{kept.id}"))
    browser.post(f"{address}/annulation", {"_submission": str(new_id())}, status=303)
    assert stored(member, kept).phone == "+32470123456"
    browser.get(f"/personnes/{other.id}")
    assert "Merged" not in words(browser.get(address))
    assert "Fusionnés, puis fusion défaite" in words(browser.get(f"/personnes/{kept.id}/fusion"))


def test_one_file_is_not_compared_with_itself(federation: Federation) -> None:
    member = coordinator(federation)
    kept, other = pair(member)
    merged(member, kept, other)
    browser = member.browser()
    led = browser.get(f"/personnes/{kept.id}/fusion/{other.id}", status=307)
    page = words(browser.get(led.location))
    assert "C'est le même dossier." in page
    assert "Fusionner les deux dossiers" not in page


def test_an_address_of_the_merged_file_leads_to_the_other(federation: Federation) -> None:
    member, agent = coordinator(federation), federation.agent()
    kept, other = pair(member)
    merged(member, kept, other)
    browser = agent.browser()
    led = browser.get(f"/personnes/{other.id}/notes?tri=date", status=307)
    assert led.location.endswith(f"/personnes/{kept.id}/notes?tri=date")


def test_who_may_not_open_files_is_led_to_the_card_and_no_further(federation: Federation) -> None:
    member, clerk = coordinator(federation), federation.member(federation.platform, "receptionist")
    kept, other = pair(member)
    merged(member, kept, other)
    browser = clerk.browser()
    assert browser.get(f"/personnes/{other.id}/carte", status=307).location.endswith(f"/personnes/{kept.id}/carte")
    browser.get(f"/personnes/{other.id}", status=403)


@pytest.mark.parametrize("role", ["agent", "receptionist"])
def test_only_a_coordinator_merges(federation: Federation, role: str) -> None:
    member, who = coordinator(federation), federation.member(federation.platform, role)
    kept, other = pair(member)
    made = merged(member, kept, other)
    browser = who.browser()
    for path in (f"/personnes/{kept.id}/fusion", f"/personnes/{kept.id}/fusion/{other.id}", f"/fusions/{made.id}"):
        browser.get(path, status=403)
    browser.post(f"/fusions/{made.id}/annulation", status=403)
    assert stored(member, other).merged_into_id == kept.id


def test_another_platform_is_not_reached(federation: Federation) -> None:
    member, foreign = coordinator(federation), federation.member(federation.other_platform, "coordinator")
    kept, other = pair(member)
    theirs = a_person(foreign)
    for one, two in ((kept.id, theirs.id), (theirs.id, kept.id)):
        member.browser().get(f"/personnes/{one}/fusion/{two}", status=404)
    made = merged(member, kept, other)
    foreign.browser().get(f"/fusions/{made.id}", status=404)
    foreign.browser().post(f"/fusions/{made.id}/annulation", status=404)
    foreign.browser().get(f"/personnes/{other.id}", status=404)
    assert stored(member, other).merged_into_id == kept.id
    assert stored(foreign, theirs).merged_into_id is None


def test_a_merged_file_is_in_no_list_and_found_by_its_number(federation: Federation) -> None:
    member = coordinator(federation)
    kept, other = pair(member)
    merged(member, kept, other)
    browser = member.browser()
    assert "Sofia Marcheti<" not in words(browser.get("/personnes"))
    found = browser.post("/personnes/recherche", {"q": other.reference})
    assert found.status_code in (200, 303)
    with member.at_work() as session:
        assert session.scalars(select(Person.id)).all() == [kept.id]


def test_without_the_guard_beside_the_table_the_check_turns_red(federation: Federation) -> None:
    member = coordinator(federation)
    kept, other = pair(member)
    merged(member, kept, other)
    event.remove(ScopedSession, "do_orm_execute", left_out.read_what_stands)
    try:
        with member.at_work() as session:
            assert set(session.scalars(select(Person.id))) == {kept.id, other.id}
    finally:
        event.listen(ScopedSession, "do_orm_execute", left_out.read_what_stands)


def test_files_told_apart_are_neither_merged_nor_proposed_until_somebody_says_otherwise(federation: Federation) -> None:
    member = coordinator(federation)
    kept, other = pair(member)
    browser = member.browser()
    reason = {"because": "Deux cousines, vues ensemble le 3 mars.", "_submission": str(new_id())}
    browser.post(f"/personnes/{kept.id}/fusion/{other.id}/differents", reason, status=303)
    for one, two in ((kept, other), (other, kept)):
        page = words(browser.get(f"/personnes/{one.id}/fusion"))
        assert "Aucun autre dossier ne ressemble" in page
        assert "Deux cousines, vues ensemble le 3 mars." in page
        assert "Paul Henin" in page
        with pytest.raises(Refused, match="told_apart"):
            merged(member, one, two)
    assert "Fusionner les deux dossiers" not in words(browser.get(f"/personnes/{kept.id}/fusion/{other.id}"))
    browser.post(f"/personnes/{other.id}/fusion/{kept.id}/reprise", {"_submission": str(new_id())}, status=303)
    assert "Sofia Marcheti" in words(browser.get(f"/personnes/{kept.id}/fusion"))
    merged(member, kept, other)


def test_a_file_that_is_taken_back_is_not_proposed_again(federation: Federation) -> None:
    member = coordinator(federation)
    kept, other = pair(member)
    taken_back(member, merged(member, kept, other))
    with member.at_work() as session:
        assert {row.cause for row in session.scalars(select(ToldApart))} == {"undone"}
    with pytest.raises(Refused, match="told_apart"):
        merged(member, kept, other)


def test_the_open_file_is_the_one_that_is_kept(federation: Federation) -> None:
    member = coordinator(federation)
    kept, other = a_person(member, stage="registered"), a_person(member, stage="registered")
    with member.at_work() as session:
        move(session, member.actor, session.get_one(Person, (kept.tenant_id, kept.id)), "close", reason="job")
    with pytest.raises(Refused, match="closed_file"):
        merged(member, kept, other)
    assert "gardez l'autre" in words(member.browser().get(f"/personnes/{kept.id}/fusion/{other.id}"))
    merged(member, other, kept)


def test_who_read_an_older_card_is_told_and_nothing_is_merged(federation: Federation) -> None:
    member = coordinator(federation)
    kept, other = pair(member)
    browser = member.browser()
    form = {"_version": "1-7", "_submission": str(new_id())}
    page = browser.post(f"/personnes/{kept.id}/fusion/{other.id}", form, status=409)
    assert "a changé entre-temps" in words(page)
    assert stored(member, other).merged_into_id is None


def test_twenty_clicks_and_two_coordinators_merge_once(federation: Federation) -> None:
    member = coordinator(federation)
    kept, other = pair(member)
    start, outcomes = Barrier(4), []

    def click(one: Person, two: Person) -> None:
        start.wait()
        try:
            merged(member, one, two)
            outcomes.append("done")
        except Refused as refused:
            outcomes.append(refused.code)

    ways = [(kept, other), (other, kept), (kept, other), (other, kept)]
    threads = [Thread(target=click, args=way) for way in ways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "merged", "merged", "merged"]
    with member.at_work() as session:
        assert len(session.scalars(select(FileMerge)).all()) == 1


def test_cut_off_in_the_middle_nothing_is_done(federation: Federation, superuser: Engine) -> None:
    member = coordinator(federation)
    kept, other = pair(member)
    Filler(member, federation.support_centre.id, superuser).fill(other, lambda table: int(table == "note"))

    class Cut(Exception):  # noqa: N818
        pass

    def cut(*_arguments: object) -> None:
        raise Cut

    event.listen(ScopedSession, "before_commit", cut)
    try:
        with pytest.raises(Cut):
            merged(member, kept, other)
    finally:
        event.remove(ScopedSession, "before_commit", cut)
    assert named(superuser, "note", other) == 1
    assert stored(member, other).merged_into_id is None


def clock_of(referral: Referral) -> tuple[object, ...]:
    return referral.updated_at, referral.last_moved_at, referral.due_on, referral.version


def test_nothing_is_sent_and_no_clock_starts_anew(federation: Federation) -> None:
    member = coordinator(federation)
    kept, other = pair(member)
    sent = [a_referral(member, person) for person in (kept, other)]
    with member.at_work() as session:
        kinds = (OutboxMessage, Notification, ReferralEvent)
        before = [len(session.scalars(select(kind)).all()) for kind in kinds]
        clocks = {
            row.id: (row.updated_at, row.last_moved_at, row.due_on, row.version)
            for row in session.scalars(select(Referral))
        }
        due = {row.job for row in session.scalars(select(Due).where(Due.tenant_id == member.tenant.id))}
    merged(member, kept, other)
    with member.at_work() as session:
        assert [len(session.scalars(select(kind)).all()) for kind in kinds] == before
        referrals = session.scalars(select(Referral)).all()
        assert {row.person_id for row in referrals} == {kept.id}
        assert {row.id: clock_of(row) for row in referrals} == clocks
        assert {row.person_id for row in session.scalars(select(Consent))} == {kept.id}
        now_due = {row.job for row in session.scalars(select(Due).where(Due.tenant_id == member.tenant.id))}
    assert now_due - due <= {FORGET, GATHER, "trail.seal"}
    assert len(sent) == 2


def test_a_withdrawn_referral_stays_with_the_file_that_it_was_sent_for(federation: Federation) -> None:
    member = coordinator(federation)
    kept, other = pair(member)
    first, second = a_referral(member, other), a_referral(member, other)
    _withdraw(member, first)
    made = merged(member, kept, other)
    assert {row.id: row.person_id for row in _referrals(member)} == {first.id: other.id, second.id: kept.id}
    _withdraw(member, second)
    assert taken_back(member, made) == 2, "the referral and its agreement, which nobody changes any more"
    assert {row.id: row.person_id for row in _referrals(member)} == {first.id: other.id, second.id: kept.id}


def _referrals(member: Member) -> list[Referral]:
    with member.at_work() as session:
        return list(session.scalars(select(Referral)))


def _withdraw(member: Member, referral: Referral) -> None:
    with member.at_work() as session:
        withdraw(session, member.actor, session.get_one(Referral, (referral.tenant_id, referral.id)))


def test_a_confidence_keeps_its_readers_and_is_counted_for_nobody_else(federation: Federation) -> None:
    member, author = coordinator(federation), federation.agent()
    kept, other = pair(member)
    with author.at_work() as session:
        person = session.get_one(Person, (other.tenant_id, other.id))
        write_note(session, person, author.actor, text="Pour moi seule.", note_class="confidence", readers=[])
    page = words(member.browser().get(f"/personnes/{kept.id}/fusion/{other.id}"))
    assert "Notes" not in page.split("Ce que contient chaque dossier")[1].split("Ce qui va se passer")[0]
    made = merged(member, kept, other)
    assert "Notes" not in words(member.browser().get(f"/fusions/{made.id}"))
    assert "Pour moi seule." in words(author.browser().get(f"/personnes/{kept.id}/notes"))
    assert "Pour moi seule." not in words(member.browser().get(f"/personnes/{kept.id}/notes"))


def test_what_a_colleague_was_writing_meanwhile_is_taken_over_and_goes_back(
    federation: Federation, superuser: Engine
) -> None:
    member = coordinator(federation)
    kept, other = pair(member)
    made = merged(member, kept, other)
    Filler(member, federation.support_centre.id, superuser).fill(other, lambda table: int(table == "note"))
    with member.federation.app.app_context(), member.at_work() as session:
        assert gather_late_rows(session, member.actor) == 0, "not yet: the colleague may still be writing"
        session.get_one(FileMerge, (made.tenant_id, made.id)).merged_at -= LATE_ROWS
    with member.federation.app.app_context(), member.at_work() as session:
        assert gather_late_rows(session, member.actor) == 1
    assert (named(superuser, "note", kept), named(superuser, "note", other)) == (1, 0)
    taken_back(member, made)
    assert (named(superuser, "note", kept), named(superuser, "note", other)) == (0, 1)


def test_after_thirty_days_what_would_take_it_back_is_erased(federation: Federation) -> None:
    member = coordinator(federation)
    kept, other = pair(member)
    made = merged(member, kept, other)
    with member.at_work() as session:
        assert forget_undo(session, member.actor) == 0
        session.get_one(FileMerge, (made.tenant_id, made.id)).undo_until -= timedelta(days=31)
    with pytest.raises(Refused, match="too_late"):
        taken_back(member, made)
    with member.at_work() as session:
        assert forget_undo(session, member.actor) == 1
        row = session.get_one(FileMerge, (made.tenant_id, made.id))
        assert (row.moved, row.sealed) == (None, None)
    assert "Ne peut plus être défaite" in words(member.browser().get(f"/fusions/{made.id}"))


def test_the_trail_of_a_file_has_what_is_on_record_about_both(federation: Federation) -> None:
    member = coordinator(federation)
    kept, other = pair(member)
    agent = federation.agent()
    agent.browser().get(f"/personnes/{other.id}")
    merged(member, kept, other)
    page = words(member.browser().get(f"/journal-des-acces?person={kept.id}"))
    assert "a fusionné un autre dossier" in page
    assert "Marcheti" in page, "what a colleague read in the other file"
    with member.at_work() as session:
        verbs = set(session.scalars(select(AuditEvent.verb)))
    assert "person.merge" in verbs


@pytest.mark.parametrize(
    ("number", "says"), [("85073003328", "le même sur les deux"), ("85073003427", "n'est pas le même")]
)
def test_two_masked_numbers_are_said_to_be_one_or_not_and_never_shown(
    federation: Federation, number: str, says: str
) -> None:
    member = coordinator(federation)
    kept, other = pair(member)
    with member.at_work() as session:
        for person, one in ((kept, "85073003328"), (other, number)):
            row = session.get_one(Person, (person.tenant_id, person.id))
            row.national_number = encrypted_number(federation.keyring, row, one)
    page = words(member.browser().get(f"/personnes/{kept.id}/fusion/{other.id}"))
    assert says in page
    assert "85073003" not in re.sub(r"\W", "", page)
