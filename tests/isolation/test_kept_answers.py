"""What was typed in any form of the house is given back after its session ended: to its author, and in its place."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from clais.clock import today
from clais.exchange.publications.models import SchemeSession
from clais.feature.pages import SIGNED_IN
from clais.forms.form import Form
from clais.web.context import SESSION_COOKIE
from clais.web.kept import CODE
from clais.web.routing import ONLY_A_CLICK
from support_center.presence.forms import cell_key
from support_center.presence.rules.timetable import half_days_of_session
from support_center.routing.views.sessions import STEPS
from tenants.documents.models import Paper
from tests.isolation.pages import FormOnPage, Page
from tests.isolation.parties import Sent, sent_in, under_way_in
from tests.isolation.sendings import WRITERS, Filled, unsafe
from tests.isolation.test_unknown_fields import endpoint_of, further, takes_fields
from tests.isolation.world import Route, Visitor, World, routes
from tests.support.documents import Desk
from tests.support.eligibility import someone_spotted
from tests.support.federation import Member
from tests.support.file_transfers import looked_at
from tests.support.file_transfers import offered as offered_file
from tests.support.markup import Attributes
from tests.support.offers import an_offered_seat
from tests.support.referrals import a_person, an_incomplete_referral, three_referrals
from tests.tenants.desk.visits import comes, directed

MARK = "Zq gardé"
"""What is typed into every field that takes a text."""
ASKED_BY_A_SCRIPT = {
    "adoption.shown_questions",
    "agenda.propose_people",
    "day.mark_seen",
    "desk.known",
    "desk.propose",
    "follow_up.keep_contact_correction",
    "follow_up.keep_draft",
    "follow_up.keep_note_correction",
    "follow_up.resume_contact_correction",
    "follow_up.resume_draft",
    "follow_up.resume_note_correction",
    "intake.duplicates",
    "orientation.occupations",
    "orientation.save_answer",
    "people.localities",
    "people.number_says",
    "people.propose",
    "questionnaires.municipalities",
    "questionnaires.occupations",
    "questionnaires.person_answers",
    "questionnaires.save_answer",
    "routing.propose",
    "self_assessments.save_answer",
    "trail.propose_people",
}
"""They answer with a part of a page, while one types or clicks: what was typed never leaves its place."""
NOT_DRAWN: dict[str, set[str]] = {
    # A question on the tablet stands in a session that was handed over: see test_tablet_locked.py of questionnaires.
    # What was proposed for several newcomers at once is a button: nothing is typed.
    "coordinator": {
        "file_transfers.letter",
        "follow_up.remove_contact",
        "people.stages",
        "questionnaires.ask",
        "referrals.letter",
        "team.newcomers_as_proposed",
    },
    "support_officer": {"catalogue.close_session", "referrals.message", "routing.release"},
    "federation_admin": set(),
}
"""The routes that take fields of which no page of these walks shows a form with a text. This list only becomes shorter.
"""
BESIDE = {
    "account.language",
    "agenda.propose_people",
    "agenda.take_step",
    "catalogue.search",
    "desk.close_day",
    "eligibility.answer",
    "eligibility.set_aside",
    "exchange_practice.words",
    "follow_up.remove_contact",
    "follow_up.search_notes",
    "people.referent",
    "people.search",
    "practice.documents",
    "practice_desk.documents",
    "referrals.search_catalogue",
    "trail.search",
    "trail.propose_people",
}
"""Forms of one field or one button, whose page is not drawn again: what was typed stands beside a button."""


def sealed_on(page: str) -> str:
    """What a page holds of a form that was kept; empty when it holds nothing."""
    found = re.search(r'name="_kept" value="([^"]+)"', page)
    return found[1] if found else ""


def typed_into(form: FormOnPage) -> dict[str, Any]:
    """The form filled in, with a mark in each field that takes a text."""
    given = form.filled()
    for control in form.fields:
        takes_text = control.kind in {"text", "textarea", "search"} and not control.attributes.get("inputmode")
        if control.name in given and takes_text and "date" not in control.name:
            given[control.name] = f"{MARK} {control.name}"
    return given


@contextmanager
def away(visitor: Visitor) -> Iterator[str]:
    """Without the session, as after a sign-out in another tab; the open pages hold its token."""
    token = visitor.csrf
    visitor.client.delete_cookie(SESSION_COOKIE)
    yield token
    assert visitor.token is not None
    visitor.client.set_cookie(SESSION_COOKIE, visitor.token)


def texts(form: FormOnPage, given: dict[str, Any]) -> dict[str, str]:
    """What was typed, without codes and without what the page carries."""
    carried = {control.name for control in form.fields if control.kind == "hidden"}
    return {name: value for name, value in given.items() if name not in carried and not CODE.fullmatch(value)}


class Drawn(Page):
    """A page with what stands in its large fields."""

    _large = False

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        super().handle_starttag(tag, attrs)
        self._large = tag == "textarea" and self._form is not None

    def handle_data(self, data: str) -> None:
        if self._large and self._form is not None:
            self._form.fields[-1].value += data

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag(tag)
        self._large = False


def drawn(answer: TestResponse, path: str) -> list[FormOnPage]:
    """The forms of an answer."""
    page = Drawn(path)
    page.feed(answer.get_data(as_text=True))
    return page.forms


def in_place(page: FormOnPage, given: dict[str, str]) -> bool:
    """Whether a form holds each text in the field where it was typed."""
    held = {control.name: unescape(control.value).strip() for control in page.fields}
    return all(held.get(name) == value for name, value in given.items())


def check_form(world: World, visitor: Visitor, form: FormOnPage) -> Iterator[str]:
    """Send a form without a session and come back: what is wrong."""
    endpoint = endpoint_of(world, form.method, form.path)
    given = typed_into(form)
    with away(visitor) as token:
        answer = visitor.client.post(form.path, data={"csrf_token": token, **given})
    sealed = sealed_on(answer.get_data(as_text=True))
    if answer.status_code != 401:
        yield f"{endpoint}: {answer.status_code} without a session"
    if MARK in answer.get_data(as_text=True):
        yield f"{endpoint}: what was typed can be read by whoever sits there"
    if not sealed:
        yield f"{endpoint}: nothing is kept"
        return
    back = visitor.ask("POST", form.path, {"_kept": sealed})
    again = [
        found for found in drawn(back, form.path) if found.path == form.path and in_place(found, texts(form, given))
    ]
    if back.status_code not in {200, 409}:
        yield f"{endpoint}: {back.status_code} on the way back"
    if not again and (endpoint in BESIDE or back.status_code == 409):
        page = unescape(back.get_data(as_text=True))
        again = [form] if all(value in page for value in texts(form, given).values()) else []
    if not again:
        yield f"{endpoint}: not in its place"


@pytest.mark.parametrize("role", WRITERS)
def test_every_form_gives_back_what_was_typed_when_its_session_had_ended(
    role: str, world: World, filled: Filled, sent: Sent, municipality: str
) -> None:
    visitor, forms = filled(role)
    lived = forms_of_a_life(sent, visitor, municipality)
    every = forms | {form.path: form for form in lived if form.method == "POST"}
    kept = [form for form in every.values() if is_kept(world, form)]
    assert [problem for form in kept for problem in check_form(world, visitor, form)] == []
    met = {endpoint_of(world, form.method, form.path) for form in kept}
    asked = {
        route.rule.endpoint
        for route in unsafe(world, visitor)
        if takes_fields(visitor, route) and route.permission != SIGNED_IN and not is_only_a_click(world, route)
    }
    asked = {endpoint for endpoint in asked if not endpoint.startswith("api_")} - ASKED_BY_A_SCRIPT
    assert asked - met == NOT_DRAWN[role]


def forms_of_a_life(sent: Sent, visitor: Visitor, municipality: str) -> Iterator[FormOnPage]:
    """The forms of pages that a walk over seeded rows does not meet: a note of one's own, a referral under way."""
    paths = {path for method, path, _given in further(sent, visitor, municipality) if method == "POST"}
    if visitor.role == "coordinator":
        person = a_person(sent.agent, "Lenoir", "Paul")
        paths.add(visitor.address("orientation.new_bilan", person_id=person.id))
        paths.add(visitor.address("documents.show", person_id=person.id, paper_id=to_be_read(sent.agent, person.id).id))
        spotted, held = someone_spotted(sent.officer, sent.agent)
        paths.add(visitor.address("referrals.choose", person_id=spotted.id))
        paths.add(visitor.address("eligibility.spotting", session_id=held.id) + "?whose=all")
        placed, _waiting, _under_way = three_referrals(sent.agent, sent.officer)
        paths.add(visitor.address("referrals.show", referral_id=placed.id))
        offered = an_offered_seat(sent.agent, sent.officer)
        paths.add(visitor.address("referrals.show", referral_id=offered.id))
        asked = an_incomplete_referral(sent.agent, sent.officer)
        paths.add(visitor.address("referrals.show", referral_id=asked.id))
        there = sent.world.federation.other_agent()
        arriving = offered_file(there, a_person(there, "Kaya", "Ines"), sent.agent.tenant)
        looked_at(sent.agent, arriving)
        paths.add(visitor.address("file_transfers.show", referral_id=arriving.id))
        paths.add(visitor.address("file_transfers.offer", person_id=person.id))
        visit = comes(sent.agent)
        directed(sent.agent, visit)
        paths.add(visitor.address("desk.slip", visit_id=visit.id))
    if visitor.role == "support_officer":
        session_id = sent.seats.id
        paths.add(visitor.address("routing.show", referral_id=sent.referral.id))
        new = sent_in(sent.world).referral.id
        visitor.ask("POST", visitor.address("routing.step", referral_id=new, noun="reception"))
        paths.add(visitor.address("routing.show", referral_id=new))
        a_scheme_session(sent)
        running = under_way_in(sent.world)
        said = half_days_of_session(today() - timedelta(days=7), today(), "du lundi au dimanche")[0]
        grid = visitor.address("presence.grid", session_id=running.seats.id)
        paths.add(f"{grid}?demi={said.code}&case={cell_key(running.participant_id, said)}")
        paths.add(visitor.address("routing.participant", participant_id=sent.participant_id))
        paths.add(visitor.address("routing.group_note", session_id=session_id))
        paths.update(visitor.address("routing.group", session_id=session_id, noun=noun) for noun in STEPS)
    for path in sorted(paths):
        answer = visitor.ask("GET", path)
        if answer.status_code == 200:
            yield from drawn(answer, path)


def to_be_read(agent: Member, person_id: UUID) -> Paper:
    """A document that has come, and was not answered yet."""
    desk = Desk(agent, person_id)
    desk.add("cv")
    return desk.papers()[0]


def a_scheme_session(sent: Sent) -> None:
    """Another session of the scheme: someone with a seat may be given one there."""
    with sent.officer.at_work() as session:
        first = session.get_one(SchemeSession, (sent.seats.owner_tenant_id, sent.seats.id))
        facts = ("owner_tenant_id", "basin_id", "scheme_id", "starts_on", "ends_on", "closes_on", "place", "seats")
        session.add(SchemeSession(**{name: getattr(first, name) for name in facts}))


def is_only_a_click(world: World, route: Route) -> bool:
    """Whether the view takes no field at all."""
    return hasattr(world.app.view_functions[route.rule.endpoint], ONLY_A_CLICK)


def is_kept(world: World, form: FormOnPage) -> bool:
    """Whether the form asks for a permission, and holds more than one button."""
    endpoint = endpoint_of(world, form.method, form.path)
    route = next(route for route in routes(world.app) if route.rule.endpoint == endpoint and route.method == "POST")
    names = {name for name in form.filled() if not name.startswith("_")}
    return route.permission != SIGNED_IN and bool(names)


def test_a_form_that_forgets_what_was_typed_is_found(standing_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world, visitor = standing_world, standing_world.visitor("coordinator")
    page = visitor.address("partners.new")
    form = next(form for form in drawn(visitor.ask("GET", page), page) if form.path == page)
    assert list(check_form(world, visitor, form)) == []
    monkeypatch.setattr(Form, "input_value", lambda *_given: "")
    assert list(check_form(world, visitor, form)) == ["partners.new: not in its place"]
