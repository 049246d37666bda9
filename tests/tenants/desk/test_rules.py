from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tenants.desk.rules.presence import Booked, presence_at
from tenants.desk.rules.queue import InLine, next_for

TEN = datetime(2026, 11, 30, 10, tzinfo=UTC)
NADIA, LUC = UUID(int=1), UUID(int=2)


def waits(number: int, minute: int, agent: UUID | None = None, expected: int | None = None) -> InLine:
    at = TEN + timedelta(minutes=minute)
    return InLine(UUID(int=number), agent, at, None if expected is None else TEN + timedelta(minutes=expected))


def next_number(agent: UUID, *line: InLine) -> int | None:
    found = next_for(agent, line)
    return found.visit_id.int if found else None


def test_who_came_first_is_next_and_who_waits_for_a_colleague_is_left_to_them() -> None:
    line = (waits(1, 5), waits(2, 0, LUC), waits(3, 3, NADIA))
    assert next_number(NADIA, *line) == 3
    assert next_number(LUC, *line) == 2
    assert next_number(NADIA, waits(2, 0, LUC)) is None


def test_an_appointment_keeps_its_hour_though_its_person_came_early() -> None:
    assert next_number(NADIA, waits(1, 0, NADIA, expected=30), waits(2, 10)) == 2
    assert next_number(NADIA, waits(1, 0, NADIA, expected=30), waits(2, 31)) == 1


def test_who_comes_a_little_late_keeps_the_hour_and_who_comes_much_later_does_not() -> None:
    assert next_number(NADIA, waits(1, 40, NADIA, expected=30), waits(2, 35)) == 1
    assert next_number(NADIA, waits(1, 50, NADIA, expected=30), waits(2, 35)) == 2


@given(st.lists(st.tuples(st.integers(0, 300), st.sampled_from([None, NADIA, LUC])), max_size=8))
def test_nobody_who_waits_for_an_agent_is_forgotten(line: list[tuple[int, UUID | None]]) -> None:
    waiting = {number: waits(number, minute, agent) for number, (minute, agent) in enumerate(line, 1)}
    for agent in (NADIA, LUC):
        left, served = dict(waiting), set()
        while (number := next_number(agent, *left.values())) is not None:
            served.add(number)
            del left[number]
        assert served == {number for number, one in waiting.items() if one.agent_id in {None, agent}}


def test_an_agent_is_free_until_the_next_appointment_and_not_during_one() -> None:
    later = Booked(TEN + timedelta(minutes=30), TEN + timedelta(minutes=75), begun=False)
    assert presence_at(TEN, [later], None).until == later.starts_at
    assert presence_at(TEN, [later], None).free
    kept = Booked(TEN, TEN + timedelta(minutes=45), begun=True)
    assert presence_at(TEN, [kept, later], None).until == kept.ends_at
    assert not presence_at(TEN, [kept], None).free


def test_whoever_receives_somebody_is_not_free_whatever_the_agenda_says() -> None:
    found = presence_at(TEN, [], TEN - timedelta(minutes=4))
    assert (found.free, found.until, found.since) == (False, None, TEN - timedelta(minutes=4))


def test_an_appointment_whose_person_is_not_there_leaves_its_agent_free() -> None:
    missed = Booked(TEN - timedelta(minutes=10), TEN + timedelta(minutes=35), begun=False)
    assert presence_at(TEN, [missed], None) == presence_at(TEN, [], None)
