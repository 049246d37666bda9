"""Between the pages of a team and its actions: who could follow a newcomer, as a form shows it."""

from typing import Any

import marshmallow

from clais.database import ScopedSession
from clais.services import services
from tenants.people.models import Person
from tenants.team import caseloads, newcomers, presentation, queries
from tenants.team.choices import ASKED, NOT_AGAIN
from tenants.team.models import WorkingPattern
from tenants.team.rules.proposing import Newcomer, ranked
from tenants.team.schemas import PatternSchema, choosing_schema


def choosing(session: ScopedSession, person: Person, *, asks: bool = False) -> marshmallow.Schema:
    """The form that chooses who follows a newcomer: every agent in the order of the rules, each with the reasons."""
    table = services().permissions
    absences = [each.absence for each in queries.absences_to_cover(session)]
    colleagues = queries.followers_among(queries.colleagues_with(session, absences), table)
    counts = caseloads.caseloads(session)
    row = newcomers.newcomer(session, table, person.id)
    wanted = presentation.newcomer_of(row) if row else Newcomer(person.id)
    choices = []
    for proposal in ranked(wanted, [presentation.agent_of(colleague, counts) for colleague in colleagues]):
        said = [*presentation.obstacles_in_words(proposal), *presentation.reasons_in_words(proposal, wanted)]
        choices.append((str(proposal.agent.key), proposal.agent.name, " · ".join(said)))
    return choosing_schema(choices, asks=asks)


def wished(session: ScopedSession, person: Person) -> dict[str, list[str]]:
    """What a person wished so far, as its form shows it."""
    known = queries.wishes_of(session, person.id)
    return {code: [str(wish.membership_id) for wish in known if wish.wish == code] for code in (ASKED, NOT_AGAIN)}


def pattern_values(pattern: WorkingPattern | None) -> dict[str, Any]:
    """A pattern as its form shows it; of who has none, that they take newcomers."""
    if pattern is None:
        return {"takes_newcomers": True}
    return {name: getattr(pattern, name) for name in PatternSchema().load_fields}
