"""A form sent twenty times at once is saved once, and the last seat goes to one person."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import Engine, select, text

from clais.exchange.publications.models import SchemeSession
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.queries import received_referral
from clais.web.submissions import keys
from support_center.routing import actions as routing
from support_center.routing import seats as seating
from support_center.routing.models import Enrolment
from tests.isolation.pages import crawl, forms_of
from tests.isolation.world import Visitor, World
from tests.support.critical import at_once
from tests.support.referrals import a_person, a_referral, a_scheme

SENDINGS = 20
CANDIDATES = 50


def send_together(world: World, visitor: Visitor, path: str, data: dict[str, str]) -> list[int]:
    """Twenty times the same form, each through a connection of its own."""
    token = visitor.csrf

    def one(_turn: int) -> int:
        client = world.app.test_client()
        client.set_cookie("clais_session", visitor.token or "")
        return client.post(path, data={"csrf_token": token, **data}).status_code

    return at_once(SENDINGS, one)


def note_form(world: World, visitor: Visitor) -> tuple[str, dict[str, str]]:
    """A form of the file that adds a row each time it is sent."""
    page = f"/{visitor.slug}/personnes/{world.own.ids['person']}/contacts/nouveau"
    form = forms_of(crawl(visitor, start=(page,), limit=1))[page]
    return page, {**form.filled(), "_submission": str(uuid4())}


def rows_written(superuser: Engine, world: World) -> int:
    """Notes and contacts of the platform."""
    with superuser.connect() as connection:
        return sum(
            connection.execute(
                text(f"SELECT count(*) FROM {table} WHERE tenant_id = :key"), {"key": world.own.tenant_id}
            ).scalar_one()
            for table in ("note", "contact")
        )


def check_sendings(world: World, superuser: Engine) -> list[str]:
    """What sending one form twenty times did that sending it once does not."""
    visitor = world.visitor("coordinator")
    path, data = note_form(world, visitor)
    before = rows_written(superuser, world)
    statuses = send_together(world, visitor, path, data)
    added = rows_written(superuser, world) - before
    problems = [f"{added} rows"] if added != 1 else []
    return problems + [f"answered {status}" for status in sorted(set(statuses)) if status not in {200, 204, 303}]


def test_a_form_sent_twenty_times_at_once_is_saved_once(world: World, superuser: Engine) -> None:
    assert check_sendings(world, superuser) == []


def test_a_form_without_its_key_is_found(world: World, superuser: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "FIELD", "_ignored")
    assert check_sendings(world, superuser)


def check_last_seat(world: World) -> tuple[int, int]:
    """Fifty people for one seat: how many got it, and how many seats the session says are taken."""
    agent, officer = world.federation.agent(), world.federation.officer()
    scheme, seats = a_scheme(officer, seats=1, required=("name",))
    referrals = [a_referral(agent, a_person(agent, family_name=f"Nom{n}"), scheme, seats) for n in range(CANDIDATES)]
    for referral in referrals:
        with officer.at_work() as session:
            received = received_referral(session, referral.id)
            assert received is not None
            referral_actions.move(session, officer.actor, received, "receive")

    def one(turn: int) -> bool:
        try:
            with officer.at_work() as session:
                received = received_referral(session, referrals[turn].id)
                assert received is not None
                own = session.get_one(SchemeSession, (officer.tenant.id, seats.id))
                routing.accept(session, officer.actor, received, officer.federation.keyring, scheme_session=own)
        except seating.SessionFull:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        winners = sum(threads.map(one, range(CANDIDATES)))
    with officer.at_work() as session:
        taken = session.get_one(SchemeSession, (officer.tenant.id, seats.id)).seats_taken
        held = len(
            session.scalars(
                select(Enrolment).where(Enrolment.scheme_session_id == seats.id, Enrolment.state == "seated")
            ).all()
        )
    assert held == winners
    return winners, taken


def test_the_last_seat_has_one_winner(world: World) -> None:
    assert check_last_seat(world) == (1, 1)


def test_a_seat_that_is_read_before_it_is_taken_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: look whether a seat is free, then take it."""
    looked = threading.Barrier(8)

    def careless(session: object, session_id: object, _platform_id: object) -> None:
        owner = session.scope.tenant_id  # type: ignore[attr-defined]
        row = session.execute(  # type: ignore[attr-defined]
            text("SELECT seats_taken < seats FROM seat_count WHERE tenant_id = :owner AND scheme_session_id = :id"),
            {"owner": owner, "id": session_id},
        ).scalar_one()
        with contextlib.suppress(threading.BrokenBarrierError):
            looked.wait(0.5)
        if not row:
            raise seating.SessionFull
        session.execute(  # type: ignore[attr-defined]
            text("UPDATE seat_count SET seats_taken = 1 WHERE tenant_id = :owner AND scheme_session_id = :id"),
            {"owner": owner, "id": session_id},
        )

    # The counter of references would let one through at a time, and hide the fault.
    monkeypatch.setattr(routing, "next_reference", lambda *_given: uuid4().hex[:20])
    monkeypatch.setattr(seating, "take_seat", careless)
    winners, _taken = check_last_seat(world)
    assert winners > 1
