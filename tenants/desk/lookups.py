"""The rows that an address or a form names, or 404."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from flask import abort

from clais.audit.actions import record_reading
from clais.clock import today
from clais.database import NIL, ScopedSession
from clais.identity.models import Membership
from clais.registry.models import Partner
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from tenants.agenda.forms import agents_of
from tenants.desk.models import Visit
from tenants.desk.schemas import FIRST_FREE, Agents
from tenants.partners.queries import partners_page
from tenants.team import forms as team
from tenants.team.presentation import obstacles_in_words
from tenants.team.queries import away_on
from tenants.team.rules.proposing import Newcomer, Proposal, for_who_is_here

MOST_PARTNERS = 400


READING = "visit.read"
RECEPTIONS = "intake.read"


def visit_or_404(visit_id: UUID) -> Visit:
    """The visit of an address."""
    return get_or_404(Visit, visit_id)


def visit_opened(visit_id: UUID) -> Visit:
    """The visit of a page that shows it, which is on record for whoever has a file."""
    visit = visit_or_404(visit_id)
    if visit.person_id is not None:
        record_reading(database(), visit.person_id, READING, subject_id=visit.id)
    return visit


def agent_choices(agents: Sequence[Membership], away: Collection[UUID]) -> Agents:
    """The colleagues with whom somebody may wait, as a form offers them: who is `away` today is the last, and said."""
    here = [(str(agent.id), agent.display_name, "") for agent in agents if agent.id not in away]
    return here + [(str(agent.id), agent.display_name, _("not at work today")) for agent in agents if agent.id in away]


def proposed_agents(session: ScopedSession, wanted: Newcomer) -> Agents:
    """The same in the order in which they are proposed for somebody: the first one with the reasons, the others with
    what stands against them.
    """
    agents = agents_of(session)
    keys, away = {agent.id for agent in agents}, away_on(session, today())
    ranked = for_who_is_here([each for each in team.proposals(session, wanted) if each.agent.key in keys])
    choices = [
        (str(each.agent.key), each.agent.name, _said(each, wanted, is_first=not place, is_away=each.agent.key in away))
        for place, each in enumerate(ranked)
    ]
    known = {each.agent.key for each in ranked}
    return choices + list(agent_choices([agent for agent in agents if agent.id not in known], away))


def _said(proposal: Proposal, wanted: Newcomer, *, is_first: bool, is_away: bool) -> str:
    if is_away:
        return _("not at work today")
    if proposal.obstacles:
        # Whom somebody does not want is for those to know who read what was said in a room.
        hidden = () if actor().may(RECEPTIONS) else ("not_again",)
        told = replace(proposal, obstacles=tuple(each for each in proposal.obstacles if each not in hidden))
        return " · ".join(obstacles_in_words(told))
    return _("proposed: %(reasons)s", reasons=team.said(proposal, wanted)) if is_first else ""


def asking(themes: Collection[str], person_id: UUID | None = None) -> Newcomer:
    """Somebody at the desk as the rules of a proposal see them: by what they ask, and by a file of theirs.

    What they asked in a room stays there: it is proposed by for those alone who read receptions.
    """
    wanted = team.wanted_by(database(), person_id) if person_id else Newcomer(NIL)
    known = wanted.kinds if actor().may(RECEPTIONS) else frozenset()
    return replace(wanted, kinds=known | frozenset(themes))


def chosen_agent(choice: str) -> UUID | None:
    """The membership of a choice of the form; none for the first who is free."""
    return None if choice == FIRST_FREE else UUID(choice)


def partner_choices(session: ScopedSession) -> Sequence[tuple[str, str]]:
    """The partners of the platform, by name, as a form offers them."""
    return [(str(row.Partner.id), row.Partner.name) for row in partners_page(session, {}, limit=MOST_PARTNERS)]


def partner_named(partner_id: UUID) -> Partner:
    """The partner whom a form names."""
    return get_or_404(Partner, partner_id)


def partner_of(visit: Visit) -> Partner:
    """The partner to whom somebody was directed, or 404."""
    return partner_named(visit.sent_to_id) if visit.sent_to_id else abort(404)
