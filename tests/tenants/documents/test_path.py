"""A document on its way: asked for, received, read, accepted or refused, replaced by a newer one, removed."""

import re
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select

from clais.audit.models import AuditEvent
from clais.clock import now, set_to, today
from clais.web.routing import Application
from clais.workflow import StateChange
from tenants.documents.actions import papers
from tenants.documents.queries import waiting_for
from tenants.people.actions import lock_open_file
from tests.support.documents import PDF, Desk, lying, picture, sent
from tests.support.federation import Federation

PHOTO = ("photo.jpg", picture())


def file_of(desk: Desk) -> str:
    text = desk.browser.get(f"/personnes/{desk.person_id}").get_data(as_text=True)
    return text.replace("\u00a0", " ").replace("&#39;", "'")


def test_a_file_without_documents_says_so_and_offers_to_add_one(desk: Desk) -> None:
    page = file_of(desk)
    assert "Pas encore de document" in page
    assert f"{desk.folder}/ajout" in page


def test_what_is_added_is_read_and_accepted_until_its_last_day(desk: Desk) -> None:
    desk.add("forem", title="attestation d'un an")
    (paper,) = desk.papers()
    assert paper.state == "received"
    page = desk.page(paper)
    assert "Inscription au FOREM" in page
    assert "à relire" in page
    assert "Pas passé à l'antivirus" in page
    ends = today() + timedelta(days=90)
    desk.browser.post(f"{desk.folder}/{paper.id}/acceptation", {"expires_on": ends.isoformat()}, status=303)
    (paper,) = desk.papers()
    assert (paper.state, paper.expires_on) == ("accepted", ends)
    page = file_of(desk)
    assert "Acceptés <small>1</small>" in page


def test_several_files_come_at_once_and_keep_their_order(desk: Desk) -> None:
    desk.add("identity", PHOTO, ("verso.png", picture((50, 30), "PNG")), ("page.pdf", PDF))
    assert [(file.place, file.kind) for file in desk.files()] == [(0, "jpeg"), (1, "jpeg"), (2, "pdf")]
    page = desk.page(desk.papers()[0])
    assert "Image 1 sur 3" in page
    assert "PDF, 1 page" in page
    assert "filigrane « copie »" in page


def test_what_was_asked_for_is_awaited_then_received_in_its_place(desk: Desk) -> None:
    paper = desk.ask("cpas")
    assert "attendu avant" in file_of(desk)
    assert paper.state == "asked"
    sent(desk.browser, f"{desk.folder}/{paper.id}/reception", {}, [("a.pdf", PDF)])
    (paper,) = desk.papers()
    assert (paper.state, paper.pieces) == ("received", 1)


def test_a_refused_document_says_why_and_is_asked_for_again_then_replaced(desk: Desk) -> None:
    desk.add("identity", PHOTO)
    (first,) = desk.papers()
    wanted = (today() + timedelta(days=7)).isoformat()
    desk.browser.post(
        f"{desk.folder}/{first.id}/refus",
        {"reason": "blurred", "comment": "Le numéro ne se lit pas.", "ask_again": "true", "wanted_by": wanted},
        status=303,
    )
    newer, first = desk.papers()
    assert (first.state, first.reason, newer.state, newer.replaces_id) == ("refused", "blurred", "asked", first.id)
    with desk.agent.at_work() as session:
        change = session.scalars(select(StateChange).where(StateChange.transition == "refuse")).one()
        assert change.comment == "Le numéro ne se lit pas."
    assert "flou" in desk.page(first)
    sent(desk.browser, f"{desk.folder}/{newer.id}/reception", {}, [PHOTO])
    assert {paper.state for paper in desk.papers()} == {"refused", "received"}
    desk.browser.post(f"{desk.folder}/{newer.id}/acceptation", status=303)
    assert {paper.state for paper in desk.papers()} == {"replaced", "accepted"}


def test_the_day_on_which_a_document_was_made_outlives_its_acceptance(desk: Desk) -> None:
    day = today() - timedelta(days=3)
    made = day.isoformat()
    desk.add("forem", issued_on=made)
    (paper,) = desk.papers()
    field = re.search(r'<input[^>]*name="issued_on"[^>]*>', desk.page(paper))
    assert field is not None
    assert f'value="{day:%d/%m/%Y}"' in field.group()
    desk.browser.post(f"{desk.folder}/{paper.id}/acceptation", {"issued_on": made}, status=303)
    assert [one.issued_on for one in desk.papers()] == [day]


def test_who_asks_again_without_a_day_is_asked_for_it(desk: Desk) -> None:
    desk.add("identity", PHOTO)
    (paper,) = desk.papers()
    answer = desk.browser.post(f"{desk.folder}/{paper.id}/refus", {"reason": "cut", "ask_again": "true"}, status=422)
    assert "jusqu" in answer.get_data(as_text=True)
    assert desk.papers()[0].state == "received"


def test_one_that_ends_soon_is_to_be_done_until_it_is_asked_for_again(desk: Desk) -> None:
    desk.add("forem")
    (paper,) = desk.papers()
    ends = today() + timedelta(days=6)
    desk.browser.post(f"{desk.folder}/{paper.id}/acceptation", {"expires_on": ends.isoformat()}, status=303)
    assert "expire dans 6 jours" in file_of(desk)
    assert "Redemander" in file_of(desk)
    wanted = (today() + timedelta(days=5)).isoformat()
    desk.browser.post(f"{desk.folder}/{paper.id}/nouvelle-demande", {"wanted_by": wanted}, status=303)
    page = file_of(desk)
    assert "expire dans 6 jours" not in page
    assert "attendu avant" in page
    desk.browser.post(f"{desk.folder}/{paper.id}/nouvelle-demande", {"wanted_by": wanted}, status=409)
    assert len(desk.papers()) == 2, "a second click, or a colleague, asks nobody twice"


def test_of_two_colleagues_who_ask_again_at_once_one_is_told_that_it_is_awaited(
    desk: Desk, federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.add("forem")
    (paper,) = desk.papers()
    desk.browser.post(f"{desk.folder}/{paper.id}/acceptation", status=303)
    again, wanted = (
        f"{desk.folder}/{paper.id}/nouvelle-demande",
        {"wanted_by": (today() + timedelta(days=5)).isoformat()},
    )
    colleague = federation.agent().browser()

    def after_the_colleague(*arguments: Any) -> None:
        monkeypatch.undo()
        asking = Thread(target=colleague.post, args=(again, wanted))
        asking.start()
        asking.join()
        lock_open_file(*arguments)

    monkeypatch.setattr(papers, "lock_open_file", after_the_colleague)
    answer = desk.browser.post(again, wanted | {"why": "pour le dossier"}, status=409)
    assert "pour le dossier" in answer.get_data(as_text=True), "what was typed stands beside it"
    assert [one.state for one in desk.papers()].count("asked") == 1


def test_what_was_signed_elsewhere_is_kept_with_its_scan(desk: Desk) -> None:
    fields = {"kind": "piis", "signed_on": today().isoformat(), "signed_how": "paper", "signed_by": "Sofia et Nadia"}
    sent(desk.browser, f"{desk.folder}/signe-ailleurs", fields, [PHOTO])
    (paper,) = desk.papers()
    assert (paper.state, paper.signed_by, paper.pieces) == ("signed", "Sofia et Nadia", 1)
    assert "signé ailleurs" in file_of(desk)
    tomorrow = (today() + timedelta(days=1)).isoformat()
    sent(desk.browser, f"{desk.folder}/signe-ailleurs", fields | {"signed_on": tomorrow}, [PHOTO], status=422)
    assert len(desk.papers()) == 1


def test_a_decision_is_taken_back(desk: Desk) -> None:
    desk.add("cv")
    (paper,) = desk.papers()
    desk.browser.post(f"{desk.folder}/{paper.id}/acceptation", {"original_seen": "true"}, status=303)
    assert desk.papers()[0].original_seen
    desk.browser.post(f"{desk.folder}/{paper.id}/relecture", status=303)
    (paper,) = desk.papers()
    assert (paper.state, paper.original_seen) == ("received", False)


def test_who_comes_too_late_is_told_where_it_stands(desk: Desk, federation: Federation) -> None:
    desk.add("cv")
    (paper,) = desk.papers()
    colleague = federation.agent().browser()
    colleague.post(f"{desk.folder}/{paper.id}/acceptation", status=303)
    answer = desk.browser.post(f"{desk.folder}/{paper.id}/refus", {"reason": "other", "comment": "tache"}, status=409)
    page = answer.get_data(as_text=True)
    assert "Accepté" in page
    assert "tache" in page, "what was typed stands beside it"
    desk.browser.post(f"{desk.folder}/{paper.id}/acceptation", status=409)


def test_a_removed_document_is_gone_from_the_file_and_from_the_disk(desk: Desk, app: Application) -> None:
    desk.add("cv", ("wrong person.pdf", PDF))
    (paper,) = desk.papers()
    assert lying(app, desk.agent) == {file.id for file in desk.files()}
    desk.browser.post(f"{desk.folder}/{paper.id}/retrait", status=303)
    assert lying(app, desk.agent) == set()
    assert desk.files() == []
    desk.page(paper, status=404)
    assert "Pas encore de document" in file_of(desk)
    with desk.agent.at_work() as session:
        verbs = set(session.scalars(select(AuditEvent.verb).where(AuditEvent.subject_id == paper.id)))
    assert {"paper.receive", "paper.remove"} <= verbs, "that it was there stays on record"


def test_a_form_sent_twice_keeps_one_document(desk: Desk) -> None:
    fields = {"kind": "cv", "_submission": "0" * 32}
    page = desk.browser.get(f"{desk.folder}/ajout").get_data(as_text=True)
    key = page.partition('name="_submission" value="')[2].partition('"')[0]
    for _click in range(2):
        sent(desk.browser, f"{desk.folder}/ajout", fields | {"_submission": key}, [("cv.pdf", PDF)])
    assert len(desk.papers()) == 1


def test_a_closed_file_takes_no_new_document_and_keeps_what_was_typed(desk: Desk) -> None:
    desk.browser.get(f"{desk.folder}/ajout")
    desk.browser.post(f"/personnes/{desk.person_id}/cloture", {"reason": "job"}, status=303)
    answer = sent(
        desk.browser, f"{desk.folder}/ajout", {"kind": "cv", "title": "de juin"}, [("c.pdf", PDF)], status=409
    )
    assert "de juin" in answer.get_data(as_text=True)
    assert desk.papers() == []


def test_the_day_of_the_referent_says_what_is_to_be_read_late_or_ending(desk: Desk) -> None:
    desk.add("cv")
    asked = desk.ask("cpas", days=2)
    desk.add("forem")
    ending = next(paper for paper in desk.papers() if paper.kind == "forem")
    ends = (today() + timedelta(days=20)).isoformat()
    desk.browser.post(f"{desk.folder}/{ending.id}/acceptation", {"expires_on": ends}, status=303)
    with desk.agent.at_work() as session:
        found = {paper.kind for paper, _person in waiting_for(session, desk.agent.membership.id, 9)}
        assert found == {"cv", "forem"}
        with set_to(now() + timedelta(days=4)):
            later = {paper.kind for paper, _person in waiting_for(session, desk.agent.membership.id, 9)}
    assert later == {"cv", "forem", "cpas"}
    page = desk.browser.get("/ma-journee").get_data(as_text=True)
    assert "Un document est arrivé" in page
    assert "Un document expire bientôt" in page
    assert asked.state == "asked"
