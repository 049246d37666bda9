"""What every reception keeps in columns of its own, whatever else the version of its intake form asks."""

from collections.abc import Iterator, Mapping
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


def faults_of(definition: Definition) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """What keeps a form from noting a reception: the code of the problem, the question, the field, what is named."""
    missing = tuple(name for name, column in COLUMNS.items() if column.needed and name not in definition.items)
    if missing:
        yield "reception_missing", "", "", missing
    for item in asked_in_columns(definition):
        column = COLUMNS[item.id]
        if item.kind is not column.kind:
            yield "reception_kind", item.id, "kind", (column.kind, item.kind)
            continue
        codes = [choice.code for choice in definition.choices(item)]
        gone = tuple(code for code in column.codes if code not in codes)
        if gone:
            yield "reception_codes", item.id, "list", gone
        long = tuple(code for code in codes if column.longest is not None and len(code) > column.longest)
        if long:
            yield "reception_long_codes", item.id, "list", (str(column.longest), *long)
        if item.sealed:
            yield "reception_sealed", item.id, "sealed", ()
        if item.required and not column.may_be_required:
            yield "reception_required", item.id, "required", ()
        locked = tuple(sorted(item.allows & column.locked))
        if locked:
            yield "reception_locked", item.id, "allows", locked
