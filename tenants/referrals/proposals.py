"""The schemes to choose from: those that fit, those for which a fact is to be asked, those that are full or past.

In each group those that match the orientation come first. Nothing is hidden, and nothing is scored.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from clais.clock import today
from clais.database import ScopedSession
from clais.exchange.eligibility.choices import ASKED
from clais.exchange.eligibility.models import EligibilityVersion
from clais.exchange.eligibility.queries import rules_of_version, versions_in_force
from clais.exchange.eligibility.rules.facts import FACTS
from clais.exchange.eligibility.rules.judging import (
    UNCONDITIONAL,
    Answer,
    Facts,
    Judgement,
    Outcome,
    Verdict,
    best_outcome,
    judge,
)
from clais.exchange.publications.models import SchemeSession
from clais.exchange.publications.queries import SchemeOffer, free_seats, offers_of_basin, schemes_with_sessions
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.parcels import in_order, missing
from clais.exchange.referrals.queries import open_for
from tenants.eligibility.facts import facts_of
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
    """A scheme, what the file says of its conditions, the facts that it lacks, and the open referral to it, if any.

    `version` has the conditions, and none where the scheme has none. `in_line` says whether the orientation points to
    it; `dated` whether it has sessions, past ones included.
    """

    offer: SchemeOffer
    lacking: Collection[str]
    running: Referral | None
    in_line: bool = False
    dated: bool = False
    version: EligibilityVersion | None = None
    judgement: Judgement = UNCONDITIONAL
    session: SchemeSession | None = None
    """The session that is proposed, for whose first day the conditions are judged: see `fitting`."""

    @property
    def questions(self) -> list[Answer]:
        """The required conditions of which nobody knows yet, those that one asks the person first."""
        return sorted(self.judgement.of(Verdict.UNKNOWN, hard=True), key=lambda answer: not _is_asked(answer))

    @property
    def known_rules(self) -> list[Answer]:
        """The answers on facts that this release knows."""
        return [answer for answer in self.judgement.answers if answer.rule.field in FACTS]

    @property
    def unmet(self) -> list[Answer]:
        """The required conditions that are known not to be met."""
        return self.judgement.of(Verdict.UNMET, hard=True)

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

    `fits` can be chosen; for `to_ask` the file lacks a fact; `unfit` are full or past, or a required condition is not
    met; to `running` the person is referred already.
    """

    decision: OrientationDecision | None
    fits: list[Proposal]
    to_ask: list[Proposal]
    unfit: list[Proposal]
    running: list[Proposal]

    @property
    def codes(self) -> list[str]:
        """The facts that the schemes ask for and their conditions read, in the order of the screen."""
        every = [*self.fits, *self.to_ask, *self.unfit, *self.running]
        wanted = {code for proposal in every for code in proposal.offer.scheme.required_fields}
        read = {answer.rule.fact.carried_by for proposal in every for answer in proposal.known_rules}
        return in_order(wanted | read - {""})

    @property
    def asked_facts(self) -> dict[str, int]:
        """Fact → for how many schemes nobody knows yet."""
        return dict(Counter(answer.rule.field for proposal in self.to_ask for answer in proposal.questions))


def choice_for(session: ScopedSession, person: Person, known: Collection[str]) -> Choice:
    """The open schemes of the basin for a person, `known` are the codes of the facts in their file."""
    running = {referral.scheme_id: referral for referral in open_for(session, person.id)}
    decision = latest_decision(session, person.id)
    kinds = POINTS_TO.get(decision.direction, ()) if decision else ()
    dated, versions = schemes_with_sessions(session), versions_in_force(session)
    facts = facts_of(session, person.id) if versions else {}
    proposals = []
    for offer in offers_of_basin(session):
        version = versions.get(offer.scheme.id)
        proposed, judgement = fitting(version, offer, facts)
        proposals.append(
            Proposal(
                offer,
                missing(offer.scheme.required_fields, known),
                running.get(offer.scheme.id),
                in_line=offer.scheme.kind in kinds,
                dated=offer.scheme.id in dated,
                version=version,
                judgement=judgement,
                session=proposed,
            )
        )
    proposals.sort(key=_nearest_first)
    offered = [proposal for proposal in proposals if not proposal.running]
    open_now = [proposal for proposal in offered if not (proposal.is_full or proposal.is_over or proposal.unmet)]
    return Choice(
        decision,
        fits=[proposal for proposal in open_now if not (proposal.lacking or proposal.questions)],
        to_ask=[proposal for proposal in open_now if proposal.lacking or proposal.questions],
        unfit=[proposal for proposal in offered if proposal not in open_now],
        running=[proposal for proposal in proposals if proposal.running],
    )


def fitting(
    version: EligibilityVersion | None, offer: SchemeOffer, facts: Facts
) -> tuple[SchemeSession | None, Judgement]:
    """The session to propose, and what a file says of the conditions on its first day.

    The first one with a free seat for which the person fits; else the first for which one has to ask; else the first.
    Without a free seat anywhere, the same of all that one can still join.
    """
    chosen: tuple[SchemeSession | None, Judgement] | None = None
    best = best_outcome(rules_of_version(version), facts) if version else Outcome.FITS
    for held in _joinable(offer):
        judgement = judged_for(version, facts, held)
        if chosen is None or _ORDER[judgement.outcome] < _ORDER[chosen[1].outcome]:
            chosen = held, judgement
        if judgement.outcome is best:
            break
    return chosen or (None, judged_for(version, facts))


def _joinable(offer: SchemeOffer) -> Iterator[SchemeSession]:
    """The sessions with a free seat, or all that one can still join where none has one; the soonest first."""
    free = False
    for held in offer.sessions:
        if free_seats(held):
            free = True
            yield held
    if not free:
        yield from offer.sessions


_ORDER = {Outcome.FITS: 0, Outcome.ASK: 1, Outcome.UNFIT: 2}


def judged_for(version: EligibilityVersion | None, facts: Facts, held: SchemeSession | None = None) -> Judgement:
    """What a file says of the conditions of a scheme; ages are those on the first day of the session, or of today."""
    if version is None:
        return UNCONDITIONAL
    on = max(held.starts_on, today()) if held else today()
    return judge(rules_of_version(version), facts, on=on)


def _is_asked(answer: Answer) -> bool:
    return answer.rule.field in ASKED


def _nearest_first(proposal: Proposal) -> tuple[bool, int, int]:
    """What the orientation points to, then what lacks least, then what meets most of what is wished for."""
    wished = len(proposal.judgement.of(Verdict.MET, hard=False))
    return (not proposal.in_line, len(proposal.questions) + len(proposal.lacking), -wished)
