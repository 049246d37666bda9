"""How the files of a member are split among colleagues: by the rules for newcomers, each file for itself."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from tenants.team.rules.proposing import Agent, Newcomer, Proposal, proposed


def split(files: Sequence[Newcomer], agents: Collection[Agent]) -> dict[UUID, Proposal]:
    """An agent for each file, the first one first; nothing where there is nobody.

    What came to an agent lately does not count: it is a whole caseload, which goes where there is room.
    """
    present = {agent.key: replace(agent, received=0) for agent in agents}
    found = {}
    for file in files:
        proposal = proposed(file, present.values())
        if proposal is not None:
            found[file.key] = proposal
            taker = present[proposal.agent.key]
            present[taker.key] = replace(taker, files=taker.files + 1)
    return found


def how_many_move(moves: str, files: int, ceiling: int | None) -> int:
    """How many of a member's files move: all, those above the ceiling, or none."""
    if moves == "all":
        return files
    return max(0, files - ceiling) if moves == "above" and ceiling is not None else 0
