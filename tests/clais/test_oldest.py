"""What is kept in a dict makes room for what is newer, whatever other threads put in meanwhile."""

import sys
from itertools import count
from types import FrameType
from typing import Any

import pytest

from clais.oldest import drop_oldest


@pytest.mark.parametrize(("there", "most", "left"), [(0, 3, []), (2, 3, [0, 1]), (3, 3, [0, 1, 2]), (5, 3, [2, 3, 4])])
def test_those_that_were_put_in_last_stay(there: int, most: int, left: list[int]) -> None:
    kept = dict.fromkeys(range(there))
    drop_oldest(kept, most)
    assert list(kept) == left


def test_nothing_goes_while_there_is_room() -> None:
    kept = dict.fromkeys(range(20))
    drop_oldest(kept, 23)
    assert len(kept) == 20


def test_another_thread_may_put_something_in_or_take_it_out_between_any_two_steps() -> None:
    kept: dict[int, None] = dict.fromkeys(range(6))
    numbers = count(6)

    def meanwhile(frame: FrameType, event: str, _told: Any) -> Any:
        """What another thread does, at each step of the function that is under test."""
        if frame.f_code is not drop_oldest.__code__:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            kept.pop(4, None)
            kept[next(numbers)] = None
        return meanwhile

    before = sys.gettrace()
    sys.settrace(meanwhile)
    try:
        drop_oldest(kept, 3)
    finally:
        sys.settrace(before)
    assert next(numbers) > 10
    assert not {0, 1, 2} & kept.keys()
