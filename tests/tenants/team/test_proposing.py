"""Who is proposed for a newcomer: always somebody, always the same, never who is away or full if others are not."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.team.rules.proposing import (
    OBSTACLES,
    REASONS,
    Agent,
    Newcomer,
    for_who_is_here,
    in_turn,
    languages_to_match,
    obstacles,
    proposed,
    ranked,
)

KEYS = [UUID(int=number) for number in range(1, 7)]
CODES = st.frozensets(st.sampled_from(("ar", "tr", "it")))
KINDS = st.frozensets(st.sampled_from(("work", "french")))


def an_agent(key: UUID) -> st.SearchStrategy[Agent]:
    return st.builds(
        Agent,
        key=st.just(key),
        name=st.sampled_from(("Luc", "Nadia")),
        files=st.integers(0, 6),
        received=st.integers(0, 3),
        ceiling=st.none() | st.integers(1, 6),
        languages=CODES,
        kinds=KINDS,
        is_absent=st.booleans(),
        works_today=st.booleans(),
        takes_newcomers=st.booleans(),
    )


TEAMS = st.integers(1, len(KEYS)).flatmap(lambda size: st.tuples(*map(an_agent, KEYS[:size])))
SOME = st.frozensets(st.sampled_from(KEYS), max_size=2)
NEWCOMERS = st.builds(
    Newcomer,
    key=st.uuids(),
    languages=CODES,
    kinds=KINDS,
    asked=SOME,
    refused=SOME,
    meets=st.none() | st.sampled_from(KEYS),
)


@given(NEWCOMERS, TEAMS)
def test_at_the_desk_who_is_not_at_work_comes_after_who_is(newcomer: Newcomer, team: tuple[Agent, ...]) -> None:
    here = for_who_is_here(ranked(newcomer, team))
    at_work = [proposal.agent.works_today and not proposal.agent.is_absent for proposal in here]
    assert at_work == sorted(at_work, reverse=True)
    assert sorted(proposal.agent.key for proposal in here) == sorted(agent.key for agent in team)


@given(NEWCOMERS, TEAMS)
def test_somebody_is_proposed_and_the_same_in_any_order(newcomer: Newcomer, team: tuple[Agent, ...]) -> None:
    found = proposed(newcomer, team)
    assert found is not None
    assert proposed(newcomer, tuple(reversed(team))) == found
    assert {each.agent for each in ranked(newcomer, team)} == set(team)
    assert proposed(newcomer, ()) is None


@given(NEWCOMERS, TEAMS)
def test_who_is_away_full_refused_or_takes_nobody_comes_after_all_others(
    newcomer: Newcomer, team: tuple[Agent, ...]
) -> None:
    hindered = [bool(obstacles(newcomer, each.agent)) for each in ranked(newcomer, team)]
    assert hindered == sorted(hindered)


@given(st.lists(NEWCOMERS, max_size=8, unique_by=lambda one: one.key), TEAMS)
def test_several_newcomers_never_pass_a_ceiling_while_somebody_has_room(
    newcomers: list[Newcomer], team: tuple[Agent, ...]
) -> None:
    given_to = {agent.key: agent for agent in team}
    for newcomer in newcomers:
        proposal = in_turn(newcomers, team)[newcomer.key]
        present = given_to[proposal.agent.key]
        assert proposal.agent == present, "each counts for those who come after"
        if present.is_full:
            assert all(obstacles(newcomer, agent) for agent in given_to.values())
        given_to[present.key] = present.with_one_more()


@given(NEWCOMERS, TEAMS)
def test_every_reason_that_is_given_is_true(newcomer: Newcomer, team: tuple[Agent, ...]) -> None:
    for proposal in ranked(newcomer, team):
        agent, said = proposal.agent, set(proposal.reasons)
        assert ("asked" in said) == (agent.key in newcomer.asked)
        assert ("meets" in said) == (agent.key == newcomer.meets)
        assert ("language" in said) == bool(agent.languages & newcomer.languages)
        assert ("kind" in said) == bool(agent.kinds & newcomer.kinds)
        assert ("day" in said) == (agent.works_today and not agent.is_absent)
        assert ("room" in said) == (not agent.is_full)
        assert ("full" in proposal.obstacles) == agent.is_full
        assert list(proposal.reasons) == [rule for rule in REASONS if rule in said]
        assert list(proposal.obstacles) == [name for name in OBSTACLES if name in proposal.obstacles]


ARABIC, FRENCH_CLASS = frozenset({"ar"}), frozenset({"french"})
WANTED = Newcomer(UUID(int=99), ARABIC, FRENCH_CLASS, frozenset({KEYS[0]}), meets=KEYS[1])
LADDER = [
    Agent(KEYS[0], "Asked", received=9, works_today=False),
    Agent(KEYS[1], "Meets", received=9, works_today=False),
    Agent(KEYS[2], "Named", received=9, works_today=False, kinds=FRENCH_CLASS),
    Agent(KEYS[3], "Speaks", received=9, works_today=False, languages=ARABIC),
    Agent(KEYS[4], "At work", received=9),
    Agent(KEYS[5], "Idle", received=0, works_today=False),
]


@pytest.mark.parametrize("place", range(len(LADDER)))
def test_the_rules_decide_in_their_order(place: int) -> None:
    found = proposed(WANTED, LADDER[place:])
    assert found is not None
    assert found.agent == LADDER[place]


def test_between_equals_who_is_less_full_for_their_ceiling_is_proposed() -> None:
    half_time, full_time = Agent(KEYS[0], "Marie", files=20, ceiling=23), Agent(KEYS[1], "Zoé", files=30, ceiling=45)
    found = proposed(Newcomer(UUID(int=9)), [half_time, full_time])
    assert found is not None
    assert found.agent == full_time
    away = replace(full_time, is_absent=True)
    assert [each.agent for each in ranked(Newcomer(UUID(int=9)), [away, half_time])] == [half_time, away]


@pytest.mark.parametrize(
    ("rows", "matched"),
    [
        ([("ar", "native"), ("fr", "A2")], {"ar"}),
        ([("ar", "native"), ("fr", "B1")], set()),
        ([("tr", "B2"), ("ar", "A1")], {"tr"}),
        ([("fr", "native")], set()),
        ([], set()),
    ],
)
def test_a_language_counts_for_who_cannot_hold_an_interview_in_french(
    rows: list[tuple[str, str]], matched: set[str]
) -> None:
    assert languages_to_match([{"language": code, "spoken": level} for code, level in rows]) == matched
