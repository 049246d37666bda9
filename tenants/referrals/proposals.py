"""The schemes to choose from: those that match the orientation first, and free seats before full sessions.

This is an order, never a filter: nothing is hidden, and nothing is scored.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from clais.database import ScopedSession
from clais.exchange.publications.models import Scheme
from clais.exchange.publications.queries import SchemeOffer, free_seats, offers_of_basin
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.parcels import missing
from clais.exchange.referrals.queries import open_for
from tenants.orientation.queries import latest_decision
from tenants.people.models import Person

POINTS_TO: Mapping[str, Collection[str]] = {
    "work_now": ("job_coaching", "employers_group", "mentoring"),
    "training": ("forem_training", "cisp", "literacy", "skills_validation"),
    "confirmation_placement": ("confirmation_placement",),
    "alternating_training": ("alternating_training",),
    "determine_project": ("cisp", "confirmation_placement"),
    "self_employment": ("self_employment",),
}
"""Direction of an orientation → the kinds of scheme that match it."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A scheme, the facts that the file lacks for it, and the person's open referral to it, if any."""

    offer: SchemeOffer
    lacking: Collection[str]
    running: Referral | None

    @property
    def rank(self) -> tuple[bool, bool]:
        """The sort key: no open referral first, then a free seat (a scheme without sessions always has one)."""
        free = not self.offer.sessions or any(free_seats(session) > 0 for session in self.offer.sessions)
        return self.running is not None, not free


@dataclass(frozen=True, slots=True)
class Choice:
    """The schemes to choose from. `direction` is that of the orientation; None when no scheme here matches it."""

    direction: str | None
    fitting: list[Proposal]
    others: list[Proposal]


def choice_for(session: ScopedSession, person: Person, known: Collection[str]) -> Choice:
    """The open schemes of the basin for a person, `known` are the codes of the facts in their file."""
    running = {referral.scheme_id: referral for referral in open_for(session, person.id)}
    decision = latest_decision(session, person.id)
    kinds = POINTS_TO.get(decision.direction, ()) if decision else ()
    proposals = sorted(
        (_proposal(offer, known, running.get(offer.scheme.id)) for offer in offers_of_basin(session)),
        key=lambda proposal: proposal.rank,
    )
    fitting = [proposal for proposal in proposals if proposal.offer.scheme.kind in kinds]
    others = [proposal for proposal in proposals if proposal.offer.scheme.kind not in kinds]
    return Choice(decision.direction if decision and fitting else None, fitting, others)


def _proposal(offer: SchemeOffer, known: Collection[str], running: Referral | None) -> Proposal:
    scheme: Scheme = offer.scheme
    return Proposal(offer, missing(scheme.required_fields, known), running)
