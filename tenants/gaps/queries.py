"""The open files that lack something: how many by what they lack, in one pass, and those of one page."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import load_only

from clais.actor import Actor
from clais.database import HERE, MEMBER, ScopedSession, among
from clais.database.keyset import page_after
from clais.feature.gaps import Gap
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES

PAGE = 25
_ON_A_LINE = load_only(Person.reference, Person.family_name, Person.given_names, Person.sort_name, raiseload=True)


def numbers(session: ScopedSession, actor: Actor, gaps: Sequence[Gap], *, mine: bool) -> list[int]:
    """How many open files lack each of these, of the actor's own or of all."""
    if not gaps:
        return []
    counted = [func.count(case((gap.condition(HERE), 1))) for gap in gaps]
    return list(session.execute(_open(select(*counted).select_from(Person), mine=mine), _values(session, actor)).one())


def files_that_lack(
    session: ScopedSession, actor: Actor, gap: Gap, after: tuple[str, UUID] | None, *, mine: bool
) -> Sequence[Person]:
    """A page of open files that lack something, by name, and one more when a page follows."""
    found = _open(select(Person).options(_ON_A_LINE).where(gap.condition(HERE)), mine=mine)
    page = page_after(found, Person.sort_name, Person.id, after, limit=PAGE)
    return list(session.scalars(page, _values(session, actor)))


def _open(found: Select[*tuple[Any, ...]], *, mine: bool) -> Select[*tuple[Any, ...]]:
    found = found.where(Person.tenant_id == HERE, among(Person.stage, OPEN_STAGES))
    return found.where(Person.referent_id == MEMBER) if mine else found


def _values(session: ScopedSession, actor: Actor) -> dict[str, UUID]:
    return {HERE.key: session.scope.tenant_id, MEMBER.key: actor.membership_id}
