"""Every answer that shows a file is on record: also a page with errors, a conflict, and a part of a page."""

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Response, g, request, request_finished, request_started
from sqlalchemy import Column, Engine, func, select, text
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from clais.audit.actions import record, record_reading, write_readings
from clais.audit.models import AuditEvent
from clais.database import ScopedSession
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.parcels import Offer
from clais.exchange.referrals.queries import received_referral
from clais.web.routing import Application
from config.features import METADATA
from support_center.routing import actions as routing
from tests.isolation.canaries import cut
from tests.isolation.pages import crawl, forms_of, starts
from tests.isolation.sendings import LEAVES
from tests.isolation.world import Route, Visitor, World, arguments, routes
from tests.support.federation import Federation
from tests.support.referrals import a_person, a_referral, a_scheme

READERS = ["receptionist", "coordinator"]
"""Between them, these roles open every page of a platform; the centre's need a referral that was sent to it."""
LISTS = {
    "people.search",
    "people.propose",
    "intake.duplicates",
    "intake.register",
    "agenda.propose_people",
    "trail.propose_people",
}
"""Names to choose among: nobody's file is opened yet."""
HIDES_NAMES = {"desk.screen"}
"""What puts initials in the place of the names that are looked for here."""
SHOWN_AS_LISTS = {"caseload.take_away", "day.postpone", "desk.close_day", "desk.enter"}
"""Lists with a form, and one that is taken away: whose names they show is on record, as nobody's file is opened."""
TAKES_AWAY = {"mistakes.set_intake_aside", "mistakes.set_note_aside", "mistakes.set_contact_aside"}
"""What is not there for the forms that come after: it is sent last. A form about it gives back what was typed alone."""
PART = {"HX-Request": "true"}
MARK = "DOSSIER"


@cache
def tables_of_a_file() -> set[str]:
    """The tables whose rows are somebody's: those that lead to a person by their foreign keys."""
    found = {"person", "participant", "referral"}
    for table in METADATA.sorted_tables:
        if {key.column.table.name for key in table.foreign_keys} & found:
            found.add(table.name)
    return found


MARKS = {f"{MARK}-{table}-" for table in tables_of_a_file()}


def mark(column: Column[Any]) -> str:
    """A text of one's own that says where it comes from."""
    return cut(f"{MARK}-{column.table.name}-{column.name}", column)


@pytest.fixture(scope="module", autouse=True)
def _numbered(app: Application) -> Iterator[None]:
    """Requests say their number, as a server's do."""

    def begin(_app: object, **_extra: object) -> None:
        g.request_id = uuid4().hex

    def end(_app: object, response: Response, **_extra: object) -> None:
        response.headers["X-Request-Id"] = g.request_id

    with request_started.connected_to(begin, app), request_finished.connected_to(end, app):
        yield


@pytest.fixture
def marked(app: Application, engine: Engine, superuser: Engine) -> World:
    """A world of one's own, whose texts can be told on a page."""
    return World(Federation(app, engine), superuser, mark)


@pytest.fixture(scope="module")
def read_world(app: Application, engine: Engine, superuser: Engine) -> World:
    """Such a world that tests look at, and add to."""
    return World(Federation(app, engine), superuser, mark)


def shows_a_file(answer: TestResponse) -> bool:
    """Whether something of a person stands in an answer."""
    body = answer.get_data(as_text=True)
    return any(found in body for found in MARKS)


def is_on_record(world: World, answer: TestResponse, about: Collection[UUID], *, as_list: bool = False) -> bool:
    """Whether the trail has a row of this very request that names the person, or the subject about them; for a list,
    one in which they are among the people whom it showed.
    """
    answer.close()  # As a server does once the answer has left.
    with world.looking() as connection:
        rows = connection.execute(
            text(
                "SELECT count(*) FROM audit_event WHERE request_id = :request "
                "AND (person_id = ANY(:about) OR subject_id = ANY(:about) OR :as_list AND listed && :about)"
            ),
            {"request": answer.headers["X-Request-Id"], "about": list(about), "as_list": as_list},
        )
        return bool(rows.scalar_one())


Answers = Iterable[tuple[str, TestResponse]]


def unrecorded(world: World, answers: Answers, about: Collection[UUID]) -> list[str]:
    """The answers that show a file and of which the trail knows nothing."""
    return sorted(
        {
            f"{where}: {answer.status_code}"
            for where, answer in answers
            if shows_a_file(answer) and not is_on_record(world, answer, about, as_list=where in SHOWN_AS_LISTS)
        }
    )


def own_person(world: World) -> list[UUID]:
    """The one person of the platform."""
    return [world.own.ids["person"]]


def pages_of(world: World, visitor: Visitor, chosen: Collection[str]) -> tuple[str, ...]:
    """The pages at the addresses of the chosen routes."""
    seed = world.seed_of(visitor.role)
    return tuple(
        route.path(visitor.slug, arguments(route, seed, seed.ids["person"]))
        for route in routes(world.app)
        if route.method == "GET" and route.rule.endpoint in chosen
    )


def sendings(
    world: World, visitor: Visitor, chosen: Collection[str] | None = None
) -> Iterator[tuple[str, TestResponse]]:
    """Every form, or those chosen: empty, late and filled in, as a page and a part of one; first what ends nothing."""
    seed = world.seed_of(visitor.role)
    start = starts(world, visitor) if chosen is None else pages_of(world, visitor, chosen)
    met = forms_of(crawl(visitor, start=start, limit=len(start) if chosen else None, partials=False, views=1))
    filled = {path.partition("?")[0]: form.filled() for path, form in met.items()}
    scheme = f"?scheme={world.centre.ids['scheme']}"
    for more in ({"_empty": "yes"}, {"_version": "0"}, {}):
        for route in sorted(routes(world.app), key=lambda one: one.rule.endpoint in TAKES_AWAY):
            endpoint = route.rule.endpoint
            if (
                route.method != "POST"
                or endpoint in LISTS | HIDES_NAMES | LEAVES
                or (endpoint in TAKES_AWAY and more == {"_version": "0"})
                or not world.may(visitor.role, route.permission or "")
            ):
                continue
            if chosen is not None and endpoint not in chosen:
                continue
            path = route.path(visitor.slug, arguments(route, seed, seed.ids["person"]))
            data = {} if "_empty" in more else filled.get(path, {}) | more | {"_submission": str(uuid4())}
            for headers in ({}, PART):
                asked = path + scheme if endpoint.startswith("referrals.") else path
                answer = visitor.ask("POST", asked, data, headers)
                yield endpoint, answer
                if answer.status_code in {303, 204}:
                    # What was done is said on the page that follows; it names the person, and is on record as done.
                    visitor.ask("GET", "/ou-travailler")


@pytest.mark.parametrize("role", READERS)
def test_an_answer_to_a_form_that_shows_a_file_is_on_record(role: str, marked: World) -> None:
    assert unrecorded(marked, sendings(marked, marked.visitor(role)), own_person(marked)) == []


def test_a_reading_that_is_rolled_back_with_the_work_is_found(marked: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_the_work(session: ScopedSession, person_id: UUID, verb: str = "person.read", **_more: object) -> None:
        record(session, verb, "person", person_id, person_id=person_id)

    for place in ("referrals.views.referrals", "people.views.card", "orientation.lookups"):
        monkeypatch.setattr(f"tenants.{place}.record_reading", with_the_work)
    chosen = {"referrals.message", "people.edit", "orientation.edit_bilan"}
    found = unrecorded(marked, sendings(marked, marked.visitor("coordinator"), chosen), own_person(marked))
    assert {"referrals.message: 422", "people.edit: 409", "orientation.edit_bilan: 409"} <= set(found)


def received_answers(visitor: Visitor, referral_id: UUID, participant_id: UUID | None) -> Answers:
    """The forms of a received referral, and of the record opened from it, with what they do not take."""
    page = f"/{visitor.slug}/a-traiter/{referral_id}"
    yield "message", visitor.ask("POST", f"{page}/messages", {"text": ""})
    yield "refus", visitor.ask("POST", f"{page}/refus", {})
    yield "acceptation", visitor.ask("POST", f"{page}/acceptation", {"accept-place": str(uuid4())})
    if participant_id is not None:
        record_page = f"/{visitor.slug}/participants/{participant_id}"
        yield "suivi", visitor.ask("POST", f"{record_page}/suivi", {"text": "x" * 2000})
        yield "place", visitor.ask("POST", f"{record_page}/place", {"place": str(uuid4())})


def check_received(world: World) -> tuple[list[str], set[int]]:
    """The answers about a referral that the centre shows without a record, before and after acceptance, by status."""
    agent, officer = world.federation.agent(), world.federation.officer()
    world.members["support_officer"] = officer
    scheme, seats = a_scheme(officer)
    facts = (
        Offer("name", "Nom", {"family_name": "Marchetti", "given_names": "Sofia"}, f"{MARK}-person-name"),
        Offer("phone", "Téléphone", "+32470123456", f"{MARK}-person-phone"),
    )
    referral = a_referral(agent, a_person(agent), scheme, seats, offers=facts, ticked=("name", "phone"))
    visitor = world.visitor("support_officer")
    answers = [*received_answers(visitor, referral.id, None)]
    with officer.at_work() as session:
        received = received_referral(session, referral.id)
        assert received is not None
        referral_actions.move(session, officer.actor, received, "receive")
        participant = routing.accept(session, officer.actor, received, officer.federation.keyring)
    answers += received_answers(visitor, referral.id, participant.id)
    assert all(shows_a_file(answer) for _where, answer in answers)
    statuses = {answer.status_code for _where, answer in answers}
    return unrecorded(world, answers, [referral.id, participant.id]), statuses


def test_a_parcel_shown_beside_a_mistake_is_on_record(read_world: World) -> None:
    assert check_received(read_world) == ([], {409, 422})


def test_a_parcel_shown_without_a_trace_is_found(read_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clais.web.routing.write_readings", lambda _session: None)
    assert len(check_received(read_world)[0]) == 5


def check_header(world: World, visitor: Visitor, chosen: Iterable[Route]) -> list[str]:
    """The pages whose reading is on record when a browser asks for them, and not when it says that it is htmx."""
    seed, problems = world.seed_of(visitor.role), []
    for route in chosen:
        if route.method != "GET" or not world.may(visitor.role, route.permission or ""):
            continue
        path = route.path(visitor.slug, arguments(route, seed, seed.ids["person"]))
        whole, part = visitor.ask("GET", path), visitor.ask("GET", path, headers=PART)
        about = own_person(world)
        if is_on_record(world, whole, about) and shows_a_file(part) and not is_on_record(world, part, about):
            problems.append(route.rule.endpoint)
    return problems


def test_no_header_switches_the_record_off(read_world: World) -> None:
    assert check_header(read_world, read_world.visitor("coordinator"), routes(read_world.app)) == []


def test_a_record_that_a_header_switches_off_is_found(read_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def unless_asked(session: ScopedSession, person_id: UUID) -> None:
        if request.headers.get("HX-Request") != "true":
            record_reading(session, person_id)

    monkeypatch.setattr("tenants.orientation.lookups.record_reading", unless_asked)
    chosen = [route for route in routes(read_world.app) if route.rule.endpoint == "orientation.bilan"]
    assert check_header(read_world, read_world.visitor("coordinator"), chosen) == ["orientation.bilan"]


def away(_session: ScopedSession) -> None:
    """The database goes away."""
    raise OperationalError("INSERT", None, Exception("gone"))


def test_what_cannot_be_put_on_record_is_not_shown(read_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = read_world.visitor("coordinator")
    page = f"/{visitor.slug}/relais/{read_world.own.ids['referral']}"
    assert shows_a_file(visitor.ask("POST", f"{page}/messages", {"text": ""}))
    monkeypatch.setattr("clais.web.routing.write_readings", away)
    for answer in (visitor.ask("GET", page), visitor.ask("POST", f"{page}/messages", {"text": ""})):
        assert answer.status_code == 503
        assert not shows_a_file(answer)


@pytest.mark.parametrize(("fault", "status"), [(OperationalError("SELECT", None, Exception()), 503), (KeyError(), 500)])
def test_after_a_fault_nothing_more_is_asked_of_the_database(
    read_world: World, monkeypatch: pytest.MonkeyPatch, fault: Exception, status: int
) -> None:
    tried: list[ScopedSession] = []

    def fail(*_given: object) -> None:
        raise fault

    monkeypatch.setattr("clais.web.routing.write_readings", tried.append)
    monkeypatch.setattr("tenants.referrals.views.referrals.queries.thread", fail)
    visitor = read_world.visitor("coordinator")
    assert visitor.ask("GET", f"/{visitor.slug}/relais/{read_world.own.ids['referral']}").status_code == status
    assert tried == []


def test_a_reading_is_written_once_and_again_after_a_rollback(federation: Federation) -> None:
    agent = federation.agent()
    person = a_person(agent)
    with agent.at_work() as session:
        for _time in range(2):
            record_reading(session, person.id)
            write_readings(session)
            session.flush()
            session.rollback()
        write_readings(session)
    with agent.at_work() as session:
        rows = select(func.count()).select_from(AuditEvent).where(AuditEvent.person_id == person.id)
        assert session.scalar(rows) == 1
