"""A caseload is split so that every file has one colleague, and none passes a ceiling while another has room."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.team.rules.proposing import Agent, Newcomer, obstacles
from tenants.transfers.rules.splitting import how_many_move, split
from tests.tenants.team.test_proposing import NEWCOMERS, TEAMS

FILES = st.lists(NEWCOMERS, max_size=12, unique_by=lambda one: one.key)


@given(FILES, TEAMS)
def test_every_file_goes_to_one_colleague_and_the_same_again(files: list[Newcomer], team: tuple[Agent, ...]) -> None:
    found = split(files, team)
    assert list(found) == [file.key for file in files]
    assert {proposal.agent.key for proposal in found.values()} <= {agent.key for agent in team}
    assert split(files, tuple(reversed(team))) == found
    assert split(files, ()) == {}


@given(FILES, TEAMS)
def test_a_ceiling_is_passed_only_when_nobody_else_has_room(files: list[Newcomer], team: tuple[Agent, ...]) -> None:
    taken: Counter[object] = Counter()
    by_key = {file.key: file for file in files}
    for key, proposal in split(files, team).items():
        chosen = next(agent for agent in team if agent.key == proposal.agent.key)
        if chosen.ceiling is not None and chosen.files + taken[chosen.key] >= chosen.ceiling:
            others = [agent for agent in team if agent.key != chosen.key]
            assert all(
                obstacles(by_key[key], agent)
                or (agent.ceiling is not None and agent.files + taken[agent.key] >= agent.ceiling)
                for agent in others
            )
        taken[chosen.key] += 1


@pytest.mark.parametrize(
    ("moves", "files", "ceiling", "number"),
    [("all", 46, 45, 46), ("none", 46, 45, 0), ("above", 46, 45, 1), ("above", 40, 45, 0), ("above", 46, None, 0)],
)
def test_all_none_or_what_is_above_the_ceiling_moves(moves: str, files: int, ceiling: int | None, number: int) -> None:
    assert how_many_move(moves, files, ceiling) == number
