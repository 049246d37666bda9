from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, Uuid, and_, bindparam, or_, select

from clais.database import NIL, ScopedSession, built_once
from clais.database.keyset import alphabetical
from clais.registry.models import (
    LOCAL_PLATFORM,
    SUPPORT_CENTRE,
    Municipality,
    Occupation,
    OccupationWord,
    PostalCode,
    Tenant,
    TenantTerritory,
)
from clais.registry.occupation_words import occupation_words
from clais.text import fold

CONSIDERED = 80
"""Occupations of which the nearest to what was typed are shown."""


class OpenPlatform(NamedTuple):
    """An open local platform as the pages of a centre read it, hundreds at once."""

    id: UUID
    name: str
    contact_email: str | None
    opened_at: datetime


def tenant_by_slug(session: ScopedSession, slug: str) -> Tenant | None:
    """The tenant of a slug, whatever its state."""
    return session.scalars(select(Tenant).where(Tenant.slug == slug)).one_or_none()


def open_tenants(session: ScopedSession) -> list[Tenant]:
    """Every open tenant, by name."""
    return list(session.scalars(select(Tenant).where(Tenant.state == "open").order_by(alphabetical(Tenant.name))))


def every_tenant(session: ScopedSession) -> list[Tenant]:
    """All tenants, suspended and closed ones included, by name: they still have duties towards people."""
    return list(session.scalars(select(Tenant).order_by(alphabetical(Tenant.name))))


_folded = lru_cache(maxsize=4096)(fold)


def nowhere() -> Tenant:
    """What has no tenant, as one: its rows are those of accounts and of the installation. It is stored nowhere."""
    return Tenant(id=NIL, basin_id=NIL, slug="", name="", code="", kind="", state="open")


def names_of_places(session: ScopedSession) -> list[str]:
    """What the municipalities of the country are called, in French and in Dutch, and their provinces."""
    rows = session.execute(select(Municipality.name_french, Municipality.name_dutch, Municipality.province))
    return sorted({name for row in rows for name in row if name})


def support_centre_of(session: ScopedSession, basin_id: UUID) -> Tenant | None:
    """The open support centre of a basin."""
    return session.scalars(
        select(Tenant).where(Tenant.basin_id == basin_id, Tenant.kind == SUPPORT_CENTRE, Tenant.state == "open")
    ).first()


def platforms_of(session: ScopedSession, basin_id: UUID) -> dict[str, str]:
    """The names of the local platforms of a basin by their ids, as text, in the order of the names."""
    found = select(Tenant.id, Tenant.name).where(Tenant.basin_id == basin_id, Tenant.kind == LOCAL_PLATFORM)
    return {str(row.id): row.name for row in session.execute(found.order_by(alphabetical(Tenant.name), Tenant.id))}


def open_platforms(session: ScopedSession, basin_id: UUID) -> list[OpenPlatform]:
    """The open local platforms of a basin, by name."""
    # Folding hundreds of names in the database takes longer than all else that its pages ask of it.
    found = map(OpenPlatform._make, session.execute(_open_platforms(), {"basin": basin_id}))
    return sorted(found, key=lambda platform: (_folded(platform.name), platform.id))


@built_once
def _open_platforms() -> Select[*tuple[Any, ...]]:
    columns = (getattr(Tenant, name) for name in OpenPlatform._fields)
    return select(*columns).where(
        Tenant.basin_id == bindparam("basin", type_=Uuid()), Tenant.kind == LOCAL_PLATFORM, Tenant.state == "open"
    )


def platforms_covering(
    session: ScopedSession, basin_id: UUID, postal_code: str | None, nis_code: str | None
) -> list[UUID]:
    """The open local platforms of a basin that have a place in their territory: a district by its postal code, or a
    municipality as a whole.
    """
    here = or_(
        and_(TenantTerritory.nis_code == nis_code, TenantTerritory.postal_code == ""),
        and_(TenantTerritory.postal_code == postal_code, TenantTerritory.postal_code != ""),
    )
    covering = select(TenantTerritory.covered_by).where(here)
    found = select(Tenant.id).where(
        Tenant.basin_id == basin_id,
        Tenant.kind == LOCAL_PLATFORM,
        Tenant.state == "open",
        Tenant.id.in_(covering),
    )
    return list(session.scalars(found.order_by(alphabetical(Tenant.name), Tenant.id)))


def localities(session: ScopedSession, code: str) -> list[PostalCode]:
    """The localities under a postal code."""
    found = select(PostalCode).where(PostalCode.code == code)
    return list(session.scalars(found.order_by(alphabetical(PostalCode.locality))))


def occupations_matching(session: ScopedSession, words: Sequence[str], limit: int = 12) -> list[Occupation]:
    """Occupations whose label has, for each of the normalised `words`, a word that starts with it; shortest first."""
    if not words:
        return []
    found = select(Occupation).where(
        and_(
            *(
                Occupation.id.in_(select(OccupationWord.occupation_id).where(OccupationWord.word.startswith(word)))
                for word in words
            )
        )
    )
    return list(session.scalars(found.order_by(Occupation.is_appellation, Occupation.label).limit(limit)))


def occupations_named(session: ScopedSession, typed: str, limit: int = 12) -> list[Occupation]:
    """Occupations with a word for each start of a word in `typed`; those whose name starts with it come first."""
    words = occupation_words(typed)
    whole = " ".join(words)
    found = occupations_matching(session, words, CONSIDERED)
    return sorted(found, key=lambda o: (not o.search_key.startswith(whole), len(o.search_key), o.label))[:limit]
