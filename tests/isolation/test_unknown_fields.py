"""Forms, the API and the administration refuse fields that they did not offer, and store nothing of them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import request
from marshmallow import EXCLUDE, INCLUDE
from werkzeug.exceptions import BadRequest
from werkzeug.test import TestResponse

from clais.clock import today
from clais.feature.pages import PUBLIC
from clais.forms import formdata
from clais.forms.formdata import UnknownFields
from clais.forms.schemas import Schema
from tenants.follow_up.actions import note_contact, write_note
from tenants.people.models import Person
from tenants.practice.actions import ask
from tests.isolation.canaries import every_schema, holding
from tests.isolation.parties import Sent
from tests.isolation.sendings import WRITERS, Filled, Sending, fresh, send, sendings, unsafe
from tests.isolation.test_referrals import routes_about_the_person
from tests.isolation.world import ANONYMOUS, Route, Visitor, World, routes
from tests.support.contracts import a_contract, evaluations_of
from tests.support.documents import Desk
from tests.support.exits import checks_of, someone_gone
from tests.support.federation import Member
from tests.support.file_transfers import looked_at, offered
from tests.support.instruments import a_centre
from tests.support.obstacles import an_obstacle
from tests.support.pauses import a_pause
from tests.support.quality import a_drawn_file
from tests.support.questionnaires import begun_with
from tests.support.referrals import a_person
from tests.support.self_assessments import adopted_by, an_instrument, begun_by
from tests.tenants.desk.visits import comes

EDITED = {"admin_tenants.edit_view", "admin_municipalities.edit_view"}
"""What the administration opens."""
OF_THE_CENTRE = ("routing.", "catalogue.")
"""What a platform's people find nothing at, whatever they may do."""

PROTECTED = (
    "tenant_id",
    "id",
    "role",
    "version",
    "state",
    "stage",
    "consent",
    "consent_until",
    "withdrawn_at",
    "to_tenant_id",
    "owner_tenant_id",
    "user_id",
    "membership_id",
    "administers",
    "permissions",
    "seats_taken",
    "referent_id",
    "created_at",
)
"""Columns that an answer may not set: a form that offers one of them under this very name says so on the page."""
OFFERED = {"referent_id", "consent"}
"""Names that are questions of a form in their own right."""


@contextmanager
def refusals() -> Iterator[list[str]]:
    """The routes that refuse a form because of one of its fields, and for no other reason."""
    met: list[str] = []

    def noting(error: UnknownFields, *given: Any) -> None:
        met.append(str(request.endpoint))
        BadRequest.__init__(error, *given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(UnknownFields, "__init__", noting, raising=False)
        yield met


def endpoint_of(world: World, method: str, path: str) -> str:
    """The view behind an address."""
    found: tuple[str, object] = world.app.url_map.bind("localhost").match(path.partition("?")[0], method=method)
    return found[0]


def named_in(answer: TestResponse, names: Iterable[str]) -> bool:
    """Whether the API says of one of the fields that it does not know it."""
    return answer.status_code == 422 and answer.is_json and bool(set(names) & set((answer.json or {})["errors"]))


def check_mass_assignment(world: World, visitor: Visitor, sent: Iterable[Sending]) -> tuple[list[str], set[str]]:
    """Send fields that nobody offered: the routes that took them or stored their value, and those that refused them."""
    problems, refused = [], set()
    # One beginning for all values, so that one look at a table finds any of them.
    mark, planted = uuid4().hex[:8], 0
    for method, path, data in sent:
        endpoint = endpoint_of(world, method, path)
        names = [name for name in PROTECTED if name not in data and name not in OFFERED]
        for some in (names, [names[planted % len(names)]]):
            markers = {name: f"{mark}{str(uuid4())[8:]}" for name in some}
            planted += len(markers)
            with refusals() as met:
                answer = send(visitor, method, path, data | fresh(data) | markers)
            if (answer.status_code == 400 and met == [endpoint]) or named_in(answer, some):
                refused.add(endpoint)
            elif answer.status_code < 400:
                problems.append(f"{method} {path} {some}: {answer.status_code}")
    with world.looking() as connection:
        problems += [f"a planted value stands in {place}" for place in holding(connection, mark)]
    return problems, refused


def transfers_to(sent: Sent, visitor: Visitor) -> Iterator[Sending]:
    """Acts on files that another platform offers: one that nobody looked at, and one to take over."""
    there, here = sent.world.federation.other_agent(), sent.world.member("coordinator")
    asked, looked = (offered(there, a_person(there, name, "Ines"), here.tenant) for name in ("Kaya", "Kowalska"))
    looked_at(here, looked)
    yield "POST", visitor.address("file_transfers.look", referral_id=asked.id), {}
    for view in ("message", "refuse", "take_over", "plan"):
        yield "POST", visitor.address(f"file_transfers.{view}", referral_id=looked.id), {}


def further(sent: Sent, visitor: Visitor, municipality: str) -> Iterator[Sending]:
    """What a walk over seeded rows does not meet: acts on a referral under way, a note of one's own, open data, an
    instrument to adopt, a question to the centre.
    """
    if visitor.role == "federation_admin":
        yield "POST", f"{visitor.address('admin_municipalities.edit_view')}?id={municipality}", {}
    if visitor.role == "support_officer":
        yield from about_participants(sent, visitor)
    if visitor.role == "coordinator":
        person = {"person_id": sent.world.own.ids["person"]}
        for view in ("compose", "letter"):
            yield "POST", f"{visitor.address(f'referrals.{view}', **person)}?scheme={sent.seats.scheme_id}", {}
        yield "POST", visitor.address("referrals.fact", **person, code="phone"), {}
        yield "POST", visitor.address("eligibility.answer", **person, code="weekends"), {}
        yield "POST", visitor.address("eligibility.set_aside", **person, session_id=sent.seats.id), {}
        yield from (*transfers_to(sent, visitor), ("POST", visitor.address("orientation.save_answer", **person), {}))
        views = ("follow_up.keep_draft", "follow_up.resume_draft")
        yield from (("POST", visitor.address(view, **person, which="note"), {}) for view in views)
        for view in ("people.hand_several", "tags.put", "invitations.invite"):
            yield "POST", f"{visitor.address(view)}?people={person['person_id']}", {}
        yield "POST", f"{visitor.address('caseload.keep_view')}?stage=closed", {}
        author = sent.world.member("coordinator")
        with author.at_work() as session:
            file = session.get_one(Person, (author.tenant.id, person["person_id"]))
            note = write_note(session, file, author.actor, text="À corriger", note_class="fact")
            session.flush()
            contact = note_contact(session, file, author.actor, channel="phone", outcome="reached", happened_on=today())
            session.flush()
        yield from corrections_of(visitor, note.id, contact.id)
        mistaken = (
            visitor.address("mistakes.set_note_aside", note_id=note.id),
            visitor.address("mistakes.set_contact_aside", contact_id=contact.id),
            visitor.address("mistakes.set_file_aside", person_id=a_person(author, "Renard", "Luce").id),
        )
        yield from (("POST", address, {}) for address in mistaken)
        pair = {"person_id": person["person_id"], "other_id": a_person(author, "Renard", "Lucie").id}
        for view in ("compare", "tell_apart"):
            yield "POST", visitor.address(f"merging.{view}", **pair), {"_version": "1-1"}
        centre = a_centre(sent.world.federation, code=f"bilan_{uuid4().hex[:8]}")
        centre.publish(today())
        yield "POST", visitor.address("adoption.ask_exception", instrument_id=centre.instrument), {}
        with author.at_work() as session:
            asked = ask(session, author.actor, sent.world.federation.support_centre.id, "Qui signe le plan ?")
        yield "POST", visitor.address("practice.ask_again", question_id=asked.id), {}
        filling = begun_with(sent.world.federation, author, a_person(author, "Renard", "Luc").id)
        yield "POST", visitor.address("questionnaires.send", person_id=filling.person_id, filling_id=filling.id), {}
        here = {"version_id": filling.instrument_version_id}
        yield "POST", visitor.address("adoption.adapt", **here, item_id="raconte"), {}
        for view in ("own_section", "trial", "shown_questions"):
            yield "POST", visitor.address(f"adoption.{view}", **here), {}
        yield "POST", visitor.address("adoption.own_question", **here, section_id="situation"), {}
        yield "POST", visitor.address("adoption.edit_question", **here, item_id="p_permis"), {}
        yield from papers_of(author, visitor)
        drawn = a_drawn_file(author)
        for view in ("summary", "draw_again"):
            yield "POST", visitor.address(f"quality.{view}", quality_draw_id=drawn.id), {}
        yield from about_contracts(author, visitor)
        stranger = comes(author)
        yield "POST", visitor.address("desk.register", visit_id=stranger.id), {}
        yield from about_standing_still(author, visitor)
        assessed = begun_by(author, adopted_by(author, an_instrument(sent.world.federation, "platform_assessment")))
        for view in ("send", "save_answer"):
            yield "POST", visitor.address(f"self_assessments.{view}", self_assessment_id=assessed.id), {}


def about_participants(sent: Sent, visitor: Visitor) -> Iterator[Sending]:
    """The acts on someone received, and what is said of all at once in a session, and taken back."""
    yield from ((method, path, {}) for method, path in routes_about_the_person(sent, visitor) if method == "POST")
    held = {"session_id": sent.seats.id}
    yield "POST", visitor.address("presence.rest", **held), {"half_day": f"{today()}-am"}
    yield "POST", visitor.address("presence.take_back", **held, act_id=uuid4()), {}


def corrections_of(visitor: Visitor, note: UUID, contact: UUID) -> Iterator[Sending]:
    """The corrections of one's own note and contact, and what is typed in them meanwhile."""
    for name, entry in (("note", {"note_id": note}), ("contact", {"contact_id": contact})):
        view = "rewrite_note" if name == "note" else "correct_contact"
        for endpoint in (view, f"keep_{name}_correction", f"resume_{name}_correction"):
            yield "POST", visitor.address(f"follow_up.{endpoint}", **entry), {}


def about_contracts(author: Member, visitor: Visitor) -> Iterator[Sending]:
    """The forms of contracts that are given to read, or signed."""
    issued, running = (
        a_contract(author, a_person(author, "Dumont", name), until=state)
        for name, state in (("Léa", "issued"), ("Tom", "running"))
    )
    for view, contract in (("sign", issued), ("end", running)):
        path = visitor.address(f"contracts.{view}", person_id=contract.person_id, contract_id=contract.id)
        yield "POST", path, {}
    whose = {"person_id": running.person_id, "contract_evaluation_id": evaluations_of(author, running)[0].id}
    for view in ("hold", "plan_on"):
        yield "POST", visitor.address(f"contracts.{view}", **whose), {}


def papers_of(author: Member, visitor: Visitor) -> Iterator[Sending]:
    """The acts on documents of a person: one that is to be read, one that counts, one that is awaited."""
    desk = Desk(author, a_person(author, "Dupuis", "Rose").id)
    desk.add("cv")
    (received,) = desk.papers()
    for view in ("accept", "refuse"):
        yield "POST", visitor.address(f"documents.{view}", person_id=desk.person_id, paper_id=received.id), {}
    desk.add("diploma")
    valid = next(paper for paper in desk.papers() if paper.kind == "diploma")
    desk.browser.post(f"{desk.folder}/{valid.id}/acceptation", status=303)
    asked = desk.ask("forem")
    yield "POST", visitor.address("documents.ask_again", person_id=desk.person_id, paper_id=valid.id), {}
    yield "POST", visitor.address("documents.receive", person_id=desk.person_id, paper_id=asked.id), {}


def about_standing_still(author: Member, visitor: Visitor) -> Iterator[Sending]:
    """The forms of a pause, of an obstacle, and of the news of someone who left."""
    pause = a_pause(author, a_person(author, "Dumont", "Ida"))
    path = visitor.address("pauses.edit", person_id=pause.person_id, clock_pause_id=pause.id)
    yield "POST", path, {}
    hindered = a_person(author, "Dumont", "Lou")
    an_obstacle(author, hindered)
    yield "POST", visitor.address("obstacles.change", person_id=hindered.id, dimension="mobility"), {}
    check = checks_of(author, someone_gone(author, a_person(author, "Dumont", "Max")))[0]
    yield "POST", visitor.address("exits.news", person_id=check.person_id, exit_check_id=check.id), {}


@pytest.mark.parametrize("role", WRITERS)
def test_fields_that_nobody_offered_are_refused(
    role: str, world: World, sent: Sent, filled: Filled, municipality: str
) -> None:
    visitor, forms = filled(role)
    every = [*sendings(world, visitor, forms), *further(sent, visitor, municipality)]
    problems, refused = check_mass_assignment(world, visitor, every)
    assert problems == []
    assert {route.rule.endpoint for route in unsafe(world, visitor) if takes_fields(visitor, route)} <= refused


def takes_fields(visitor: Visitor, route: Route) -> bool:
    """Whether a route reads a form that someone in this role can be shown."""
    endpoint = route.rule.endpoint
    if endpoint.startswith("admin_"):
        return endpoint in EDITED
    return visitor.role != "coordinator" or not endpoint.startswith(OF_THE_CENTRE)


def test_someone_who_is_not_signed_in_is_refused_them_too(standing_world: World) -> None:
    visitor = standing_world.visitor(ANONYMOUS)
    public: list[Sending] = [
        (route.method, route.path("", {"token": "x", "place": "x"}), {})
        for route in routes(standing_world.app)
        if is_open(route)
    ]
    problems, refused = check_mass_assignment(standing_world, visitor, public)
    assert problems == []
    assert "account.sign_in" in refused


def is_open(route: Route) -> bool:
    """Whether anyone may send something there."""
    return route.permission == PUBLIC and route.method != "GET"


@pytest.mark.parametrize("role", WRITERS)
def test_what_the_administration_did_not_open_takes_nothing(role: str, standing_world: World) -> None:
    """Its library brings routes of its own: those that take no form of ours are not there for anyone."""
    visitor = standing_world.visitor(role)
    closed = [
        route for route in routes(standing_world.app) if route.rule.rule.startswith("/admin/") and route.method != "GET"
    ]
    answers = {
        str(route): visitor.ask(route.method, route.path("", {}), {"id": "1", "name": "x"}).status_code
        for route in closed
        if route.rule.endpoint not in EDITED
    }
    assert set(answers.values()) == ({404} if role == "federation_admin" else {403})


def check_schemas(schemas: Iterable[type[Schema]]) -> list[str]:
    """Schemas that let unknown fields pass, or that offer a protected one."""
    problems = []
    for schema in schemas:
        if schema().unknown != "raise":
            problems.append(f"{schema.__name__}: unknown fields are not refused")
        if not schema.__module__.endswith(".schemas") or not schema.__name__.endswith("Schema"):
            continue  # What the API gives back names what it likes.
        offered = {declared.data_key or name for name, declared in schema().load_fields.items()}
        problems += [
            f"{schema.__name__}: offers {name}" for name in sorted(offered & (set(PROTECTED) - OFFERED - FILTERS))
        ]
    return problems


FILTERS = {"stage", "state", "version", "permissions", "id"}
"""Names that a list may be narrowed by; a write under them is what the test over all forms looks for."""


def test_every_schema_refuses_what_it_does_not_declare() -> None:
    schemas = every_schema()
    assert schemas
    assert check_schemas(schemas) == []


@pytest.mark.parametrize("lenient", [INCLUDE, EXCLUDE])
def test_a_lenient_schema_is_found(lenient: str) -> None:
    schema = type(
        "PlantedSchema", (Schema,), {"Meta": type("Meta", (), {"unknown": lenient}), "__module__": "tests.planted"}
    )
    assert check_schemas([schema]) == ["PlantedSchema: unknown fields are not refused"]


def test_a_form_that_takes_what_it_is_given_is_found(
    world: World, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, forms = filled("receptionist", 4)
    read = formdata._read
    monkeypatch.setattr(
        "clais.forms.form.read_form", lambda schema, form, prefix="", *_allowed: read(schema, form, prefix, set())
    )
    problems, refused = check_mass_assignment(world, visitor, list(sendings(world, visitor, forms))[:6])
    assert problems
    assert not {endpoint for endpoint in refused if not endpoint.startswith("api_")}


def test_an_administration_that_passes_over_them_is_found(
    world: World, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clais.admin.base.refuse_unknown_fields", lambda _form: None)
    visitor, forms = filled("federation_admin")
    problems, refused = check_mass_assignment(world, visitor, sendings(world, visitor, forms))
    assert any(problem.startswith("POST /admin/plates-formes/edit/") for problem in problems)
    assert "admin_tenants.edit_view" not in refused
