"""A referral between a platform and its support centre, as far as a test of what each side sees needs it."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, text

from clais.clock import today
from clais.exchange.publications.models import SchemeSession
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.parcels import Offer
from support_center.routing.models import Participant
from tests.isolation.world import Visitor, World
from tests.support.federation import Member
from tests.support.referrals import a_person, a_referral, a_scheme

AGREED = ("name", "age", "status", "reach")
FACTS = (
    Offer("name", "Nom et prénom", {"family_name": "Marchetti", "given_names": "Sofia"}, "Sofia AGREED-name"),
    Offer("age", "Âge", {"years": 31, "band": "30_34"}, "AGREED-age"),
    Offer("status", "Statut", "integration_income", "AGREED-status"),
    Offer("reach", "Comment la joindre", "AGREED-reach", "AGREED-reach"),
    Offer("phone", "Téléphone", "+32470123456", "KEPT-phone"),
    Offer("bilan.health", "Santé", -2, "KEPT-health"),
)


@dataclass
class Sent:
    """A referral that was sent, someone at both ends, and whether the receiver has taken it in."""

    world: World
    agent: Member
    officer: Member
    referral: Referral
    seats: SchemeSession
    taken_in: bool = False

    def visitor(self, member: Member) -> Visitor:
        """A session of one of the two."""
        self.world.members[member.membership.role] = member
        return self.world.visitor(member.membership.role)

    @property
    def participant_id(self) -> UUID:
        """The record that the receiver made of the referral."""
        with self.world.looking() as connection:
            return connection.scalars(select(Participant.id).where(Participant.referral_id == self.referral.id)).one()


def sent_in(world: World) -> Sent:
    """Send a referral: it waits for an answer."""
    agent, officer = world.federation.agent(), world.federation.officer()
    scheme, seats = a_scheme(officer, required=("name",), name=f"Alternance – aide-ménagère {secrets.token_hex(3)}")
    # The file holds more than is shared: none of it may appear on the other side.
    person = a_person(agent, availability="KEPT-availability", email="kept@example.be", street="KEPT-street")
    return Sent(world, agent, officer, a_referral(agent, person, scheme, seats, offers=FACTS, ticked=AGREED), seats)


def accepted_in(world: World) -> Sent:
    """Send a referral and take it in, with a seat, through the pages of the support centre."""
    sent = sent_in(world)
    visitor, key = sent.visitor(sent.officer), sent.referral.id
    received = visitor.ask("POST", visitor.address("routing.step", referral_id=key, noun="reception"))
    accepted = visitor.ask(
        "POST", visitor.address("routing.acceptance", referral_id=key), {"accept-place": str(sent.seats.id)}
    )
    assert (received.status_code, accepted.status_code) == (303, 303)
    sent.taken_in = True
    return sent


def under_way_in(world: World) -> Sent:
    """Someone with a seat in a session that is held every day since a week: who was there is said."""
    sent = accepted_in(world)
    since = text("UPDATE scheme_session SET starts_on = :day, timetable = 'du lundi au dimanche' WHERE id = :id")
    with world.superuser.begin() as connection:
        connection.execute(since, {"day": today() - timedelta(days=7), "id": sent.seats.id})
    return sent
