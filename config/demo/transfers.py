"""A caseload that changes hands on the morning on which the demo is looked at: a colleague is away for some weeks."""

from datetime import timedelta

from sqlalchemy import Engine, select

from clais.clock import today
from clais.database import ScopedSession, unit_of_work
from clais.identity.models import Membership
from config.demo.engine.acting import actor_of, scope_of
from config.demo.engine.desk import Desk
from config.demo.engine.french import long_day
from tenants.people.models import Person
from tenants.transfers.actions import Wanted, hand_over_caseload
from tenants.transfers.choices import ABSENCE
from tenants.transfers.models import CaseloadTransfer

MAY = frozenset({"team.lead", "person.edit", "appointment.write"})
FILES, DAYS = 4, 18


def hand_over_files(engine: Engine, desk: Desk) -> None:
    """Let the coordinator give some files of an agent to a colleague until they are back, through the action."""
    match desk.of_role("coordinator"), desk.of_role("agent"):
        case [chief, *_others], [*_before, to, away]:
            pass
        case _:
            return
    actor = actor_of(desk, chief, MAY)
    with unit_of_work(engine, scope_of(desk, chief), actor) as session:
        done = select(CaseloadTransfer.id).where(CaseloadTransfer.tenant_id == desk.tenant_id)
        if session.scalar(done.limit(1)) is not None:
            return
        giver, taker = (session.get_one(Membership, (desk.tenant_id, one.membership_id)) for one in (away, to))
        people = _files_of(session, giver)
        until = today() + timedelta(days=DAYS)
        wanted = Wanted(
            ABSENCE, {person.id: taker.id for person in people}, stops_newcomers=True, ends_on=until,
            word=f"En absence, jusqu'au {long_day(until)}",
        )  # fmt: skip
        hand_over_caseload(session, actor, giver, wanted, {taker.id: taker})


def _files_of(session: ScopedSession, giver: Membership) -> list[Person]:
    found = select(Person).where(
        Person.tenant_id == giver.tenant_id, Person.referent_id == giver.id, Person.stage == "in_follow_up"
    )
    return list(session.scalars(found.order_by(Person.reference).limit(FILES)))
