"""A child that is killed starts again, however often; one that cannot start ends the command, with a message."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import supervision
from config.supervision import FAULTS, Children

KILLS = 20


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def children(said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Children]:
    """Children that start again at once, of two modules: one stays, one leaves with an error."""
    monkeypatch.setattr(supervision, "PAUSES", (0,))
    (tmp_path / "stays.py").write_text("import time\ntime.sleep(600)\n")
    (tmp_path / "cannot.py").write_text("raise SystemExit(3)\n")
    made = Children({"PYTHONPATH": str(tmp_path)}, say=said.append)
    yield made
    made.stop()


def test_a_child_that_is_killed_starts_again_each_time_and_it_is_said(children: Children, said: list[str]) -> None:
    children.start("serveur", [], module="stays")
    for kill in range(KILLS):
        child = children.started[0].process
        child.kill()
        child.wait()
        assert children.revive() is None
        assert children.started[0].process.pid != child.pid
        assert len(said) == kill + 1
    assert said[0][9:] == "Le serveur s'est arrêté (tué par SIGKILL) : il est relancé."


def test_a_child_that_cannot_start_is_given_up(children: Children, said: list[str]) -> None:
    children.start("serveur", [], module="cannot")
    assert children.watch() == "serveur"
    assert len(said) == FAULTS
    assert said[0][9:] == "Le serveur s'est arrêté (code 3) : il est relancé."


def test_pauses_grow_for_who_ends_at_once_and_are_forgotten_after_a_while(
    children: Children, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "PAUSES", (0, 0.5, 10))
    children.start("serveur", [], module="stays")
    child = children.started[0]

    def pause_after(lived: float) -> float:
        child.process.kill()
        child.process.wait()
        now = time.monotonic()
        child.started = now - lived
        child.note_end(now)
        assert child.again is not None
        return round(child.again - now, 3)

    assert [pause_after(lived) for lived in (1, 1, 1, 1)] == [0, 0.5, 10, 10]
    assert pause_after(supervision.STEADY_SECONDS) == 0
    assert child.faults == 0, "who is killed has no fault"
    assert said == []
