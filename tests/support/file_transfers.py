"""A file that one platform offers to another, for a test."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from clais.clock import today
from clais.exchange.referrals.actions import move
from clais.exchange.referrals.consents import Agreement
from clais.exchange.referrals.models import TRANSFER, Referral
from clais.exchange.referrals.queries import received_referral
from clais.registry.models import Tenant
from tenants.file_transfers.offers import transfer_offers
from tenants.orientation.actions import plans
from tenants.orientation.actions.plans import NewObjective, NewStep
from tenants.people.models import Person
from tenants.referrals.actions import send
from tests.support.federation import Member

GOES_ON = ("name", "birth_date", "sex", "phone", "address", "locality", "status", "plan", "appointments")


def offered(agent: Member, person: Person, to: Tenant, ticked: Collection[str] = GOES_ON, **said: Any) -> Referral:
    """Offer a file with those of the ticked facts that it has."""
    with agent.federation.app.test_request_context(), agent.at_work() as session:
        held = session.get_one(Person, (person.tenant_id, person.id))
        found = transfer_offers(session, held, agent.actor)
        known = {offer.code for offer in found}
        return send(
            session, agent.actor, held, agent.federation.keyring, phone=None, to=to, scheme=None, scheme_session=None,
            purpose="Elle a déménagé.", urgency="normal", offers=found, ticked=known & set(ticked),
            agreement=Agreement("fr", "paper", today() + timedelta(days=90)), kind=TRANSFER, **said,
        )  # fmt: skip


def with_plan(agent: Member, person: Person) -> None:
    """A plan with a step to do, and an objective without any."""
    with agent.at_work() as session:
        row = session.get_one(Person, (person.tenant_id, person.id))
        steps = (NewStep("Passer le test de français", "person", today() + timedelta(days=9)),)
        objectives = [NewObjective("Parler assez", "languages", steps), NewObjective("Un permis")]
        plans.start_plan(session, row, agent.actor, goal="Un emploi de nettoyage", objectives=objectives)


def looked_at(taker: Member, referral: Referral) -> None:
    """Acknowledge receipt of a file that is offered."""
    with taker.at_work() as session:
        received = received_referral(session, referral.id)
        assert received is not None
        move(session, taker.actor, received, "look")
