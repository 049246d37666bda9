"""Every view of a page about a person is on record once, under their name.

The table of routes says which pages these are: those whose address has the id of a person, or of something of theirs.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, text

from clais.audit.actions import record
from clais.clock import now, today
from clais.database import ScopedSession
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.queries import received_referral
from clais.files.kept import keep
from clais.web.routing import Application
from support_center.routing import actions as routing
from tenants.documents.models import PaperFile
from tenants.printing.actions import keep_pdf
from tenants.printing.models import Printout
from tests.isolation.canaries import Seed
from tests.isolation.tablets import handed, tablet_of
from tests.isolation.test_readings import PART, tables_of_a_file
from tests.isolation.world import Route, Visitor, World, routes
from tests.support.documents import PDF, a_pdf, store_of
from tests.support.federation import Federation
from tests.support.file_transfers import offered
from tests.support.quality import a_request, a_supervisor
from tests.support.referrals import a_person, a_referral, a_scheme

EXEMPT: dict[str, str] = {}
"""Pages about a person that need not be on record, and why. There is none; what is added needs a reason in review."""
LISTS_PEOPLE = {"routing.session_seats"}
"""Pages that no id of a person leads to, and that show those who hold the seats of a session."""
Faults = dict[str, set[str]]
"""Page → what was found wrong with its record, of the answers that showed it."""


@pytest.fixture(scope="module")
def read_world(app: Application, engine: Engine, superuser: Engine) -> World:
    """One for all that count how often a page is on record: what came before is not counted."""
    return World(Federation(app, engine), superuser)


def names_someone(world: World, route: Route, argument: str) -> bool:
    """Whether an argument is the id of a person, or of a row of their file; also when nobody knows what it names."""
    if type(route.rule._converters[argument]).__name__ != "UUIDConverter":
        return False
    name = argument.removesuffix("_id")
    tables = [table for table in world.own.ids if table == name or table.endswith(f"_{name}")]
    # A table of that very name comes before others whose names end alike.
    found = name if name in tables else next(iter(tables), None)
    return found is None or found in tables_of_a_file()


def about_someone(world: World) -> list[Route]:
    """The pages that are about a person."""
    return [
        route
        for route in routes(world.app)
        if route.method == "GET"
        and (
            route.rule.endpoint in LISTS_PEOPLE
            or any(names_someone(world, route, argument) for argument in route.id_arguments)
        )
    ]


def times_on_record(world: World, about: Collection[UUID]) -> int:
    """How often the trail names a person, or the referral about someone of whom the centre has no record yet."""
    found = (
        "SELECT count(*) FROM audit_event "
        "WHERE person_id = ANY(:about) OR (person_id IS NULL AND subject_id = ANY(:about))"
    )
    with world.looking() as connection:
        return int(connection.execute(text(found), {"about": list(about)}).scalar_one())


def look(
    world: World,
    visitor: Visitor,
    values: dict[str, Any],
    about: Collection[UUID],
    query: dict[str, Any],
    shown: set[str] | None = None,
) -> Faults:
    """Look at every page about someone that a visitor may open, whole and as a part of one; where it is told which
    were `shown` before, at the others alone.
    """
    seen: Faults = {}
    for route in about_someone(world):
        if not world.may(visitor.role, route.permission or "") or route.rule.endpoint in (shown or ()):
            continue
        for headers in ({}, PART):
            before = times_on_record(world, about)
            answer = visitor.ask("GET", route.path(visitor.slug, values), headers=headers, query_string=query)
            if answer.status_code != 200:
                continue
            times = times_on_record(world, about) - before
            faults = seen.setdefault(route.rule.endpoint, set())
            faults |= {f"{times} times on record"} if times != 1 else set()
    if shown is not None:
        shown.update(seen)
    return seen


def asked_for_files(world: World) -> None:
    """The drawn file of the seed is one of a request of the supervisor that waits for its summary."""
    request = a_request(a_supervisor(world.federation))
    for change in (
        "UPDATE quality_draw SET quality_request_id = :request, replaced_at = NULL WHERE id = :quality_draw",
        "UPDATE quality_reply SET quality_request_id = :request, state = 'drawn' WHERE id = :quality_reply",
    ):
        with world.superuser.begin() as connection:
            connection.execute(text(change), {"request": request.id, **world.own.ids})


def kept_for(seed: Seed, world: World) -> None:
    """The file of the seeded document has a content, and so has the seeded printout."""
    file = PaperFile(tenant_id=seed.tenant_id, id=seed.ids["paper_file"])
    keep(store_of(world.app), world.federation.keyring, file, a_pdf(1), seed.ids["paper"])
    given = Printout(tenant_id=seed.tenant_id, id=seed.ids["printout"])
    keep_pdf(world.federation.keyring, given, PDF)
    made = text("UPDATE printout SET sealed = :sealed, pdf_hash = :pdf_hash, made_at = :made_at WHERE id = :id")
    with world.superuser.begin() as connection:
        facts = {"sealed": given.sealed, "pdf_hash": given.pdf_hash, "made_at": given.made_at, "id": given.id}
        connection.execute(made, facts)
        connection.execute(text("UPDATE paper_file SET kind = 'pdf' WHERE id = :id"), {"id": file.id})


def hindered(seed: Seed, world: World) -> None:
    """What was learnt of an obstacle of the seed is that it hinders: so it can be said how it changed."""
    learnt = (
        "UPDATE obstacle_change SET dimension = 'housing', level = -2, seen_on = :day, lifted_how = NULL WHERE id = :id"
    )
    with world.superuser.begin() as connection:
        connection.execute(text(learnt), {"day": today(), "id": seed.ids["obstacle_change"]})


def stand(connection: Connection, seed: Seed, state: str) -> None:
    """Let the seeded document be awaited, to be read, or accepted: each has forms of its own."""
    connection.execute(
        text("UPDATE paper SET state = :state WHERE id = :id"), {"state": state, "id": seed.ids["paper"]}
    )


def agree(connection: Connection, seed: Seed, state: str) -> None:
    """Let the seeded contract be decided, given to read, or run: it is issued, signed and ended on pages of its own."""
    connection.execute(
        text(
            "UPDATE integration_contract SET state = :state, issued_on = starts_on, ended_on = NULL, "
            "signed_on = CASE WHEN :runs THEN starts_on END WHERE id = :id"
        ),
        {"state": state, "runs": state == "running", "id": seed.ids["integration_contract"]},
    )


@contextmanager
def closed(world: World, person_id: UUID) -> Iterator[None]:
    """The file is closed for as long: of who left, news are asked for on a page of their own."""
    change = text("UPDATE person SET stage = :stage WHERE id = :id")
    with world.superuser.begin() as connection:
        stage = connection.scalar(text("SELECT stage FROM person WHERE id = :id"), {"id": person_id})
        connection.execute(change, {"stage": "closed", "id": person_id})
    yield
    with world.superuser.begin() as connection:
        connection.execute(change, {"stage": stage, "id": person_id})


def in_a_platform(world: World, shown: set[str] | None) -> Iterator[Faults]:
    """What the people of a platform see on the day of a bilan, and on the day after."""
    person, seed = world.own.ids["person"], world.own
    values: dict[str, Any] = {
        name: seed.id_for(name) or person for route in about_someone(world) for name in route.id_arguments
    }
    asked_for_files(world)
    kept_for(seed, world)
    hindered(seed, world)
    values["dimension"] = "housing"
    values["code"] = "phone"  # One of the facts that is filled in while a scheme is chosen.
    values |= {"fact": "status", "number": 1}  # The first period of a dated fact.
    # The destination of a referral stands in the query; an argument that a page does not know is none of its business.
    asked: tuple[dict[str, Any], ...] = ({}, {"scheme": str(world.centre.ids["scheme"])})
    for role in ("coordinator", "receptionist"):
        visitor = world.visitor(role)
        for made_on in (today(), today() - timedelta(days=1)):
            with world.superuser.begin() as connection:
                # Nobody is sent to a scheme where they are sent already.
                connection.execute(text("UPDATE referral SET state = 'declined' WHERE person_id = :id"), {"id": person})
                connection.execute(
                    text("UPDATE bilan SET made_on = :day WHERE id = :id"), {"day": made_on, "id": seed.ids["bilan"]}
                )
                connection.execute(
                    text("UPDATE note SET author_id = :author, written_at = :moment WHERE id = :id"),
                    {"author": world.member(role).membership.id, "moment": now(), "id": seed.ids["note"]},
                )
                connection.execute(
                    text(
                        "UPDATE contact SET author_id = :author, appointment_id = NULL, created_at = :moment "
                        "WHERE id = :id"
                    ),
                    {"author": world.member(role).membership.id, "moment": now(), "id": seed.ids["contact"]},
                )
                stand(connection, seed, "received" if made_on == today() else "accepted")
                agree(connection, seed, "issued" if made_on == today() else "running")
            for query in asked:
                yield look(world, visitor, values, [person], query, shown)
    with world.superuser.begin() as connection:
        stand(connection, seed, "asked")
        agree(connection, seed, "decided")
    yield look(world, world.visitor("coordinator"), values, [person], {}, shown)
    with closed(world, person):
        yield look(world, world.visitor("coordinator"), values, [person], {}, shown)
    # What a person is shown on the tablet, by a session that opens nothing else.
    tablet = handed(world, "coordinator", tablet_of(visitor.slug, person, seed.ids["instrument_filling"]))
    yield look(world, tablet, values | {"item": "question"}, [person], {}, shown)
    # A file that another platform offers: nobody here has one of the person yet.
    there = world.federation.other_agent()
    arriving = offered(there, a_person(there, "Kaya", "Ines"), world.member("coordinator").tenant).id
    given = {name: arriving if isinstance(value, UUID) else value for name, value in values.items()}
    yield look(world, world.visitor("coordinator"), given, [arriving], {}, shown)


def in_the_centre(world: World, shown: set[str] | None) -> Iterator[Faults]:
    """What an officer sees of a referral, before it is accepted and after."""
    agent, officer = world.federation.agent(), world.federation.officer()
    world.members["support_officer"] = officer
    scheme, seats = a_scheme(officer)
    referral = a_referral(agent, a_person(agent), scheme, seats)
    visitor = world.visitor("support_officer")
    values: dict[str, Any] = dict.fromkeys(
        (name for route in about_someone(world) for name in route.id_arguments), referral.id
    )
    values["fact"] = "status"
    yield look(world, visitor, values, [referral.id], {}, shown)
    with officer.at_work() as session:
        received = received_referral(session, referral.id)
        assert received is not None
        referral_actions.move(session, officer.actor, received, "receive")
        participant = routing.accept(
            session, officer.actor, received, officer.federation.keyring, scheme_session=session.merge(seats)
        )
    values |= {"participant_id": participant.id, "session_id": seats.id}
    yield look(world, visitor, values, [participant.id], {}, shown)


def check_readings(world: World, exempt: Collection[str], walks: Iterable[Faults]) -> list[str]:
    """Pages about someone that are not on record once, that nobody could be shown, or that are exempt for nothing."""
    found: Faults = {}
    for seen in walks:
        for endpoint, faults in seen.items():
            found.setdefault(endpoint, set()).update(faults)
    wrong = {endpoint: faults for endpoint, faults in found.items() if faults and endpoint not in exempt}
    problems = [f"{endpoint}: {', '.join(sorted(faults))}" for endpoint, faults in wrong.items()]
    problems += [f"{endpoint}: is exempt for nothing" for endpoint in exempt if not found.get(endpoint)]
    shown = {route.rule.endpoint for route in about_someone(world)}
    return sorted(problems + [f"{endpoint}: nobody was shown it" for endpoint in shown - set(found)])


def everywhere(world: World, *, once: bool = False) -> Iterator[Faults]:
    """A platform and the centre; each page in all its states, or `once`."""
    shown: set[str] | None = set() if once else None
    yield from in_a_platform(world, shown)
    yield from in_the_centre(world, shown)


def test_every_page_about_someone_is_on_record_once_when_it_is_shown(read_world: World) -> None:
    assert check_readings(read_world, EXEMPT, everywhere(read_world)) == []


def test_a_trail_that_is_not_written_is_found(read_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clais.web.routing.write_readings", lambda _session: None)
    problems = check_readings(read_world, EXEMPT, everywhere(read_world, once=True))
    pages = {route.rule.endpoint for route in about_someone(read_world)}
    assert problems == sorted(f"{endpoint}: 0 times on record" for endpoint in pages)


def test_one_page_that_forgets_and_one_that_says_it_twice_are_found(
    read_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def twice(session: ScopedSession, person_id: UUID, *_verb: str) -> None:
        for _time in range(2):
            record(session, "person.read", "person", person_id, person_id=person_id)

    for page in ("appointments", "reports"):
        monkeypatch.setattr(f"tenants.agenda.views.{page}.record_reading", lambda *_args, **_more: None)
    monkeypatch.setattr("tenants.intake.views.reception.record_reading", twice)
    problems = check_readings(read_world, {"file.show"}, everywhere(read_world, once=True))
    assert problems == [
        "agenda.change: 0 times on record",
        "agenda.new: 0 times on record",
        "agenda.report: 0 times on record",
        "agenda.show: 0 times on record",
        "file.show: is exempt for nothing",
        "intake.edit: 2 times on record",
        "intake.new: 2 times on record",
    ]


def verbs(world: World, role: str) -> dict[str, list[str]]:
    """Page of an appointment → the verbs under which someone in `role` is on record for it, about the person."""
    visitor, key = world.visitor(role), world.own.ids["appointment"]
    reader = {"member": world.member(role).membership.id, "person": world.own.ids["person"]}
    verbs = text("SELECT verb FROM audit_event WHERE membership_id = :member AND person_id = :person ORDER BY id")
    found: dict[str, list[str]] = {}
    for page in ("", "/modification", "/compte-rendu"):
        visitor.ask("GET", f"/{visitor.slug}/rendez-vous/{key}{page}")
        with world.looking() as connection:
            found[page] = list(connection.scalars(verbs, reader))[sum(map(len, found.values())) :]
    return found


def test_what_was_said_at_an_appointment_is_a_reading_of_the_file_and_its_hour_is_not(world: World) -> None:
    hour = ["appointment.read"]
    assert verbs(world, "receptionist") == {"": hour, "/modification": hour, "/compte-rendu": []}
    assert verbs(world, "coordinator")["/compte-rendu"] == ["person.read"]
    with world.superuser.begin() as connection:
        connection.execute(
            text("UPDATE contact SET appointment_id = :appointment WHERE id = :id"),
            {"appointment": world.own.ids["appointment"], "id": world.own.ids["contact"]},
        )
    assert verbs(world, "agent")[""] == ["person.read"]
