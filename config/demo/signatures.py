"""Signatures drawn on the screen, as a finger draws them: strokes of whole points in the field of the page."""

from collections.abc import Iterator
from math import cos, pi, sin

from config.demo.engine.dice import Dice
from tenants.orientation.rules.signed_text import HEIGHT, WIDTH

_A_LETTER = 12
"""Points of one letter."""


def drawn(dice: Dice) -> str:
    """A capital, some letters that run together, and for most people a line below."""
    left, base = dice.randint(70, 120), dice.randint(115, 130)
    strokes = [list(_capital(dice, left, base))]
    letters = list(_letters(dice, left + 62, base))
    strokes.append(letters)
    if dice.chance(0.7):
        strokes.append(list(_line_below(dice, left, letters[-1][0], base)))
    return ";".join(" ".join(f"{x},{y}" for x, y in stroke) for stroke in strokes)


def _capital(dice: Dice, left: int, base: int) -> Iterator[tuple[int, int]]:
    """One tall loop that leans to the right."""
    wide, high, turns = dice.randint(18, 28), dice.randint(38, 50), dice.uniform(1.05, 1.35)
    for place in range(30):
        angle = -pi / 3 + turns * 2 * pi * place / 29
        yield _inside(left + 30 + wide * sin(angle) - 8 * cos(angle), base - high + high * cos(angle))


def _letters(dice: Dice, left: int, base: int) -> Iterator[tuple[int, int]]:
    """Loops of unequal height on a line that rises a little."""
    x, rise = float(left), dice.uniform(0.02, 0.09)
    for _letter in range(dice.randint(5, 8)):
        wide, high = dice.randint(26, 40), dice.choice((16, 18, 22, 26, 58))
        for place in range(_A_LETTER):
            angle = 2 * pi * place / _A_LETTER
            y = base - high * (1 - cos(angle)) / 2 - rise * (x - left)
            yield _inside(x + wide * place / _A_LETTER + 9 * sin(angle), y)
        x += wide
    yield _inside(x + 24, base - 6 - rise * (x - left))


def _line_below(dice: Dice, left: int, right: int, base: int) -> Iterator[tuple[int, int]]:
    """A stroke back to the left, bent as a wrist bends it."""
    begins, ends = right + dice.randint(-10, 20), left + dice.randint(0, 40)
    for place in range(16):
        yield _inside(begins + (ends - begins) * place / 15, base + 26 + 9 * sin(pi * place / 15))


def _inside(x: float, y: float) -> tuple[int, int]:
    return min(WIDTH, max(0, round(x))), min(HEIGHT, max(0, round(y)))
