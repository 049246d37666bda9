"""What changes between two versions, item by item, and which answers can be compared across them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from clais.instruments.rules.definition import Choice, Definition, Item, Section, Texts


class Comparability(StrEnum):
    """How the answers to an item compare with those to the item of the same id in an earlier version."""

    SAME = "same"
    REWORDED = "reworded"
    """The question or a choice is said otherwise: comparable, and said beside every figure."""
    RECODED = "recoded"
    """The codes differ, and a mapping says which are the same."""
    BROKEN = "broken"
    """The codes or the scores differ, and no mapping says which are the same: never pooled."""
    NEW = "new"
    GONE = "gone"


COMPARABLE = frozenset({Comparability.SAME, Comparability.REWORDED, Comparability.RECODED})


@dataclass(frozen=True, slots=True)
class Change:
    """What changes in one part: `fields` by name, each with what it was and what it is."""

    part: str
    comparability: Comparability
    fields: Mapping[str, tuple[object, object]] = field(default_factory=dict)
    moved: bool = False


_OF_WHOLE = ("title", "languages", "allows", "certificate", "certificate_from")
_OF_SECTION = ("label", "shown_if", "allows")
_WORDED = ("label", "hint")
_PLAIN = ("required", "shown_if", "constraint", "constraint_message", "dimension", "sealed", "icon", "allows")


def differences(earlier: Definition, later: Definition) -> list[Change]:
    """What changes: the whole (an empty id), sections, items in the order of the later version, items that are gone."""
    found = [*_of_frame(earlier, later), *_changes(earlier, later)]
    gone = [item for item in earlier.items if item not in later.items]
    return found + [Change(item, Comparability.GONE) for item in gone]


def _of_frame(earlier: Definition, later: Definition) -> Iterator[Change]:
    """What changes around the items: it changes no answer, and says when and under which heading they are asked."""
    parts: list[tuple[str, object, object, tuple[str, ...]]] = [("", earlier, later, _OF_WHOLE)]
    before = {section.id: section for section in earlier.sections}
    empty = Section("", {})
    parts += [(section.id, before.get(section.id, empty), section, _OF_SECTION) for section in later.sections]
    after = {section.id for section in later.sections}
    parts += [(section.id, section, empty, _OF_SECTION) for section in earlier.sections if section.id not in after]
    for part, was, now, names in parts:
        pairs = {name: (getattr(was, name), getattr(now, name)) for name in names}
        changed = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
        if changed:
            yield Change(part, Comparability.SAME, changed)


def _changes(earlier: Definition, later: Definition) -> Iterator[Change]:
    moved = _moved(earlier, later)
    for section, item in later.placed():
        before = earlier.items.get(item.id)
        if before is None:
            yield Change(item.id, Comparability.NEW)
            continue
        changed: dict[str, tuple[object, object]] = {
            name: (getattr(before, name), getattr(item, name))
            for name in (*_WORDED, *_PLAIN)
            if getattr(before, name) != getattr(item, name)
        }
        was, now = earlier.choices(before), later.choices(item)
        if was != now:
            changed["choices"] = (was, now)
        home = next((one.id for one in earlier.sections if before in one.items), "")
        if home != section.id:
            changed["section"] = (home, section.id)
        if changed or item.id in moved:
            comparability = comparability_of(earlier, later, item)
            yield Change(item.id, comparability, changed, item.id in moved)


def comparability_of(earlier: Definition, later: Definition, item: Item) -> Comparability:
    """How the answers to an item compare with those to the item of the same id in an earlier version.

    A new choice breaks nothing that was answered, and breaks the line: a share of the answers is another thing.
    """
    before = earlier.items.get(item.id)
    if before is None:
        return Comparability.NEW
    was, now = ({choice.code: choice for choice in one.choices(its)} for one, its in ((earlier, before), (later, item)))
    if before.kind is not item.kind:
        return Comparability.BROKEN
    scored = all(choice.score == now[code].score for code, choice in was.items() if code in now)
    if was.keys() == now.keys() and scored:
        same = _said(before.label, item.label) and all(_said(was[code].label, now[code].label) for code in was)
        return Comparability.SAME if same else Comparability.REWORDED
    meant = same_codes(later.choices(item))
    covered = meant and all(meant.get(code, code) in now for code in was)
    return Comparability.RECODED if covered else Comparability.BROKEN


def same_codes(choices: Iterable[Choice]) -> dict[str, str]:
    """Code of earlier versions → the code that means the same in these choices, as far as that is declared."""
    return {code: choice.code for choice in choices for code in choice.was}


def scale_of(choices: tuple[Choice, ...]) -> dict[str, int]:
    """Code → score, of the choices that have one."""
    return {choice.code: choice.score for choice in choices if choice.score is not None}


def _said(before: Texts, after: Texts) -> bool:
    """Whether the languages that both have say the same: a translation that is added changes no answer."""
    return all(before[language] == after[language] for language in before.keys() & after.keys())


def _moved(earlier: Definition, later: Definition) -> set[str]:
    """The fewest items that must be taken to have moved, for the others to be in the order in which they were."""
    place = {item: at for at, item in enumerate(earlier.items)}
    kept = [item for item in later.items if item in place]
    runs: list[list[str]] = []
    for item in kept:
        # Patience sorting would be faster; a thousand items take milliseconds this way.
        longest: list[str] = []
        for run in runs:
            if place[run[-1]] < place[item] and len(run) > len(longest):
                longest = run
        runs.append([*longest, item])
    stays: list[str] = max(runs, key=len) if runs else []
    return set(kept).difference(stays)
