"""What a person signs: the goal, the objectives, who does which step by when. The same text has the same hash."""

import hashlib
import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

WIDTH, HEIGHT = 600, 200
"""The field in which one signs on the screen."""
LONGEST_DRAWING = 20_000
FEWEST_POINTS = 8
DRAWING = re.compile(r"[0-9]{1,3},[0-9]{1,3}(?:[ ;][0-9]{1,3},[0-9]{1,3})*")


class SignedStep(NamedTuple):
    """A step as it is signed."""

    text: str
    who: str
    due_on: date | None


def text_of(goal: str, objectives: Iterable[tuple[str, Iterable[SignedStep]]]) -> str:
    """The text that is fixed: one line each, in the order of the plan."""
    lines = [f"# {_line(goal)}"]
    for objective, steps in objectives:
        lines.append(f"## {_line(objective)}")
        lines += [f"- {_line(one.text)} | {one.who} | {one.due_on or ''}" for one in sorted(steps, key=_order)]
    return "\n".join(lines)


def _line(text: str) -> str:
    return " ".join(text.split())


def _order(step: SignedStep) -> tuple[str, str, str]:
    return str(step.due_on or "9999"), step.text, step.who


def hash_of(text: str) -> bytes:
    """SHA-256 of the text."""
    return hashlib.sha256(text.encode()).digest()


def strokes(drawing: str) -> list[str]:
    """The strokes of a drawing, each as the points of a line."""
    return drawing.split(";")


def is_drawn(drawing: str) -> bool:
    """Whether these are strokes inside the field, with enough points to be a signature."""
    if not DRAWING.fullmatch(drawing):
        return False
    points = [point.split(",") for point in re.split("[ ;]", drawing)]
    return len(points) >= FEWEST_POINTS and all(int(x) <= WIDTH and int(y) <= HEIGHT for x, y in points)
