"""A request that is declined or closed: nothing is drawn or sent for it, and what was written is forgotten."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from clais.exchange.quality.jobs import FORGET_DRAFTS
from clais.exchange.quality.models import QualityRequest
from clais.exchange.quality.queries import summaries_of
from clais.web.routing import Application
from clais.workflow import Refused
from support_center.quality.actions import close
from tenants.people.models import Person
from tenants.quality import actions
from tests.support.federation import Federation, Member
from tests.support.quality import (
    WORDS,
    a_coordinator,
    a_draw,
    a_request,
    a_supervisor,
    all_written,
    asked_of,
    draws,
    files_with_a_contact,
    sent,
)
from tests.support.work import run_due


def closed(supervisor: Member, request: QualityRequest, patience: str = "0") -> None:
    with supervisor.at_work() as session:
        session.execute(text(f"SET LOCAL lock_timeout = '{patience}'"))
        close(session, supervisor.actor, session.get_one(QualityRequest, (request.tenant_id, request.id)))


def test_a_request_can_be_declined_with_a_reason_and_is_drawn_no_more(federation: Federation) -> None:
    supervisor, coordinator = a_supervisor(federation), a_coordinator(federation)
    request = a_request(supervisor)
    browser = coordinator.browser()
    browser.post(f"/supervision/{request.id}/refus", {"refusal": "Écrivez à p@example.be"}, status=422)
    browser.post(f"/supervision/{request.id}/refus", {"refusal": "Trop peu de suivis en ce moment."}, status=303)
    assert "Trop peu de suivis" in supervisor.browser().get(f"/qualite/{request.id}").get_data(as_text=True)
    with pytest.raises(Refused, match="wrong_state"):
        a_draw(coordinator, request)
    assert "Supervision" not in browser.get("/ma-journee").get_data(as_text=True).partition("<main")[2]


def test_the_reason_for_declining_tells_of_no_drawn_file_nor_of_one_that_was_replaced(federation: Federation) -> None:
    supervisor, coordinator = a_supervisor(federation), a_coordinator(federation)
    files_with_a_contact(coordinator, 7)
    request = a_request(supervisor)
    a_draw(coordinator, request)
    browser = coordinator.browser()
    browser.post(f"/supervision/dossiers/{draws(coordinator)[0].id}/remplacement", {"replaced_because": "x"})
    with coordinator.at_work() as session:
        names = [session.get_one(Person, (row.tenant_id, row.person_id)).family_name for row in draws(coordinator)]
    assert len(set(names)) == 2
    path = f"/supervision/{request.id}/refus"
    for name in names:
        page = browser.post(path, {"refusal": f"{name} ne veut pas."}, status=422).get_data(as_text=True)
        assert name in page.split('id="field-refusal-error"')[1].partition("</p>")[0]
    assert asked_of(coordinator, request).state == "drawn"
    browser.post(path, {"refusal": "Une personne ne veut pas."}, status=303)
    page = supervisor.browser().get(f"/qualite/{request.id}").get_data(as_text=True)
    assert "Une personne ne veut pas" in page
    assert not any(name in page for name in names)


def test_a_closed_request_is_neither_drawn_nor_answered(federation: Federation) -> None:
    supervisor, coordinator = a_supervisor(federation), a_coordinator(federation)
    files_with_a_contact(coordinator, 5)
    request = a_request(supervisor)
    closed(supervisor, request)
    with pytest.raises(Refused, match="wrong_state"):
        a_draw(coordinator, request)
    coordinator.browser().post(f"/supervision/{request.id}/tirage", status=409)


def test_what_was_written_for_a_request_that_is_closed_is_forgotten(federation: Federation, app: Application) -> None:
    supervisor, coordinator = a_supervisor(federation), a_coordinator(federation)
    files_with_a_contact(coordinator, 12)
    request, other = a_request(supervisor), a_request(supervisor)
    for one in (request, other):
        a_draw(coordinator, one)
        all_written(coordinator, one)
    run_due(app, FORGET_DRAFTS)
    assert all(row.is_written for row in draws(coordinator))
    closed(supervisor, request)
    run_due(app, FORGET_DRAFTS)
    texts = {row.quality_request_id: (row.asked, row.done, row.hard, row.otherwise) for row in draws(coordinator)}
    assert texts == {request.id: (None,) * 4, other.id: tuple(WORDS.values())}


def test_nothing_is_sent_or_written_once_the_request_was_closed_at_the_same_moment(federation: Federation) -> None:
    supervisor, coordinator = a_supervisor(federation), a_coordinator(federation)
    files_with_a_contact(coordinator, 6)
    request = a_request(supervisor)
    a_draw(coordinator, request)
    all_written(coordinator, request)
    read_before = asked_of(coordinator, request)
    closed(supervisor, request)
    with pytest.raises(Refused, match="wrong_state"):
        sent(coordinator, read_before)
    with pytest.raises(Refused, match="wrong_state"):
        all_written(coordinator, request)
    with supervisor.at_work() as session:
        assert summaries_of(session, request) == []


def test_who_closes_a_request_waits_for_who_sends(federation: Federation) -> None:
    supervisor, coordinator = a_supervisor(federation), a_coordinator(federation)
    files_with_a_contact(coordinator, 6)
    request = a_request(supervisor)
    a_draw(coordinator, request)
    all_written(coordinator, request)
    asked = asked_of(coordinator, request)
    with coordinator.at_work() as sending:
        actions.send(sending, coordinator.actor, asked)
        with pytest.raises(OperationalError, match="lock timeout"):
            closed(supervisor, request, patience="1ms")
    closed(supervisor, request)
    with supervisor.at_work() as session:
        assert len(summaries_of(session, request)) == 1
