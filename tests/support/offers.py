"""A seat that the centre offers to someone who waits, as its worker does it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from clais.actor import Actor
from clais.database import ScopedSession
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import sent_referral
from support_center.routing import offers
from tests.support.federation import Member
from tests.support.referrals import a_participant, a_scheme


@contextmanager
def system_at_work(officer: Member) -> Iterator[tuple[ScopedSession, Actor]]:
    """A run of the worker in the centre."""
    permissions = officer.federation.app.extensions["clais"].permissions.of("system")
    with officer.at_work() as session:
        yield session, replace(officer.actor, permissions=permissions, display_name="CLAIS")


def pass_on(officer: Member) -> int:
    """What the worker does with offers until it has nothing more to do."""
    done = 0
    while True:
        with system_at_work(officer) as (session, actor):
            again = offers.pass_on(session, actor)
        done += again
        if not again:
            return done


def an_offered_seat(agent: Member, officer: Member) -> Referral:
    """The referral of someone who waited for a seat that is free now, and is offered to them."""
    scheme, scheme_session = a_scheme(officer, name="Soudure, deuxième groupe")
    participant = a_participant(agent, officer, "Dubois", "Karim", scheme, scheme_session, waiting=True)
    pass_on(officer)
    with agent.at_work() as session:
        referral = sent_referral(session, participant.referral_id)
        assert referral is not None
        assert referral.seat_offer == "offered"
        return referral
