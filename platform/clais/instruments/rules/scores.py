"""Scores of the sections of an instrument, and whether those of two versions may be compared: never across a break."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from clais.instruments.rules.definition import Definition, Item, ItemKind, Section
from clais.instruments.rules.difference import scale_of
from clais.instruments.rules.series import Stretch, Version, stretches

SCORED = frozenset({ItemKind.ONE_OF, ItemKind.SCALE})
"""The kinds of questions that have a score, where their choices have one."""


class Score(NamedTuple):
    """What the answers of a section count for, and the least and the most that they could.

    `answered` of `asked` scored questions were answered; the others count for nothing.
    """

    points: int
    least: int
    most: int
    answered: int
    asked: int

    @property
    def share(self) -> int:
        """How far from the least to the most, of a hundred."""
        return round(100 * (self.points - self.least) / (self.most - self.least))


def scored_items(section: Section, definition: Definition) -> list[Item]:
    """The questions of a section that have a score: all their choices do, two of them differ, and nothing is sealed."""
    return [item for item in section.items if _is_scored(item, definition)]


def _is_scored(item: Item, definition: Definition) -> bool:
    choices = definition.choices(item)
    scores = scale_of(choices)
    return item.kind in SCORED and not item.sealed and len(scores) == len(choices) and len({*scores.values()}) > 1


def scores_of(
    versions: Sequence[Version], base: int, number: int, answers: Mapping[str, Any]
) -> dict[str, Score | None]:
    """Section of the version `base` → the score of answers that were given on version `number`, in the terms of `base`.

    `versions` are in the order of their numbers. None where they do not compare: a question was added or left out, or
    its choices are others. A section of which nothing was answered, or that has no score, is left out.
    """
    by_number = dict(versions)
    asked, given_on = by_number[base], by_number[number]
    before = {section.id: section for section in given_on.sections}
    found: dict[str, Score | None] = {}
    for section in asked.sections:
        items = [item.id for item in scored_items(section, asked)]
        if not items:
            continue
        then = before.get(section.id)
        same = then is not None and {item.id for item in scored_items(then, given_on)} == {*items}
        lines = [_line(item, versions, base, number) for item in items]
        if not same or None in lines:
            found[section.id] = None
        elif score := _score(filter(None, lines), number, answers):
            found[section.id] = score
    return found


def _line(item: str, versions: Sequence[Version], base: int, number: int) -> Stretch | None:
    """The stretch in which two versions compare; None when they do not."""
    return next((one for one in stretches(item, versions) if {base, number} <= {*one.numbers}), None)


def _score(lines: Iterator[Stretch], number: int, answers: Mapping[str, Any]) -> Score | None:
    points = least = most = answered = asked = 0
    for line in lines:
        asked += 1
        scores, answer = scale_of(line.choices), answers.get(line.item.id)
        code = line.codes.get((number, str(answer)), str(answer))
        if answer is None or code not in scores:
            continue
        answered, points = answered + 1, points + scores[code]
        least, most = least + min(scores.values()), most + max(scores.values())
    return Score(points, least, most, answered, asked) if most > least else None
