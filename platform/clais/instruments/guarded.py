"""Answers of people who know each other, question by question: no number is shown that tells who chose what."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from clais.instruments.figures import Bar, Line, Results, Summed, answers_to, between, countable, labels_of, lines_with
from clais.instruments.rules.definition import ItemKind, said
from clais.instruments.rules.guard import ENOUGH, cells_of_many, cells_of_parts, least_of
from clais.instruments.rules.series import Stretch, Version, stretches
from clais.small_cells import LEAST, Cell, Kind
from clais.translation import N_, ngettext
from clais.translation import gettext as _

HIDDEN = {
    Kind.FEW: N_("fewer than five"),
    Kind.NEARLY_ALL: N_("all or nearly all"),
    Kind.HIDDEN: N_("hidden"),
}
"""What stands in the place of a number that would tell who answered what (gettext ids)."""


class _Told(NamedTuple):
    """What a group shows of its answers: its counts by the codes of the last version of all, and its leaning."""

    answers: int
    cells: tuple[tuple[str, Cell], ...] = ()
    leaning: str = ""


def guarded_lines(versions: Sequence[Version], groups: Sequence[Results]) -> Iterator[Line]:
    """The questions that everybody is asked, with what may be shown of the answers of each group, see decision 29.

    Of several groups only what each of them shows by itself is added up: no group is told by a subtraction.
    """
    asked = [(number, countable(definition)) for number, definition in versions]
    return lines_with(asked, lambda stretch: _summed(stretch, [_told(stretch, asked, group) for group in groups]))


def _told(stretch: Stretch, asked: Sequence[Version], results: Results) -> _Told:
    """What a group shows by itself: by the choices of its own versions, even where later ones put two together."""
    of_group = between(asked, {number for _item, number in results.answers})
    its_own = (one for one in stretches(stretch.item.id, of_group) if set(one.numbers) <= set(stretch.numbers))
    own = next(its_own, None)
    answers = answers_to(own, results) if own else 0
    if own is None or answers < LEAST:
        return _Told(answers)
    pooled = own.pooled(results.choices.get(own.item.id, {}))
    if answers < ENOUGH:
        return _Told(answers, leaning=_leaning(own, pooled))
    codes = list(dict.fromkeys((*labels_of(own), *sorted(pooled))))
    counts = [pooled.get(code, 0) for code in codes]
    cells = cells_of_many(counts, answers) if own.item.kind is ItemKind.MANY_OF else cells_of_parts(counts)
    # Beside a hidden count, the third in which all lie could tell it.
    leaning = _leaning(own, pooled) if all(cell.value is not None for cell in cells) else ""
    now = [stretch.codes.get((own.numbers[-1], code), code) for code in codes]
    return _Told(answers, tuple(zip(now, cells, strict=True)), leaning)


def _summed(stretch: Stretch, groups: Sequence[_Told]) -> Summed:
    shown = [one for one in groups if one.answers >= LEAST]
    if not shown and any(one.answers for one in groups):
        of_each = _("fewer than five answers in each session")
        return Summed(0, (), of_each if len(groups) > 1 else _("fewer than five answers"), "")
    counted = [one for one in shown if one.cells]
    answers = sum(one.answers for one in counted or shown)
    if len(groups) > 1:
        return Summed(answers, tuple(_added(stretch, counted, answers)), "", _leanings(shown))
    labels = labels_of(stretch)
    bars = (_bar(labels.get(code, code), cell, answers) for one in counted for code, cell in one.cells)
    return Summed(answers, tuple(bars), "", "".join(map(_below_ten, shown)))


def _bar(label: str, cell: Cell, answers: int) -> Bar:
    if cell.value is None:
        return Bar(label, 0, 0, hidden=_(HIDDEN[cell.kind]))
    return Bar(label, cell.value, round(100 * cell.value / answers))


def _added(stretch: Stretch, groups: Sequence[_Told], answers: int) -> Iterator[Bar]:
    """The choices with the least that the groups show of them together."""
    labels = labels_of(stretch)
    for code in dict.fromkeys(code for one in groups for code, _cell in one.cells):
        cells = [(cell, one.answers) for one in groups for its, cell in one.cells if its == code]
        least = sum(least_of(cell, whole) for cell, whole in cells)
        hidden = ""
        if any(cell.value is None for cell, _whole in cells):
            hidden = _("at least %(number)s", number=least) if least else _(HIDDEN[Kind.HIDDEN])
        yield Bar(labels.get(code, code), 0 if hidden else least, round(100 * least / answers), hidden=hidden)


def _below_ten(told: _Told) -> str:
    return told.leaning or ("" if told.cells else _("below ten answers no number is shown by choice"))


def _leanings(groups: Sequence[_Told]) -> str:
    """Of how many groups the counts are, and of the smaller ones how many lean to what."""
    counted = sum(bool(one.cells) for one in groups)
    found = []
    if counted:
        found.append(
            ngettext(
                "by choice: %(num)d session with ten answers or more",
                "by choice: %(num)d sessions with ten answers or more",
                counted,
            )
        )
    for how, number in sorted(Counter(_below_ten(one) for one in groups if not one.cells).items()):
        small = ngettext(
            "%(num)d session with fewer than ten answers: %(how)s",
            "%(num)d sessions with fewer than ten answers: %(how)s",
            number,
            how=how,
        )
        found.append(small)
    return " · ".join(found)


def _leaning(stretch: Stretch, pooled: Mapping[str, int]) -> str:
    """Towards which end of a scale the answers lie on average: in thirds, which no single answer can be told from."""
    counts = [pooled.get(choice.code, 0) for choice in stretch.choices]
    steps, answers = len(counts) - 1, sum(counts)
    if stretch.item.kind is not ItemKind.SCALE or steps < 1 or not answers:
        return ""
    first, last = (said(stretch.choices[at].label) for at in (0, -1))
    third = 3 * sum(at * count for at, count in enumerate(counts)) // (steps * answers)
    if third == 0:
        return _("together rather towards « %(end)s »", end=first)
    if third == 1:
        return _("together in the middle between « %(first)s » and « %(last)s »", first=first, last=last)
    return _("together rather towards « %(end)s »", end=last)
