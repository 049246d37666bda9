"""A desk with its people, for the tests of visits."""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from clais.clock import today
from clais.dates import moment_of
from clais.registry.models import Partner
from tenants.desk.actions import arrivals, steps
from tenants.desk.models import Visit, VisitPeriod, VisitRequest
from tenants.partners.actions import add_partner
from tenants.people.actions import register_person
from tenants.people.models import Person
from tests.support.federation import Federation, Member

TEN = time(10)
NAMES = {"family_name": "Zerouali", "given_names": "Rachid", "birth_date": None, "phone": "+32470123456"}


def at(hour: int, minute: int = 0) -> datetime:
    """An hour of today."""
    return moment_of(today(), time(hour, minute))


def a_receptionist(federation: Federation) -> Member:
    return federation.member(federation.platform, "receptionist", "Julie Skalski")


def a_known_file(member: Member, family_name: str = "Haddad", given_names: str = "Nassim") -> Person:
    """Somebody who was registered, and whom the search for files that look alike finds."""
    facts = {"family_name": family_name, "given_names": given_names, "registration_consent_manner": "spoken"}
    with member.at_work() as session:
        return register_person(session, member.actor, facts, member.federation.keyring)


def comes(member: Member, person: Person | None = None, theme: str = "training", **facts: Any) -> Visit:
    """Somebody comes without appointment: with a file, or named by what they say."""
    names = facts.pop("names", NAMES)
    with member.at_work() as session:
        if person is not None:
            return arrivals.come_without_appointment(session, member.actor, person, theme=theme, **facts)
        keyring = member.federation.keyring
        return arrivals.come_unknown(session, member.actor, keyring, names, theme=theme, **facts)


def a_morning(member: Member) -> tuple[Visit, Visit, Visit]:
    """Somebody who is perhaps known, somebody with a file, and somebody who was directed elsewhere."""
    known = a_known_file(member, "Zerouali", "Rachid")
    stranger, there, sent = comes(member), comes(member, known), comes(member, names={})
    with member.at_work() as session:
        partner = add_partner(session, {"name": "Maison de l'emploi de Châtelet", "kind": "forem"})
        row: Visit = session.get_one(Visit, (member.tenant.id, sent.id))
        steps.direct(session, member.actor, row, partner, "service")
    return stranger, there, sent


def step(member: Member, visit: Visit, name: str, *given: Any, **facts: Any) -> Visit:
    """Take a step of a visit as a member."""
    with member.at_work() as session:
        row: Visit = session.get_one(Visit, (member.tenant.id, visit.id))
        if name in {"finish", "queue", "leave", "cancel"}:
            steps.take_step(session, member.actor, row, name)
        else:
            getattr(steps, name)(session, member.actor, row, *given, **facts)
    return row


def stored(member: Member, visit: Visit) -> Visit:
    """The visit as it is stored now."""
    with member.at_work() as session:
        row: Visit = session.get_one(Visit, (member.tenant.id, visit.id))
    return row


def visits(member: Member) -> list[Visit]:
    with member.at_work() as session:
        return list(session.scalars(select(Visit).order_by(Visit.arrived_at)))


def hours(member: Member, visit: Visit) -> list[tuple[str, int | None]]:
    """The stretches of a visit: which kind, and how many minutes; None for the one that goes on."""
    with member.at_work() as session:
        rows = session.scalars(
            select(VisitPeriod).where(VisitPeriod.visit_id == visit.id).order_by(VisitPeriod.began_at)
        )
        return [
            (row.kind, (row.ended_at - row.began_at) // timedelta(minutes=1) if row.ended_at else None) for row in rows
        ]


def asked(member: Member, visit: Visit) -> list[tuple[str, str]]:
    """What was asked, each with its state."""
    with member.at_work() as session:
        rows = session.scalars(
            select(VisitRequest).where(VisitRequest.visit_id == visit.id).order_by(VisitRequest.created_at)
        )
        return [(row.theme, row.state) for row in rows]


PLACE = {
    "name": "Maison de l'emploi de Châtelet", "kind": "forem", "phone": "+3271386000",
    "address": "Rue du Rempart 2\n6200 Châtelet", "hours": "Lundi et jeudi, 9 h à 12 h", "note": "Demander Rita",
}  # fmt: skip


def directed(desk: Member, visit: Visit, reason: str = "service") -> str:
    """Direct a visit to a partner; the address of its paper."""
    with desk.at_work() as session:
        partner = session.scalars(select(Partner).where(Partner.name == PLACE["name"])).first()
        row = session.get_one(Visit, (desk.tenant.id, visit.id))
        steps.direct(session, desk.actor, row, partner or add_partner(session, PLACE), reason)
    return f"/guichet/visites/{visit.id}/billet"
