"""Between the page of a hand-over and its action: what would move, to whom, and whether that is what was shown."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from clais.database import ScopedSession
from clais.identity.models import Membership
from clais.permissions import PermissionTable
from tenants.team import caseloads, newcomers, presentation
from tenants.team import queries as team
from tenants.team.queries import Colleague
from tenants.team.rules.proposing import Agent, Proposal
from tenants.transfers import queries
from tenants.transfers.queries import InHand
from tenants.transfers.rules.splitting import how_many_move, split


@dataclass(frozen=True, slots=True)
class Share:
    """What a colleague would take: how many files, how many of these people they know, and their load afterwards."""

    name: str
    files: int
    known: int
    after: int
    ceiling: int | None

    @property
    def is_over(self) -> bool:
        """Whether they would follow more files than they can."""
        return self.ceiling is not None and self.after > self.ceiling


@dataclass(frozen=True, slots=True)
class Preview:
    """What a hand-over would do."""

    split: Mapping[UUID, UUID]
    shares: Sequence[Share]
    in_hand: InHand
    staying: int

    def mark(self, data: Mapping[str, Any]) -> str:
        """What tells this hand-over from another one: who accepts it accepts what they saw."""
        said = [str(data[name]) for name in ("reason", "ends_on", "stops_newcomers", "moves")]
        pairs = sorted(f"{person} {member}" for person, member in self.split.items())
        return hashlib.sha256("\n".join((*said, *pairs)).encode()).hexdigest()


def colleagues_of(session: ScopedSession, giver: Membership, table: PermissionTable) -> list[Colleague]:
    """Who could take files of a member."""
    absences = [each.absence for each in team.absences_to_cover(session)]
    found = team.followers_among(team.colleagues_with(session, absences), table)
    return [each for each in found if each.membership.id != giver.id]


def preview(
    session: ScopedSession, giver: Membership, colleagues: Sequence[Colleague], data: Mapping[str, Any]
) -> Preview:
    """What the hand-over of a valid form would do, as things stand."""
    counts = caseloads.caseloads(session)
    agents = [presentation.agent_of(each, counts) for each in colleagues]
    chosen = [agent for agent in agents if str(agent.key) in data["colleagues"]] or agents
    rows = newcomers.files_of_member(session, giver.id)
    pattern = team.pattern_of(session, giver.id)
    many = how_many_move(data["moves"], len(rows), pattern.ceiling if pattern else None)
    # Those that came last are the least known.
    moving = [presentation.newcomer_of(row) for row in rows[len(rows) - many :]]
    proposals = split(moving, chosen)
    people = list(proposals)
    return Preview(
        split={person: proposal.agent.key for person, proposal in proposals.items()},
        shares=_shares(agents, proposals),
        in_hand=queries.in_hand(session, giver.id, people, data["ends_on"]),
        staying=len(rows) - len(people),
    )


def _shares(agents: Sequence[Agent], proposals: Mapping[UUID, Proposal]) -> list[Share]:
    files = Counter(proposal.agent.key for proposal in proposals.values())
    known = Counter(proposal.agent.key for proposal in proposals.values() if "meets" in proposal.reasons)
    return [
        Share(agent.name, files[agent.key], known[agent.key], agent.files + files[agent.key], agent.ceiling)
        for agent in agents
        if files[agent.key]
    ]
