"""The conditions in force in a basin, as both wings read them. Only `support_center.eligibility` writes them."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.dialects.postgresql import distinct_on

from clais.database import ScopedSession, built_once
from clais.exchange.eligibility.models import EligibilityTrial, EligibilityVersion
from clais.exchange.eligibility.rules.judging import Rule
from clais.exchange.eligibility.schemas import rules_of


@built_once
def _in_force() -> Select[EligibilityVersion]:
    return (
        select(EligibilityVersion)
        .ext(distinct_on(EligibilityVersion.scheme_id))
        .where(EligibilityVersion.basin_id == bindparam("basin"))
        .order_by(EligibilityVersion.scheme_id, EligibilityVersion.number.desc())
    )


def versions_in_force(session: ScopedSession) -> dict[UUID, EligibilityVersion]:
    """Scheme → the newest version of its conditions; a scheme that never had any is not there."""
    found = session.scalars(_in_force(), {"basin": session.scope.basin_id})
    return {version.scheme_id: version for version in found}


def versions_by_id(session: ScopedSession, ids: Collection[UUID]) -> dict[UUID, EligibilityVersion]:
    """Several versions of the basin at once."""
    if not ids:
        return {}
    rows = select(EligibilityVersion).where(
        EligibilityVersion.basin_id == session.scope.basin_id, EligibilityVersion.id.in_(ids)
    )
    return {row.id: row for row in session.scalars(rows)}


def version_in_force(session: ScopedSession, scheme_id: UUID) -> EligibilityVersion | None:
    """The newest version of the conditions of one scheme."""
    return next(iter(versions_of(session, scheme_id)), None)


def versions_of(session: ScopedSession, scheme_id: UUID) -> Sequence[EligibilityVersion]:
    """All versions of the conditions of a scheme, the newest first."""
    rows = select(EligibilityVersion).where(
        EligibilityVersion.basin_id == session.scope.basin_id, EligibilityVersion.scheme_id == scheme_id
    )
    return session.scalars(rows.order_by(EligibilityVersion.number.desc())).all()


def rules_of_version(version: EligibilityVersion) -> Sequence[Rule]:
    """The conditions of a version. It never changes, so it is read from its data once a process."""
    return _rules(_Contents(version))


class _Contents:
    """A version as the key of what was read of it: its id alone tells."""

    def __init__(self, version: EligibilityVersion) -> None:
        self.key = (version.owner_tenant_id, version.id)
        self.rules = version.rules

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Contents) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=2000)
def _rules(contents: _Contents) -> Sequence[Rule]:
    return tuple(rules_of(contents.rules))


def trial_of(session: ScopedSession, trial_id: UUID) -> EligibilityTrial | None:
    """A trial of the basin."""
    rows = select(EligibilityTrial).where(
        EligibilityTrial.basin_id == session.scope.basin_id, EligibilityTrial.id == trial_id
    )
    return session.scalars(rows).one_or_none()
