"""Between the pages of a team and its actions: who could follow a newcomer, as a form shows it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import marshmallow

from clais.database import ScopedSession
from clais.services import services
from tenants.people.models import Person
from tenants.team import caseloads, newcomers, presentation, queries
from tenants.team.choices import ASKED, NOT_AGAIN
from tenants.team.models import WorkingPattern
from tenants.team.rules.proposing import Newcomer, Proposal, ranked
from tenants.team.schemas import PatternSchema, choosing_schema


def choosing(session: ScopedSession, person: Person, *, asks: bool = False) -> marshmallow.Schema:
    """The form that chooses who follows a newcomer: every agent in the order of the rules, each with the reasons."""
    wanted = wanted_by(session, person.id)
    choices = [(str(each.agent.key), each.agent.name, said(each, wanted)) for each in proposals(session, wanted)]
    return choosing_schema(choices, asks=asks)


def wanted_by(session: ScopedSession, person_id: UUID) -> Newcomer:
    """A person whom nobody follows, as the rules of a proposal see them; of who is followed, nothing."""
    row = newcomers.newcomer(session, services().permissions, person_id)
    return presentation.newcomer_of(row) if row else Newcomer(person_id)


def proposals(session: ScopedSession, wanted: Newcomer) -> Sequence[Proposal]:
    """Every agent for a newcomer in the order of the rules."""
    table = services().permissions
    absences = [each.absence for each in queries.absences_to_cover(session)]
    colleagues = queries.followers_among(queries.colleagues_with(session, absences), table)
    counts = caseloads.caseloads(session)
    return ranked(wanted, [presentation.agent_of(colleague, counts) for colleague in colleagues])


def said(proposal: Proposal, wanted: Newcomer) -> str:
    """What stands against an agent, and what speaks for them."""
    words = [*presentation.obstacles_in_words(proposal), *presentation.reasons_in_words(proposal, wanted)]
    return " · ".join(words)


def wished(session: ScopedSession, person: Person) -> dict[str, list[str]]:
    """What a person wished so far, as its form shows it."""
    known = queries.wishes_of(session, person.id)
    return {code: [str(wish.membership_id) for wish in known if wish.wish == code] for code in (ASKED, NOT_AGAIN)}


def pattern_values(pattern: WorkingPattern | None) -> dict[str, Any]:
    """A pattern as its form shows it; of who has none, that they take newcomers."""
    if pattern is None:
        return {"takes_newcomers": True}
    return {name: getattr(pattern, name) for name in PatternSchema().load_fields}
