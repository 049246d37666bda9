"""Groups become sections: a section stands in no other one, and everything stands in one."""

from collections.abc import Collection
from dataclasses import dataclass, field

from clais.instruments.rules.definition import NONE, Item, Latitudes, Section, Texts
from clais.instruments.schemas import LONGEST_EXPRESSION

LONGEST_CODE = 40
WITHOUT_GROUP = "questions"
"""The id of the section of what stands in no group."""


@dataclass(slots=True, eq=False)
class Part:
    """A section as it grows. `of`: the group that it goes on with after a group within that one."""

    id: str
    label: Texts
    row: int
    shown_if: str = ""
    allows: Latitudes = NONE
    items: list[Item] = field(default_factory=list)
    of: "Part | None" = None
    nests: bool = False

    def section(self) -> Section:
        """The section that it is."""
        return Section(self.id, self.label, tuple(self.items), self.shown_if, self.allows)


def _joined(outer: str, inner: str) -> str:
    """The condition of what stands under two. One that is too long already grows no more: it is refused."""
    if not outer or not inner or len(outer) > LONGEST_EXPRESSION:
        return outer or inner
    return f"({outer}) and ({inner})"


class Groups:
    """The groups of a form, those that are open, and the sections that they become."""

    def __init__(self, title: Texts, taken: Collection[str]) -> None:
        self._taken = set(taken)
        self._root = Part(self._free(WITHOUT_GROUP), title, 0)
        self._parts: list[Part] = []
        self.open: list[Part] = []

    def begin(self, part: Part) -> Part | None:
        """Open a group, which is shown under the conditions of those around it too. The one around it, if any."""
        around = self.open[-1] if self.open else None
        if around is not None:
            around.nests = True
            part.shown_if = _joined(around.shown_if, part.shown_if)
        self._parts.append(part)
        self.open.append(part)
        return around

    def add(self, item: Item, row: int) -> bool:
        """Add an item to the group that is open. Whether it is the first one that stands in none."""
        group = self.open[-1] if self.open else self._root
        first = group is self._root and group not in self._parts
        last = self._parts[-1] if self._parts else None
        if last is None or (last is not group and last.of is not group):
            last = self._resumed(group, row)
        last.items.append(item)
        return first

    def _resumed(self, group: Part, row: int) -> Part:
        if group.items:
            group = Part(self._free(group.id), group.label, row, group.shown_if, group.allows, of=group.of or group)
        elif group in self._parts:
            self._parts.remove(group)
        else:
            group.row = row
        self._parts.append(group)
        return group

    def _free(self, name: str) -> str:
        """A name that nothing has: this one, or this one with a number."""
        found, number = name, 1
        while found in self._taken:
            number += 1
            found = f"{name[: LONGEST_CODE - 5]}_{number}"
        self._taken.add(found)
        return found

    def sections(self) -> tuple[list[Part], list[Part]]:
        """The sections, and the groups that have groups only: their headings are lost."""
        kept = [part for part in self._parts if part.items or not part.nests]
        return kept, [part for part in self._parts if part not in kept]
