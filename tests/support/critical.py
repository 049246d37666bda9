"""Several at once: many who start together, or two, the first of whom stops between its check and its writing."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event

Result = TypeVar("Result")
PATIENCE_SECONDS = 1.0
"""How long the first waits for the second: one that is kept waiting by a lock is not done by then."""


def at_once(number: int, act: Callable[[int], Result]) -> list[Result]:
    """Do something from many threads that start together."""
    barrier = threading.Barrier(number)

    def one(turn: int) -> Result:
        barrier.wait(20)
        return act(turn)

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(one, range(number)))


def interleave(engine: Engine, first: Callable[[], object], second: Callable[[], object], before: str) -> list[Any]:
    """Run `first` until its first statement that begins with `before`, then `second`, then the rest of `first`.

    Gives what each returned or raised. Fails when `first` never comes to such a statement.
    """
    outcomes: list[Any] = [None, None]
    reached, done = threading.Event(), threading.Event()

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            outcomes[place] = act()
        except Exception as error:  # noqa: BLE001 - what was raised is what the test looks at.
            outcomes[place] = error

    def stop(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if threading.current_thread() is one and not reached.is_set() and statement.startswith(before):
            reached.set()
            done.wait(PATIENCE_SECONDS)

    def after() -> None:
        with suppress(threading.BrokenBarrierError):
            reached.wait(10)
        run(1, second)
        done.set()

    one = threading.Thread(target=run, args=(0, first))
    other = threading.Thread(target=after)
    event.listen(engine, "before_cursor_execute", stop)
    try:
        one.start()
        other.start()
        one.join(30)
        other.join(30)
    finally:
        event.remove(engine, "before_cursor_execute", stop)
    assert reached.is_set(), f"no statement begins with {before!r}"
    return outcomes
