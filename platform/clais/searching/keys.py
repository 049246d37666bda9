"""The keys by which someone is found, and the statements that look them up in a table of keys.

Searches compare by equality and ranges only, for which row level security can use the index: an operator of similarity
(pg_trgm) is not leakproof, so that it would be tried on every row of the tenant.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, Uuid, bindparam, literal, select, union, union_all

from clais.database import ScopedSession
from clais.searching.names import compact, name_tokens
from clais.searching.near import SHORTEST, intact_stretch, is_near
from clais.searching.sounds import sound_key
from clais.searching.typed import SearchText

LONGEST_KEY = 170
LAST_CHARACTER = "\U0010ffff"
"""It sorts after every other character, and no key contains it."""
MOST_ORDERED = 120
_MOST_READ = 5000
"""Of more names with the same first or last letters, the others are not compared."""
_MOST_NEAR = 500
_SHORTEST_PLACE = 3

Key = tuple[str, str]
"""A kind of key and its value; in a search, the start of the value."""
Sought = tuple[Key, ...]
"""What one row must have, all of it."""
Kinds = tuple[tuple[str, ...], ...]
"""The kinds of the keys of each entry that is sought: the shape of a statement."""


@dataclass(frozen=True)
class KeyTable:
    """A table of keys, and its column that names whose they are."""

    keys: Any
    owner: Any


def name_keys(family_name: str, given_names: str) -> set[Key]:
    """The keys of a name: how it begins, ends and sounds, each part of it."""
    tokens = name_tokens(family_name, given_names)
    keys = {("name", token[:LONGEST_KEY]) for token in tokens}
    keys |= {("ending", token[:LONGEST_KEY][::-1]) for token in tokens if len(token) >= SHORTEST}
    return keys | {("heard", sound_key(token)[:LONGEST_KEY]) for token in tokens}


def place_keys(postal_code: str | None, locality: str | None) -> set[Key]:
    """The keys of where someone lives: Fontaine-l'Evêque is `fontaineleveque`."""
    places = filter(None, (postal_code, compact(locality or "")))
    return {("place", place[:LONGEST_KEY]) for place in places}


def by_name(query: SearchText, facts: Sequence[Key]) -> list[Sought]:
    """What to look for when every word is a name: one entry a reading of the words."""
    return [(*(("name", word) for word in way), *facts) for way in query.readings if way or facts]


def by_name_and_place(query: SearchText, facts: Sequence[Key]) -> list[Sought]:
    """What to look for when the first or the last words are a locality: « marchetti fontaine leveque »."""
    words, found = query.words, dict[Sought, None]()
    for split in range(len(words)):
        for place, name in ((words[split:], words[:split]), (words[:split], words[split:])):
            if len("".join(place)) >= _SHORTEST_PLACE:
                found[*(("name", word) for word in name), ("place", "".join(place)), *facts] = None
    return list(found)


def values_of(sought: Sequence[Sought]) -> dict[str, str]:
    """The parameters of `owners_with` for what is looked for."""
    return {
        name: value
        for entry, keys in enumerate(sought)
        for place, (_kind, start) in enumerate(keys)
        for name, value in _limits(f"{entry}_{place}", start)
    }


def kinds_of(sought: Sequence[Sought]) -> Kinds:
    """The shape of the statement for what is looked for."""
    return tuple(tuple(kind for kind, _start in keys) for keys in sought)


def _limits(name: str, start: str) -> Iterator[tuple[str, str]]:
    yield f"start_{name}", start
    yield f"end_{name}", start + LAST_CHARACTER


@lru_cache(maxsize=300)
def owners_with(table: KeyTable, kinds: Kinds) -> Select[UUID]:
    """The statement that finds the owners of one entry of what is sought; it takes `values_of` and `here`.

    Of more than MOST_ORDERED owners of an entry, it gives those nearest to its first key.
    """
    entries = [_owners_of_all(table, entry, of_entry) for entry, of_entry in enumerate(kinds)]
    if len(entries) == 1:
        return entries[0]
    found = union(*(entry.subquery().select() for entry in entries)).subquery()
    return select(*found.c)


def _owners_of_all(table: KeyTable, entry: int, kinds: tuple[str, ...]) -> Select[UUID]:
    # The index of the keys narrows them before any file is read: « mar » matches a tenth of a large platform.
    nearest, *others = (_owners_by_start(table, kind, f"{entry}_{place}") for place, kind in enumerate(kinds))
    for owners in others:
        nearest = nearest.where(table.owner.in_(owners))
    return nearest.order_by(table.keys.key, table.owner).limit(MOST_ORDERED)


def _owners_by_start(table: KeyTable, kind: str, name: str) -> Select[UUID]:
    return select(table.owner).where(
        table.keys.tenant_id == bindparam("here", type_=Uuid()), table.keys.kind == kind, _between(table, name)
    )


def _between(table: KeyTable, name: str) -> Any:
    # A range, not LIKE: a cached generic plan cannot turn a LIKE parameter into a range of the index.
    return table.keys.key.between(bindparam(f"start_{name}", type_=Text()), bindparam(f"end_{name}", type_=Text()))


def owners_near(session: ScopedSession, table: KeyTable, query: SearchText, facts: Sequence[Key]) -> Any:
    """The statement that finds the owners of names nearly as typed, or that sound so, with every fact.

    A word of less than four letters must be the start of a name. One statement is executed.
    """
    # Every particle attached, and none: the ways between differ by a part of a name, and are near one of them.
    ways = list(dict.fromkeys((query.readings[0], query.readings[-1])))
    near = _names_near(session, table, dict.fromkeys(word for way in ways for word in way if len(word) >= SHORTEST))
    found = union(*(_owners_of_words(session, table, way, near, facts) for way in ways)).subquery()
    return select(*found.c)


def _owners_of_words(
    session: ScopedSession, table: KeyTable, words: Sequence[str], near: Mapping[str, list[str]], facts: Sequence[Key]
) -> Select[UUID]:
    def having(kind: str, condition: Any) -> Select[UUID]:
        own = table.keys.tenant_id == session.scope.tenant_id
        return select(table.owner).where(own, table.keys.kind == kind, condition)

    def beginning(kind: str, start: str) -> Select[UUID]:
        return having(kind, table.keys.key.between(start, start + LAST_CHARACTER))

    conditions: list[Any] = []
    for word in words:
        # Each is a stretch of the index; joined by OR, they would be tried on every key of the tenant.
        alike = [beginning("name", word)]
        if word in near:
            alike += [
                having("name", table.keys.key.in_(near[word])),
                having("heard", table.keys.key == sound_key(word)),
            ]
        conditions.append(union_all(*alike))
    conditions += [beginning(kind, start) for kind, start in facts]
    first, *others = (condition.subquery() for condition in conditions)
    found = select(*first.c)
    for other in others:
        found = found.where(first.c[0].in_(select(*other.c)))
    return found.limit(_MOST_NEAR)


def _names_near(session: ScopedSession, table: KeyTable, words: Collection[str]) -> Mapping[str, list[str]]:
    """Each word → the names of this tenant that differ from it by a slip. One statement."""
    near: dict[str, list[str]] = {word: [] for word in words}
    if not near:
        return near
    keys, parts = table.keys, []
    for word in near:
        stretch = intact_stretch(word)
        for kind, start in (("name", word[:stretch]), ("ending", word[-stretch:][::-1])):
            read = select(literal(word).label("word"), keys.kind, keys.key).distinct()
            read = read.where(keys.tenant_id == session.scope.tenant_id, keys.kind == kind)
            parts.append(
                read.where(keys.key.between(start, start + LAST_CHARACTER)).limit(_MOST_READ).subquery().select()
            )
    for word, kind, key in session.execute(union_all(*parts)):
        name = key if kind == "name" else key[::-1]
        if is_near(word, name):
            near[word].append(name)
    return near
