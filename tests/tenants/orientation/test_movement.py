from hypothesis import given
from hypothesis import strategies as st

from tenants.orientation.answers import Answer
from tenants.orientation.rules.dimensions import DIMENSIONS, LEVELS, position
from tenants.orientation.rules.movement import moves, not_looked_at, obstacles, strengths

bilans = st.dictionaries(st.sampled_from([d.code for d in DIMENSIONS]), st.sampled_from(list(LEVELS))).map(
    lambda levels: {code: Answer(level) for code, level in levels.items()}
)


@given(before=bilans, now=bilans)
def test_each_dimension_of_today_is_said_once_and_moves_the_way_its_levels_do(
    before: dict[str, Answer], now: dict[str, Answer]
) -> None:
    found = moves(before, now)
    assert sorted(move.dimension.code for move in found) == sorted(now)
    for move in found:
        earlier = before.get(move.dimension.code)
        assert move.now == now[move.dimension.code].level
        assert (move.kind == "new") == (earlier is None)
        if earlier is not None:
            assert (move.kind == "better") == (move.now > earlier.level)
            assert (move.kind == "worse") == (move.now < earlier.level)
            assert move.is_settled == (earlier.level < 0 <= move.now)
    assert {dimension.code for dimension in not_looked_at(before, now)} == set(before) - set(now)


@given(now=bilans)
def test_obstacles_come_heaviest_first_and_strengths_strongest_first(now: dict[str, Answer]) -> None:
    hindering = [now[dimension.code].level for dimension in obstacles(now)]
    carrying = [now[dimension.code].level for dimension in strengths(now)]
    assert hindering == sorted(level for level in (answer.level for answer in now.values()) if level < 0)
    assert carrying == sorted((answer.level for answer in now.values() if answer.level > 0), reverse=True)


def test_levels_stand_from_one_end_of_the_line_to_the_other() -> None:
    assert [position(level) for level in LEVELS] == [0, 20, 40, 60, 80, 100]
