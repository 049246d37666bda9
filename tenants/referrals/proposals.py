"""The schemes to choose from: those that fit, those for which a fact is to be asked, those that are full or past.

In each group those that match the orientation come first. Nothing is hidden, and nothing is scored.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from clais.database import ScopedSession
from clais.exchange.publications.models import SchemeSession
from clais.exchange.publications.queries import SchemeOffer, free_seats, offers_of_basin, schemes_with_sessions
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.parcels import in_order, missing
from clais.exchange.referrals.queries import open_for
from tenants.orientation.models import OrientationDecision
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
    """A scheme, the facts that the file lacks for it, and the person's open referral to it, if any.

    `in_line` says whether the orientation points to it; `dated` whether it has sessions, past ones included.
    """

    offer: SchemeOffer
    lacking: Collection[str]
    running: Referral | None
    in_line: bool = False
    dated: bool = False

    @property
    def session(self) -> SchemeSession | None:
        """The first session with a free seat; without one the first that one can still join."""
        sessions = self.offer.sessions
        return next((found for found in sessions if free_seats(found)), next(iter(sessions), None))

    @property
    def other_sessions(self) -> Sequence[SchemeSession]:
        """The sessions that one can still join besides `session`."""
        return [found for found in self.offer.sessions if found is not self.session]

    @property
    def is_over(self) -> bool:
        """Whether one can join no session any more; a scheme that never has sessions takes people all year."""
        return self.dated and not self.offer.sessions

    @property
    def is_full(self) -> bool:
        """Whether every session that one could join is full."""
        return bool(self.offer.sessions) and not any(free_seats(found) for found in self.offer.sessions)


@dataclass(frozen=True, slots=True)
class Choice:
    """The schemes to choose from, by what they answer today; `decision` is the orientation.

    `fits` can be chosen; for `to_ask` the file lacks a fact; `unfit` are full or past; to `running` the person is
    referred already.
    """

    decision: OrientationDecision | None
    fits: list[Proposal]
    to_ask: list[Proposal]
    unfit: list[Proposal]
    running: list[Proposal]

    @property
    def codes(self) -> list[str]:
        """The facts that the schemes ask for, in the order of the screen."""
        every = [*self.fits, *self.to_ask, *self.unfit, *self.running]
        return in_order({code for proposal in every for code in proposal.offer.scheme.required_fields})


def choice_for(session: ScopedSession, person: Person, known: Collection[str]) -> Choice:
    """The open schemes of the basin for a person, `known` are the codes of the facts in their file."""
    running = {referral.scheme_id: referral for referral in open_for(session, person.id)}
    decision = latest_decision(session, person.id)
    kinds = POINTS_TO.get(decision.direction, ()) if decision else ()
    dated = schemes_with_sessions(session)
    proposals = sorted(
        (
            Proposal(
                offer,
                missing(offer.scheme.required_fields, known),
                running.get(offer.scheme.id),
                in_line=offer.scheme.kind in kinds,
                dated=offer.scheme.id in dated,
            )
            for offer in offers_of_basin(session)
        ),
        key=lambda proposal: not proposal.in_line,
    )
    offered = [proposal for proposal in proposals if not proposal.running]
    open_now = [proposal for proposal in offered if not (proposal.is_full or proposal.is_over)]
    return Choice(
        decision,
        fits=[proposal for proposal in open_now if not proposal.lacking],
        to_ask=[proposal for proposal in open_now if proposal.lacking],
        unfit=[proposal for proposal in offered if proposal not in open_now],
        running=[proposal for proposal in proposals if proposal.running],
    )
