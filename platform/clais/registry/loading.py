"""Loads the registry's reference tables from the open data files; a second run adds the new rows."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import func, insert, select, update

from clais import reference_data
from clais.database import Base, ScopedSession, new_id
from clais.registry.models import Municipality, Occupation, OccupationWord, PostalCode
from clais.registry.occupation_words import occupation_words
from clais.text import fold

Item = TypeVar("Item")

ROWS_PER_INSERT = 2000
ADVISORY_LOCK_KEY = 726_174
"""Key of an advisory lock: two concurrent loads would add the same occupations twice, so the second one waits."""


def load_reference_data(session: ScopedSession, directory: Path) -> dict[str, int]:
    """Load municipalities, postal codes and occupations from the files in `directory`; the scope must administer.

    Returns table → number of rows added. Nothing is deleted, since records may refer to it. Raises ReferenceDataError.
    """
    session.execute(select(func.pg_advisory_xact_lock(ADVISORY_LOCK_KEY)))
    return {
        "municipality": _load_municipalities(session, directory),
        "postal_code": _load_postal_codes(session, directory),
        "occupation": _load_occupations(session, directory),
    }


def _load_municipalities(session: ScopedSession, directory: Path) -> int:
    provinces = {province.nis_code: province.name_fr for province in reference_data.provinces(directory)}
    regions = {region.nis_code: region.name_fr for region in reference_data.regions(directory)}
    stored = session.execute(select(Municipality.nis_code, Municipality.name_french))
    known = {row.nis_code: row.name_french for row in stored}
    rows = []
    for place in reference_data.municipalities(directory):
        if place.nis_code not in known:
            rows.append(
                {
                    "nis_code": place.nis_code,
                    "name_french": place.name_fr,
                    "name_dutch": place.name_nl,
                    "province": provinces[place.province_nis_code] if place.province_nis_code else None,
                    "region": regions[place.region_nis_code],
                }
            )
        elif known[place.nis_code] != place.name_fr:
            session.execute(
                update(Municipality).where(Municipality.nis_code == place.nis_code).values(name_french=place.name_fr)
            )
    return _add(session, Municipality, Municipality.nis_code, rows)


def _load_postal_codes(session: ScopedSession, directory: Path) -> int:
    municipality_names = {place.nis_code: place.name_fr for place in reference_data.municipalities(directory)}
    locality_names: dict[tuple[str, str], list[str]] = {}
    for place in reference_data.localities(directory):
        locality_names.setdefault((place.postal_code, place.nis_code), []).append(place.name)
    stored = session.execute(select(PostalCode.code, PostalCode.nis_code, PostalCode.locality))
    known = {tuple(row) for row in stored}
    rows = [
        {
            "code": pair.postal_code,
            "nis_code": pair.nis_code,
            "locality": locality,
            "search_key": fold(locality),
        }
        for pair in reference_data.postal_codes(directory)
        # Outside the basin the open data have no localities: use the name of the municipality.
        for locality in locality_names.get((pair.postal_code, pair.nis_code), [municipality_names[pair.nis_code]])
        if (pair.postal_code, pair.nis_code, locality) not in known
    ]
    return _add(session, PostalCode, PostalCode.code, rows)


def _load_occupations(session: ScopedSession, directory: Path) -> int:
    identity = (Occupation.scheme, Occupation.scheme_version, Occupation.code, Occupation.label)
    known = {tuple(row) for row in session.execute(select(*identity))}
    rows: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    for names, is_appellation in ((_occupations, False), (_appellations, True)):
        for scheme, version, code, label in names(directory):
            # The main appellation of an occupation often equals the label of the occupation.
            if (scheme, version, code, label) in known:
                continue
            known.add((scheme, version, code, label))
            key, keys = new_id(), occupation_words(label)
            rows.append(_occupation(key, (scheme, version, code, label), " ".join(keys), is_appellation=is_appellation))
            words += ({"occupation_id": key, "word": word} for word in keys)
    added = _add(session, Occupation, Occupation.id, rows)
    _add(session, OccupationWord, OccupationWord.occupation_id, words)
    return added


def _occupation(key: UUID, name: tuple[str, str, str, str], search_key: str, *, is_appellation: bool) -> dict[str, Any]:
    scheme, version, code, label = name
    return {
        "id": key,
        "scheme": scheme,
        "scheme_version": version,
        "code": code,
        "label": label,
        "is_appellation": is_appellation,
        "search_key": search_key[:250],
    }


def _occupations(directory: Path) -> Iterator[tuple[str, str, str, str]]:
    return ((row.scheme, row.version, row.code, row.label) for row in reference_data.occupations(directory))


def _appellations(directory: Path) -> Iterator[tuple[str, str, str, str]]:
    # An appellation has the code of its occupation: schemes and eligibility rules refer to that code.
    return ((row.scheme, row.version, row.occupation_code, row.label) for row in reference_data.appellations(directory))


def _add(session: ScopedSession, table: type[Base], key: Any, rows: list[dict[str, Any]]) -> int:
    # With RETURNING, SQLAlchemy inserts many rows per statement; without it, one.
    for batch in _batches(rows, ROWS_PER_INSERT):
        session.execute(insert(table.__table__).returning(key), batch)  # type: ignore[arg-type]
    return len(rows)


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
