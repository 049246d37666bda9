"""Who could follow a newcomer: what keeps an agent from it, then rules in order, each of which is a reason to name."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any
from uuid import UUID

FRENCH = "fr"
WELL = frozenset({"B1", "B2", "C1", "C2", "native"})
"""The levels at which an interview can be held in a language."""
USUAL_CEILING = 45
"""What the files of an agent without a ceiling are compared with, so that a half-time is not given as many."""

OBSTACLES = ("not_again", "absent", "no_newcomers", "full")
"""What keeps an agent from a newcomer; who has one is proposed only where everybody has one."""
REASONS = ("asked", "meets", "kind", "language", "day", "week", "room")
"""The rules, in their order: the first that two agents differ in decides between them."""


@dataclass(frozen=True, slots=True)
class Agent:
    """Someone who follows people up, as of today.

    `received` is how many files came to them in the last week; `kinds` are the requests that they are named for.
    """

    key: UUID
    name: str
    files: int = 0
    received: int = 0
    ceiling: int | None = None
    languages: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    is_absent: bool = False
    works_today: bool = True
    takes_newcomers: bool = True

    @property
    def is_full(self) -> bool:
        """Whether another file would pass their ceiling."""
        return self.ceiling is not None and self.files >= self.ceiling

    @property
    def fullness(self) -> Fraction:
        """Their files as a part of what they can follow."""
        return Fraction(self.files, self.ceiling or USUAL_CEILING)

    def with_one_more(self) -> "Agent":
        """The same agent once they were given a file."""
        return replace(self, files=self.files + 1, received=self.received + 1)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Someone without a referent: in which languages they are best received, what they come for, whom they want or
    refuse, and with whom they have an appointment.
    """

    key: UUID
    languages: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    asked: frozenset[UUID] = frozenset()
    refused: frozenset[UUID] = frozenset()
    meets: UUID | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """An agent for a newcomer, with the reasons that speak for them and the obstacles that stand against."""

    agent: Agent
    reasons: tuple[str, ...]
    obstacles: tuple[str, ...] = ()


def languages_to_match(rows: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The languages in which someone is better received than in French; none for who speaks French well."""
    spoken = {row["language"] for row in rows if row.get("spoken") in WELL}
    return frozenset() if FRENCH in spoken else frozenset(spoken)


def obstacles(newcomer: Newcomer, agent: Agent) -> tuple[str, ...]:
    """What keeps an agent from a newcomer."""
    stands = {
        "not_again": agent.key in newcomer.refused,
        "absent": agent.is_absent,
        "no_newcomers": not agent.takes_newcomers,
        "full": agent.is_full,
    }
    return tuple(name for name in OBSTACLES if stands[name])


def ranked(newcomer: Newcomer, agents: Collection[Agent]) -> list[Proposal]:
    """Every agent for a newcomer, the one to propose first."""
    found = [(agent, obstacles(newcomer, agent)) for agent in agents]
    found.sort(key=lambda pair: (bool(pair[1]), *(name in pair[1] for name in OBSTACLES), *_order(newcomer, pair[0])))
    least = min((agent.received for agent, against in found if not against), default=-1)
    return [Proposal(agent, _reasons(newcomer, agent, least), against) for agent, against in found]


def proposed(newcomer: Newcomer, agents: Collection[Agent]) -> Proposal | None:
    """The agent to propose; None where nobody follows people up."""
    return next(iter(ranked(newcomer, agents)), None)


def for_who_is_here(proposals: Sequence[Proposal]) -> list[Proposal]:
    """The same for someone who is at the desk: who is not at work today comes after all who are."""
    return sorted(proposals, key=lambda proposal: not (proposal.agent.works_today and not proposal.agent.is_absent))


def in_turn(newcomers: Sequence[Newcomer], agents: Collection[Agent]) -> dict[UUID, Proposal]:
    """A proposal for each newcomer, the first one first: each counts for those who come after."""
    present = {agent.key: agent for agent in agents}
    found = {}
    for newcomer in newcomers:
        proposal = proposed(newcomer, present.values())
        if proposal is not None:
            found[newcomer.key] = proposal
            present[proposal.agent.key] = present[proposal.agent.key].with_one_more()
    return found


def _order(newcomer: Newcomer, agent: Agent) -> tuple[Any, ...]:
    """The rules as a sort key, the smallest first; the name and the key make it total."""
    holds = _holds(newcomer, agent)
    yes_or_no = (not holds[rule] for rule in ("asked", "meets", "kind", "language", "day"))
    return (*yes_or_no, agent.received, agent.fullness, agent.name, agent.key)


def _holds(newcomer: Newcomer, agent: Agent) -> dict[str, bool]:
    return {
        "asked": agent.key in newcomer.asked,
        "meets": agent.key == newcomer.meets,
        "kind": bool(agent.kinds & newcomer.kinds),
        "language": bool(agent.languages & newcomer.languages),
        "day": agent.works_today and not agent.is_absent,
    }


def _reasons(newcomer: Newcomer, agent: Agent, least: int) -> tuple[str, ...]:
    holds = _holds(newcomer, agent) | {"week": agent.received == least, "room": not agent.is_full}
    return tuple(rule for rule in REASONS if holds[rule])
