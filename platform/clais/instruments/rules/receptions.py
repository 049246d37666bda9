"""What every reception keeps in columns of its own, whatever else the version of its intake form asks."""

from collections.abc import Mapping
from typing import NamedTuple

from clais.instruments.rules.definition import NONE, Definition, Item, ItemKind, Latitude, Latitudes


class Column(NamedTuple):
    """The one question whose answer is kept in a column, and has its id.

    `needed`: every version asks it. `codes` are the choices that the house counts, `longest` what the column holds of
    another one (None: as any code). `locked` is what no platform may do with it.
    """

    kind: ItemKind
    needed: bool = False
    codes: tuple[str, ...] = ()
    longest: int | None = None
    locked: Latitudes = NONE
    may_be_required: bool = True


FIRST_CHANNEL = "visit"
"""How someone came when nothing else is said."""
_STAYS = frozenset({Latitude.SKIP})
_SETTLED = frozenset({Latitude.REQUIRE})
"""What cannot wait is taken off a reception when it is settled: an answer that is required could not be."""
COLUMNS: Mapping[str, Column] = {
    "channel": Column(
        ItemKind.ONE_OF,
        needed=True,
        codes=(FIRST_CHANNEL, "phone", "email", "partner", "territory", "invited"),
        longest=20,
        locked=_STAYS | {Latitude.CHOICES},
    ),
    "sent_by": Column(ItemKind.TEXT),
    "request_kinds": Column(
        ItemKind.MANY_OF,
        needed=True,
        codes=("work", "training", "project", "french", "papers", "mobility", "childcare", "business", "other"),
        locked=_STAYS,
    ),
    "request": Column(ItemKind.LONG_TEXT, needed=True, locked=_STAYS),
    "urgent_needs": Column(
        ItemKind.MANY_OF,
        needed=True,
        codes=("shelter", "food", "income", "energy", "care", "safety", "deadline"),
        locked=_STAYS | _SETTLED,
        may_be_required=False,
    ),
    "urgent_note": Column(ItemKind.TEXT, locked=_SETTLED, may_be_required=False),
}


def asked_in_columns(definition: Definition) -> list[Item]:
    """The questions of an intake form whose answers are kept in columns, in order."""
    return [item for item in definition.items.values() if item.id in COLUMNS]


def asked_beside(definition: Definition) -> list[Item]:
    """Its other questions, whose answers are rows of their own."""
    return [item for item in definition.items.values() if item.id not in COLUMNS]
