"""What several people answered to an instrument: counted question by question, over its versions."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from clais.instruments.rules.definition import YES_NO, Choice, Definition, InstrumentKind, Item, ItemKind, said
from clais.instruments.rules.difference import Comparability
from clais.instruments.rules.receptions import COLUMNS
from clais.instruments.rules.series import Counts, Stretch, Version, stretches
from clais.instruments.wording import COMPARABILITIES, question_text
from clais.small_cells import LEAST
from clais.text import lower_first
from clais.translation import gettext as _

COUNTED = frozenset({ItemKind.YES_NO, ItemKind.ONE_OF, ItemKind.MANY_OF, ItemKind.SCALE})


class Summary(NamedTuple):
    """The answers to a question that asks a number: how many there are, and the one in the middle."""

    answers: int
    median: Decimal


class Bar(NamedTuple):
    """One choice: how many chose it, and of a hundred answers how many; or, in words, why that is not shown."""

    label: str
    chosen: int
    share: int
    own: bool = False
    hidden: str = ""


class Run(NamedTuple):
    """Versions whose answers compare: their answers, and what is to be known of them. `broken` says why a line ends."""

    versions: str
    answers: int
    bars: tuple[Bar, ...]
    few: str
    notes: tuple[str, ...]
    broken: str
    middle: str


class Summed(NamedTuple):
    """What is shown of the answers to a question in versions that compare; see `Run`."""

    answers: int
    bars: tuple[Bar, ...]
    few: str
    middle: str


class Line(NamedTuple):
    """A question over the versions, the newest first; sealed answers are counted and not opened."""

    label: str
    sealed: bool
    runs: tuple[Run, ...]
    own: bool = False


@dataclass(frozen=True, slots=True)
class Results:
    """Counts of answers: by choice, of any kind, and of numbers."""

    choices: Mapping[str, Counts]
    answers: Mapping[tuple[str, int], int]
    numbers: Mapping[tuple[str, int], Summary]


def countable(definition: Definition) -> Definition:
    """A definition with those of its questions alone whose answers are counted where nobody may know whose they are.

    A question that not everybody is asked is not among them: how many answered it would tell what they chose before.
    """
    sections = (
        replace(section, items=tuple(item for item in section.items if is_countable(item) and not item.shown_if))
        for section in definition.sections
        if not section.shown_if
    )
    return replace(definition, sections=tuple(section for section in sections if section.items))


def is_countable(item: Item) -> bool:
    """Whether a question has choices and is not sealed: a text or a number may tell who wrote it."""
    return item.kind in COUNTED and not item.sealed


def between(versions: Sequence[Version], numbers: Collection[int]) -> list[Version]:
    """The versions from the first to the last of these numbers: what is between two decides whether they compare."""
    return [one for one in versions if numbers and min(numbers) <= one[0] <= max(numbers)]


def counted(given: Iterable[tuple[int, Mapping[str, Any]]]) -> Results:
    """The counts of answers, each with the number of the version that they were given on."""
    choices: dict[str, dict[tuple[int, str], int]] = {}
    answers: dict[tuple[str, int], int] = {}
    for number, answered in given:
        for item, answer in answered.items():
            answers[item, number] = answers.get((item, number), 0) + 1
            of_item = choices.setdefault(item, {})
            for code in answer if isinstance(answer, list) else [answer]:
                of_item[number, code] = of_item.get((number, code), 0) + 1
    return Results(choices, answers, {})


def lines_of(
    versions: Sequence[Version],
    results: Results,
    common: Sequence[Version] | None = None,
) -> Iterator[Line]:
    """The questions of the newest version, then those that are gone, each over the versions that asked it.

    `common` is what the centre asks in these versions: what is not in it is the platform's own.
    """
    shared = _codes_of(versions if common is None else common)
    return lines_with(versions, lambda stretch: _summed(stretch, results, shared.get(stretch.item.id)), shared)


def lines_with(
    versions: Sequence[Version], summed: Callable[[Stretch], Summed], shared: Collection[str] | None = None
) -> Iterator[Line]:
    """The same, with what is to be shown of each stretch of versions that compare; without `shared` none is its own."""
    items: dict[str, None] = {}
    for _number, definition in reversed(versions):
        items |= dict.fromkeys(definition.items)
    newest = versions[-1][1] if versions else None
    for item in items:
        runs = stretches(item, versions)
        if newest and _is_kept_elsewhere(newest.kind, runs[-1].item):
            continue
        home = newest if newest and item in newest.items else None
        label = question_text(home, item) if home else said(runs[-1].item.label)
        shown = [_run(one, summed(one), at) for at, one in enumerate(runs)]
        own = shared is not None and item not in shared
        yield Line(label or item, runs[-1].item.sealed, tuple(reversed(shown)), own)


def _is_kept_elsewhere(kind: InstrumentKind, item: Item) -> bool:
    """Whether the bilans have the answers to a question, or the receptions."""
    if kind is InstrumentKind.BILAN:
        return bool(item.dimension)
    return kind is InstrumentKind.INTAKE and item.id in COLUMNS


def _codes_of(versions: Sequence[Version]) -> dict[str, set[str]]:
    """Question → the codes of its choices in any of these versions."""
    found: dict[str, set[str]] = {}
    for _number, definition in versions:
        for item in definition.items.values():
            found.setdefault(item.id, set()).update(choice.code for choice in definition.choices(item))
    return found


def _run(stretch: Stretch, summed: Summed, at: int) -> Run:
    return Run(
        versions=_versions(stretch.numbers),
        answers=summed.answers,
        bars=summed.bars,
        few=summed.few,
        notes=tuple(_note(number, how) for number, how in stretch.notes.items() if how is not Comparability.SAME),
        broken=_broken(stretch) if at else "",
        middle=summed.middle,
    )


def _summed(stretch: Stretch, results: Results, shared: Collection[str] | None) -> Summed:
    answers = answers_to(stretch, results)
    if 0 < answers < LEAST:
        return Summed(answers, (), _("fewer than five answers"), "")
    bars = tuple(_bars(stretch, results, answers, shared)) if is_countable(stretch.item) and answers else ()
    return Summed(answers, bars, "", _middle(stretch, results))


def answers_to(stretch: Stretch, results: Results) -> int:
    """How many answered in these versions."""
    return sum(results.answers.get((stretch.item.id, number), 0) for number in stretch.numbers)


def labels_of(stretch: Stretch) -> dict[str, str]:
    """Code → what is said of the choice, in the words of the last version."""
    return {choice.code: said(choice.label) or choice.code for choice in _choices(stretch)}


def _bars(stretch: Stretch, results: Results, answers: int, shared: Collection[str] | None) -> Iterator[Bar]:
    """The choices; of a common question those that the platform added are marked."""
    own = {code for code in (choice.code for choice in stretch.choices) if shared is not None and code not in shared}
    pooled = stretch.pooled(results.choices.get(stretch.item.id, {}))
    labels = labels_of(stretch)
    for code in dict.fromkeys((*labels, *pooled)):
        count = pooled.get(code, 0)
        yield Bar(labels.get(code, code), count, round(100 * count / answers), code in own)


def _choices(stretch: Stretch) -> Sequence[Choice]:
    if stretch.item.kind is ItemKind.YES_NO:
        return [Choice(code, {"fr": text}) for code, text in zip(YES_NO, (_("Yes"), _("No")), strict=True)]
    return stretch.choices


def _middle(stretch: Stretch, results: Results) -> str:
    """The number in the middle, of each version apart: two of them have none in the middle of both."""
    found = [
        (number, results.numbers[stretch.item.id, number])
        for number in stretch.numbers
        if (stretch.item.id, number) in results.numbers
    ]
    return " · ".join(
        _("version %(number)s: half answer %(value)s or less", number=number, value=_plain(summary))
        for number, summary in found
    )


def _plain(summary: Summary) -> str:
    return f"{summary.median.normalize():f}".replace(".", ",")


def _versions(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return _("version %(number)s", number=numbers[0])
    return _("versions %(first)s to %(last)s", first=numbers[0], last=numbers[-1])


def _note(number: int, how: Comparability) -> str:
    return _("version %(number)s: %(how)s", number=number, how=lower_first(_(COMPARABILITIES[how])))


def _broken(stretch: Stretch) -> str:
    first = stretch.numbers[0]
    if stretch.broken_by is Comparability.GONE:
        return _("The question was left out before version %(number)s: the answers are not added up.", number=first)
    return _("The choices are others since version %(number)s: the answers before are not added up.", number=first)
