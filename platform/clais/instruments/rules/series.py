"""Answers to one question over the versions of an instrument: where the line breaks, and nothing pooled across."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from clais.instruments.rules.definition import Choice, Definition, Item
from clais.instruments.rules.difference import COMPARABLE, Comparability, comparability_of, same_codes

Version = tuple[int, Definition]
"""The number of a version, and what it asks."""
Counts = Mapping[tuple[int, str], int]
"""Version and code → how often it was answered."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Versions in a row whose answers to an item compare, in the words of the last of them.

    `notes` says of each version after the first how it compares with the one before. `broken_by` says why the line
    breaks before it; None for the first stretch.
    """

    item: Item
    choices: tuple[Choice, ...]
    numbers: tuple[int, ...]
    codes: Mapping[tuple[int, str], str]
    notes: Mapping[int, Comparability] = field(default_factory=dict)
    broken_by: Comparability | None = None

    def pooled(self, counts: Counts) -> dict[str, int]:
        """Code of the last version → how often it was answered in all of these versions; codes that are unknown too."""
        found = dict.fromkeys((choice.code for choice in self.choices), 0)
        for (number, code), count in counts.items():
            if number in self.numbers:
                now = self.codes.get((number, code), code)
                found[now] = found.get(now, 0) + count
        return found


def stretches(item: str, versions: Sequence[Version]) -> list[Stretch]:
    """The stretches of an item over versions in the order of their numbers, the oldest first."""
    found: list[list[tuple[int, Definition, Comparability | None]]] = []
    before: Definition | None = None
    reason: Comparability | None = None
    for number, definition in versions:
        asked = definition.items.get(item)
        if asked is None:
            if found:
                before, reason = None, Comparability.GONE
            continue
        how = comparability_of(before, definition, asked) if before else reason
        if how in COMPARABLE:
            found[-1].append((number, definition, how))
        else:
            found.append([(number, definition, how)])
        before = definition
    return [_stretch(item, run) for run in found]


def _stretch(item: str, run: Sequence[tuple[int, Definition, Comparability | None]]) -> Stretch:
    _number, last, _how = run[-1]
    asked = last.items[item]
    return Stretch(
        item=asked,
        choices=last.choices(asked),
        numbers=tuple(number for number, _definition, _how in run),
        codes=_codes(item, [(number, definition) for number, definition, _how in run]),
        notes={number: how for number, _definition, how in run[1:] if how is not None},
        broken_by=run[0][2],
    )


def _codes(item: str, run: Sequence[Version]) -> dict[tuple[int, str], str]:
    """Version and code → the code of the last version that means the same."""
    number, last = run[-1]
    found = {(number, choice.code): choice.code for choice in last.choices(last.items[item])}
    for (earlier_number, earlier), (later_number, later) in zip(reversed(run[:-1]), reversed(run[1:]), strict=True):
        meant = same_codes(later.choices(later.items[item]))
        for choice in earlier.choices(earlier.items[item]):
            code = meant.get(choice.code, choice.code)
            found[earlier_number, choice.code] = found.get((later_number, code), code)
    return found
