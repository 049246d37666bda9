"""A questionnaire with a person: begun on the version in use, saved answer by answer, finished, read, given up."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from clais.audit.models import AuditEvent
from clais.clock import now, set_to, today
from clais.exchange.publications.instruments import released_questionnaire
from clais.exchange.publications.models import InstrumentVersion
from clais.instruments.rules.definition import Choice, Item, ItemKind
from clais.workflow import Refused
from support_center.instruments.actions import versions
from tenants.questionnaires import actions
from tenants.questionnaires.answers import Overwritten
from tenants.questionnaires.models import InstrumentFilling
from tests.support.federation import Federation
from tests.support.instruments import ASKED, THEN
from tests.support.referrals import a_person
from tests.tenants.questionnaires.rooms import Room

HEALTH = Item("sante", ItemKind.LONG_TEXT, {"fr": "Et la santé ?", "ar": "والصحة؟"}, sealed=True)


def test_answers_are_saved_one_by_one_and_the_questionnaire_is_read_once_finished(room: Room) -> None:
    room.adopt(ASKED, THEN)
    filling = room.begin()
    assert "Réponses : 0 sur 1" in room.text(f"/{filling}")
    told = room.answer(filling, "enfants", "2")
    assert (told["revision"], told["answered"], told["shown"]) == (1, 1, ["enfants", "garde"])
    assert "Réponses : 1 sur 2" in room.text(f"/{filling}")
    room.finish(filling, enfants="2", garde="yes")
    page = room.text(f"/{filling}")
    assert "Combien d'enfants ?" in page
    assert "<dd>2</dd>" in page
    assert "<dd>Oui</dd>" in page
    assert "terminé" in page
    assert room.row().finished_on == today()


def test_an_answer_that_is_not_possible_is_said_and_not_kept(room: Room) -> None:
    room.adopt(ASKED)
    filling = room.begin()
    room.answer(filling, "enfants", "2")
    told = room.answer(filling, "enfants", "deux", seen=1, status=422)
    assert told["errors"] == ["Écrivez un nombre, en chiffres."] or told["errors"]
    assert [(row.item, row.value) for row in room.rows()] == [("enfants", "2")]


def test_who_saves_over_an_answer_that_they_have_not_seen_is_told(room: Room) -> None:
    room.adopt(ASKED)
    filling = room.begin()
    room.answer(filling, "enfants", "2")
    told = room.answer(filling, "enfants", "3", seen=0, status=409)
    assert told["errors"] == ["Entre-temps, quelqu'un a répondu\u00a0: 2"]
    assert room.answer(filling, "enfants", "3", seen=told["revision"])["revision"] == 2


def test_who_is_told_what_a_colleague_answered_is_on_record_though_they_opened_no_page(
    room: Room, federation: Federation
) -> None:
    room.adopt(ASKED)
    filling = room.begin()
    room.answer(filling, "enfants", "2")
    colleague = federation.member(federation.platform, "agent", "Ilse Vermeulen")
    sent = {"item": "enfants", "seen": "0", "enfants": "3"}
    colleague.browser().post(f"{room.pages}/{filling}/reponses", sent, status=409)
    with colleague.at_work() as session:
        read = select(AuditEvent).where(AuditEvent.verb == "person.read", AuditEvent.actor_name == "Ilse Vermeulen")
        assert [event.person_id for event in session.scalars(read)] == [room.person]


def test_the_same_answer_sent_twice_is_saved_once(room: Room) -> None:
    room.adopt(ASKED)
    filling = room.begin()
    assert [room.answer(filling, "enfants", "2", seen=0)["revision"] for _ in range(2)] == [1, 1]


def test_a_page_without_scripts_sends_the_whole_form_and_a_stale_one_loses_nothing(room: Room) -> None:
    room.adopt(ASKED, THEN)
    filling = room.begin()
    page = room.browser.get(f"{room.pages}/{filling}").get_data(as_text=True)
    version = re.search(r'name="_version" value="(\d+)"', page)
    assert version
    room.answer(filling, "enfants", "2")
    sent = {"_version": version[1], "act": "keep", "enfants": "5"}
    conflict = room.browser.post(f"{room.pages}/{filling}", sent, status=409).get_data(as_text=True)
    assert "Combien d" in conflict
    assert ">5<" in re.sub(r"\s", "", conflict)


def test_what_is_missing_is_said_and_what_was_answered_is_kept(room: Room) -> None:

    room.adopt(ASKED, replace(THEN, required=True))
    filling = room.begin()
    page = room.finish(filling, status=422, enfants="1")
    assert "Répondez à cette question." in page
    assert [row.item for row in room.rows()] == ["enfants"]
    assert room.row().state == "open"


def test_answers_to_questions_that_are_not_asked_any_more_go_when_it_is_finished(room: Room) -> None:
    room.adopt(ASKED, THEN)
    filling = room.begin()
    room.answer(filling, "enfants", "1")
    room.answer(filling, "garde", "yes")
    assert room.answer(filling, "enfants", "0", seen=1)["shown"] == ["enfants"]
    room.finish(filling, enfants="0", garde="yes")
    assert [row.item for row in room.rows()] == ["enfants"]


def test_answers_to_sealed_questions_are_stored_encrypted(room: Room) -> None:
    room.adopt(HEALTH)
    filling = room.begin()
    room.answer(filling, "sante", "Diabète depuis 2019")
    (row,) = room.rows()
    assert row.value is None
    assert row.sealed
    assert b"Diab" not in row.sealed
    assert "Diabète depuis 2019" in room.text(f"/{filling}")


def test_a_questionnaire_begins_once_and_what_is_closing_begins_no_more(room: Room) -> None:
    version = room.adopt(ASKED)
    assert room.begin() == room.begin()
    room.browser.post(f"{room.pages}/{room.row().id}/abandon", status=303)
    _close(room, version)
    room.browser.post(f"{room.pages}/debut/{room.centre.instrument}", status=303)
    assert "Plus rien ne commence sur cette version" in room.text()
    assert len(room.fillings()) == 1


def test_one_that_is_finished_on_a_version_retired_meanwhile_is_kept_and_says_so(room: Room) -> None:
    version = room.adopt(ASKED)
    filling = room.begin()
    _close(room, version)
    _retire(room, version)
    room.answer(filling, "enfants", "2")
    room.finish(filling, enfants="2")
    assert room.row().out_of_use
    assert "sur une version retirée" in room.text(f"/{filling}")


def test_giving_up_erases_the_answers(room: Room) -> None:
    room.adopt(ASKED)
    filling = room.begin()
    room.answer(filling, "enfants", "2")
    room.browser.post(f"{room.pages}/{filling}/abandon", status=303)
    assert room.rows() == []
    room.browser.get(f"{room.pages}/{filling}", status=404)


def test_what_was_finished_is_corrected_on_its_day_and_not_later(room: Room) -> None:
    room.adopt(ASKED)
    filling = room.begin()
    room.finish(filling, enfants="2")
    told = room.answer(filling, "enfants", "3", seen=1, status=409)
    assert told["closed"]
    room.browser.post(f"{room.pages}/{filling}/correction", status=303)
    room.finish(filling, enfants="3")
    with room.agent.at_work() as session, set_to(now() + timedelta(days=1)), pytest.raises(Refused, match="too_late"):
        actions.correct(session, room.agent.actor, room.row())


def test_an_open_one_is_carried_when_nothing_loses_its_meaning(room: Room) -> None:
    room.adopt(ASKED)
    filling = room.begin()
    room.answer(filling, "enfants", "2")
    room.adopt(replace(ASKED, label={"fr": "Combien d'enfants avez-vous ?"}), THEN)
    assert "« Combien d'enfants ? » devient « Combien d'enfants avez-vous ? »" in room.text(f"/{filling}")
    room.browser.post(f"{room.pages}/{filling}/version", status=303)
    assert (room.row().number, [row.value for row in room.rows()]) == (2, ["2"])
    assert "Combien d'enfants avez-vous ?" in room.text(f"/{filling}")


def test_an_open_one_stays_where_an_answer_would_mean_something_else(room: Room) -> None:
    room.adopt(ASKED)
    filling = room.begin()
    room.answer(filling, "enfants", "2")
    room.adopt(THEN_ALONE)
    assert "Des réponses y auraient un autre sens" in room.text(f"/{filling}")
    room.browser.post(f"{room.pages}/{filling}/version", status=303)
    assert room.row().number == 1


def test_what_is_finished_keeps_the_words_that_were_asked(room: Room) -> None:
    room.adopt(ASKED)
    filling = room.begin()
    room.finish(filling, enfants="2")
    room.adopt(replace(ASKED, label={"fr": "Des enfants ?"}))
    assert "Combien d'enfants ?" in room.text(f"/{filling}")
    room.browser.post(f"{room.pages}/{filling}/version", status=409)
    assert room.row().number == 1


def test_the_file_and_its_thread_show_what_was_filled_in(room: Room) -> None:
    room.adopt(ASKED)
    filling = room.begin()
    page = room.browser.get(f"/personnes/{room.person}").get_data(as_text=True)
    assert "Commencé, pas terminé" in page
    room.finish(filling, enfants="2")
    page = room.browser.get(f"/personnes/{room.person}").get_data(as_text=True)
    assert "Mon avis\u00a0: rempli" in page
    trail = room.coordinator.get("/journal-des-acces").get_data(as_text=True)
    assert "a terminé un questionnaire" in trail


def test_what_belongs_to_someone_else_does_not_exist(room: Room, federation: Federation) -> None:
    room.adopt(ASKED)
    filling = room.begin()
    stranger = federation.other_agent().browser()
    stranger.get(f"{room.pages}/{filling}", status=404)
    stranger.post(f"{room.pages}/{filling}/reponses", {"item": "enfants", "seen": "0", "enfants": "2"}, status=404)
    someone = a_person(room.agent, "Lambert", "Jean").id
    room.browser.get(f"/personnes/{someone}/questionnaires/{filling}", status=404)
    sent = {"item": "enfants", "seen": "0", "enfants": "2"}
    room.browser.post(f"/personnes/{someone}/questionnaires/{filling}/reponses", sent, status=404)
    assert room.rows() == []
    assert room.answer(filling, "enfants", "2")["answered"] == 1


THEN_ALONE = Item("garde", ItemKind.YES_NO, {"fr": "Quelqu'un les garde ?"})


def _close(room: Room, version: UUID) -> None:
    with room.centre.author.at_work() as session:
        found = session.get_one(InstrumentVersion, (room.centre.author.tenant.id, version))
        versions.close(session, room.centre.author.actor, found)


def _retire(room: Room, version: UUID) -> None:
    with room.centre.author.at_work() as session:
        found = session.get_one(InstrumentVersion, (room.centre.author.tenant.id, version))
        versions.retire(session, room.centre.author.actor, found)


def test_what_an_answer_must_fulfil_is_said_at_once_also_beside_other_answers(room: Room) -> None:
    at_work = Item("au_travail", ItemKind.NUMBER, {"fr": "Combien travaillent ?"}, shown_if="${enfants} >= 1")
    bound = replace(at_work, constraint=". <= ${enfants}", constraint_message={"fr": "Pas plus que d'enfants."})
    room.adopt(ASKED, bound)
    filling = room.begin()
    room.answer(filling, "enfants", "2")
    assert room.answer(filling, "au_travail", "3", status=422)["errors"] == ["Pas plus que d'enfants."]
    assert room.answer(filling, "au_travail", "2")["answered"] == 2


def test_an_open_one_is_not_carried_to_codes_that_mean_something_else(room: Room) -> None:
    home = Item("logement", ItemKind.ONE_OF, {"fr": "Vous êtes…"}, list="qui")
    first = (Choice("a", {"fr": "Locataire"}), Choice("b", {"fr": "Propriétaire"}))
    shifted = (Choice("b", {"fr": "Locataire"}, was=("a",)), Choice("c", {"fr": "Propriétaire"}, was=("b",)))
    room.adopt(home, lists={"qui": first})
    filling = room.begin()
    room.answer(filling, "logement", "b")
    room.adopt(home, lists={"qui": shifted})
    assert "Des réponses y auraient un autre sens" in room.text(f"/{filling}")
    room.browser.post(f"{room.pages}/{filling}/version", status=303)
    room.finish(filling, logement="b")
    assert "Propriétaire" in room.text(f"/{filling}")


def test_a_page_of_the_version_before_saves_nothing_on_the_one_after(room: Room) -> None:
    room.adopt(ASKED)
    filling = room.begin()
    page = room.browser.get(f"{room.pages}/{filling}").get_data(as_text=True)
    mark = re.search(r'data-asked="([0-9a-f]+)"', page)
    assert mark
    room.adopt(ASKED, THEN)
    room.browser.post(f"{room.pages}/{filling}/version", status=303)
    sent = {"item": "enfants", "seen": "0", "enfants": "2", "asked": mark[1]}
    told = room.browser.post(f"{room.pages}/{filling}/reponses", sent, status=409).get_json()
    assert "rouvrez la page" in told["errors"][0]
    assert room.rows() == []


def test_a_version_that_is_carried_between_reading_and_saving_takes_nothing(room: Room) -> None:
    room.adopt(ASKED)
    filling = room.begin()
    with room.agent.at_work() as session:
        row = session.get_one(InstrumentFilling, (room.agent.tenant.id, UUID(filling)))
        before = released_questionnaire(session, row.content_id)
        assert before
        room.adopt(replace(ASKED, sealed=True))
        room.browser.post(f"{room.pages}/{filling}/version", status=303)
        with pytest.raises(Refused, match="wrong_state"):
            actions.save(session, room.agent.actor, row, room.agent.federation.keyring, before, {"enfants": "2"})
    assert room.rows() == []


def test_a_form_does_not_write_over_what_somebody_answered_since_it_was_read(room: Room) -> None:
    room.adopt(ASKED)
    filling = room.begin()
    room.answer(filling, "enfants", "2")
    with room.agent.at_work() as session:
        row = session.get_one(InstrumentFilling, (room.agent.tenant.id, UUID(filling)))
        asked = released_questionnaire(session, row.content_id)
        assert asked
        keys = room.agent.federation.keyring
        with pytest.raises(Overwritten):
            actions.save(session, room.agent.actor, row, keys, asked, {"enfants": "5"}, {"enfants": 0})


def test_the_questions_beside_a_bilan_have_no_page_here(room: Room) -> None:
    room.adopt(ASKED)
    filling = room.begin()
    with room.agent.at_work() as session:
        session.execute(update(InstrumentFilling).values(kind="bilan"))
    room.browser.get(f"{room.pages}/{filling}", status=404)
    for act in ("correction", "abandon", "version"):
        room.browser.post(f"{room.pages}/{filling}/{act}", status=404)
    assert f"/questionnaires/{filling}" not in room.text()
    assert room.row().state == "open"
