"""What was open on a screen, or decided, while two files became one: nothing is done to a file that nobody saw."""

import re

import pytest
from sqlalchemy import select

from clais.clock import today
from clais.database import new_id
from clais.workflow import Refused
from tenants.follow_up.actions import note_contact
from tenants.follow_up.models import Note
from tenants.people.actions import move
from tenants.people.models import Person, ToldApart
from tenants.people.standing import apart_from, end_decisions, tell_apart
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person
from tests.tenants.merging.files import coordinator, merged, stored, taken_back
from tests.tenants.merging.test_pages import pair
from tests.tenants.people.newcomers import words

FORMS = {
    "notes": {"note-text": "Elle rappelle lundi.", "note-note_class": "fact"},
    "coordonnees": {"family_name": "Marcheti", "given_names": "Sofia", "phone": "0470 99 99 99", "_version": "1"},
    "cloture": {"reason": "duplicate", "comment": "Elle rappelle lundi."},
    "etapes": {"transition": "begin_intake"},
}
"""Forms of a file by the end of their address, as somebody sends them who had them open."""


@pytest.mark.parametrize("form", FORMS)
def test_what_is_sent_about_a_merged_file_is_not_done_to_the_other(federation: Federation, form: str) -> None:
    member = coordinator(federation)
    kept, other = pair(member)
    merged(member, kept, other)
    browser, before = member.browser(), stored(member, kept)
    answer = browser.post(f"/personnes/{other.id}/{form}", {**FORMS[form], "_submission": str(new_id())}, status=409)
    assert "Ce dossier est réuni à un autre" in words(answer)
    assert f"/personnes/{kept.id}" in answer.get_data(as_text=True)
    if form == "notes":
        assert "Elle rappelle lundi." in words(answer)
    now = stored(member, kept)
    assert (now.stage, now.family_name, now.phone, now.version) == (
        before.stage, before.family_name, before.phone, before.version
    )  # fmt: skip
    with member.at_work() as session:
        assert session.scalars(select(Note.id)).all() == []


def test_the_form_of_a_comparison_merges_no_other_file_than_the_one_that_was_read(federation: Federation) -> None:
    member = coordinator(federation)
    kept, other = pair(member)
    third = a_person(member, "Marchetty", phone="+32470888888")
    browser = member.browser()
    page = browser.get(f"/personnes/{kept.id}/fusion/{other.id}").get_data(as_text=True)
    version = re.search(r'name="_version" value="([^"]+)"', page)
    assert version is not None
    merged(member, third, other)
    form = {"_version": version[1], "_submission": str(new_id()), "fact_phone": "other", "fact_family_name": "other"}
    browser.post(f"/personnes/{kept.id}/fusion/{other.id}", form, status=409)
    browser.post(f"/personnes/{kept.id}/fusion/{third.id}", form, status=409)
    assert stored(member, third).merged_into_id is None
    assert stored(member, kept).phone == kept.phone


def test_who_tells_apart_a_merged_file_tells_apart_no_other_one(federation: Federation) -> None:
    member = coordinator(federation)
    kept, other = pair(member)
    third = a_person(member, "Marchetty", phone="+32470888888")
    merged(member, kept, other)
    form = {"because": "Deux sœurs", "_submission": str(new_id())}
    member.browser().post(f"/personnes/{third.id}/fusion/{other.id}/differents", form, status=409)
    with member.at_work() as session:
        assert apart_from(session, third.id) == set()


def test_what_was_answered_about_the_two_files_themselves_stays_as_it_was(federation: Federation) -> None:
    member = coordinator(federation)
    kept, other = pair(member)
    with member.federation.app.app_context(), member.at_work() as session:
        tell_apart(session, member.actor, other.id, [kept.id], "registered")
    merged(member, kept, other)
    with member.at_work() as session:
        named = {(row.person_id, row.other_id) for row in session.scalars(select(ToldApart))}
    assert named == {(other.id, kept.id), (kept.id, other.id)}


def test_a_decision_that_stands_comes_along_past_one_that_was_taken_back(federation: Federation) -> None:
    member = coordinator(federation)
    kept, other = pair(member)
    third = a_person(member, "Marchetty", phone="+32470888888")
    with member.federation.app.app_context(), member.at_work() as session:
        tell_apart(session, member.actor, kept.id, [third.id], "decided")
        end_decisions(session, member.actor, kept.id, third.id)
        tell_apart(session, member.actor, other.id, [third.id], "decided")
    merged(member, kept, other)
    with member.at_work() as session:
        assert apart_from(session, kept.id) == {third.id}
        assert apart_from(session, third.id) == {kept.id}


def test_of_two_files_that_went_into_one_the_later_is_given_back_first(federation: Federation) -> None:
    member = coordinator(federation)
    kept, first = pair(member)
    second = a_person(member, "Marchetty", phone="+32470888888")
    phone = stored(member, kept).phone
    one, two = merged(member, kept, first, "phone"), merged(member, kept, second, "phone")
    with pytest.raises(Refused, match="followed"):
        taken_back(member, one)
    assert "défaites d'abord cette fusion-là" in words(member.browser().get(f"/fusions/{one.id}"))
    taken_back(member, two)
    taken_back(member, one)
    assert stored(member, kept).phone == phone


def contacted(member: Member, person: Person) -> None:
    """A contact with someone today."""
    with member.federation.app.app_context(), member.at_work() as session:
        card = session.get_one(Person, (person.tenant_id, person.id))
        note_contact(
            session, card, member.actor,
            channel="phone", outcome="reached", summary="Rappelée", happened_on=today(), minutes=5,
        )  # fmt: skip


def test_a_contact_of_the_kept_file_is_its_last_one_after_the_undo_too(federation: Federation) -> None:
    member = coordinator(federation)
    kept, other = pair(member)
    contacted(member, other)
    made = merged(member, kept, other)
    contacted(member, kept)
    taken_back(member, made)
    assert stored(member, kept).last_contact_on == today()
    assert stored(member, other).last_contact_on == today()


def test_who_would_keep_the_file_of_a_newcomer_is_told_that_the_other_is_further(federation: Federation) -> None:
    member = coordinator(federation)
    kept, other = pair(member)
    with member.federation.app.app_context(), member.at_work() as session:
        move(session, member.actor, session.get_one(Person, (other.tenant_id, other.id)), "begin_intake")
    told = "L'autre dossier est plus avancé dans le parcours"
    assert told in words(member.browser().get(f"/personnes/{kept.id}/fusion/{other.id}"))
    assert told not in words(member.browser().get(f"/personnes/{other.id}/fusion/{kept.id}"))
