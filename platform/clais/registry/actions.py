from collections.abc import Sequence

from sqlalchemy import Uuid, bindparam, update
from sqlalchemy.exc import IntegrityError

from clais.clock import today
from clais.database import ScopedSession
from clais.registry.models import Basin, ReferenceCounter, Tenant, TenantTerritory

RESERVED_SLUGS = frozenset(
    {
        "admin",
        "api",
        "certificat",
        "connexion",
        "deconnexion",
        "envoi",
        "invitation",
        "langue",
        "mot-de-passe",
        "mot-de-passe-oublie",
        "ou-travailler",
        "reprise",
        "static",
    }
)
"""First path segments of the application's own URLs: a tenant with such a slug would be unreachable."""


class ReservedSlug(ValueError):  # noqa: N818 - it reads as what is wrong.
    """The slug is the first path segment of a URL of the application."""


def create_basin(session: ScopedSession, name: str) -> Basin:
    """Create a basin: one support centre and its local platforms."""
    basin = Basin(name=name)
    session.add(basin)
    session.flush()
    return basin


def open_tenant(
    session: ScopedSession, basin: Basin, *, kind: str, name: str, slug: str, code: str, nis_codes: Sequence[str] = ()
) -> Tenant:
    """Create a local platform or a support centre that covers the municipalities `nis_codes`.

    The scope must administer. Raises ReservedSlug, or IntegrityError when the slug, or the code in the basin, is taken.
    """
    if slug in RESERVED_SLUGS:
        raise ReservedSlug(slug)
    tenant = Tenant(basin_id=basin.id, kind=kind, name=name, slug=slug, code=code)
    session.add(tenant)
    session.flush()
    session.add_all(TenantTerritory(covered_by=tenant.id, nis_code=nis_code) for nis_code in nis_codes)
    session.flush()
    return tenant


def suspend_tenant(tenant: Tenant) -> None:
    """Suspend a tenant: its members are signed out on their next request, its records stay."""
    tenant.state = "suspended"


def close_tenant(tenant: Tenant) -> None:
    """Close a tenant: as suspended, and shown as closed for good. Its records stay, and its duties towards people."""
    tenant.state = "closed"


def resume_tenant(tenant: Tenant) -> None:
    """Open a suspended or closed tenant again."""
    tenant.state = "open"


_NEXT = (
    update(ReferenceCounter)
    .where(
        ReferenceCounter.tenant_id == bindparam("here", type_=Uuid()),
        ReferenceCounter.kind == bindparam("of_kind"),
        ReferenceCounter.year == bindparam("of_year"),
    )
    .values(last=ReferenceCounter.last + 1)
    .returning(ReferenceCounter.last)
    .execution_options(synchronize_session=False)
)


def next_reference(session: ScopedSession, code: str, kind: str) -> str:
    """The next public number in the current tenant: CODE-year-00123 for files, CODE-R… for referrals and so on.

    `kind` is '' for files or a letter. Numbers are given in order; a rolled-back request gives its number back.
    """
    year = today().year
    last = _increment(session, kind, year)
    if last is None:
        try:
            with session.begin_nested():
                session.add(ReferenceCounter(kind=kind, year=year, last=0))
        except IntegrityError:
            pass  # Another request created the counter of the year; it exists now.
        last = _increment(session, kind, year)
    return f"{code}-{kind}{year}-{last:05d}"


def _increment(session: ScopedSession, kind: str, year: int) -> int | None:
    return session.scalar(_NEXT, {"here": session.scope.tenant_id, "of_kind": kind, "of_year": year})
