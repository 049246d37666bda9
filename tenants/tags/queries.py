from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from clais.database import HERE, ScopedSession
from clais.thread import TENANT, Source
from tenants.tags.models import PersonTag, Tag

MOST = 60
"""Tags of a platform: with more, nobody finds the right one."""

_ALL = select(Tag).where(Tag.tenant_id == HERE).order_by(Tag.key, Tag.id).limit(MOST)
_LABEL = select(Tag.label).where(Tag.tenant_id == TENANT, Tag.id == PersonTag.tag_id).scalar_subquery()
OF_A_PERSON = Source(
    PersonTag.person_id,
    {"tag_id": PersonTag.tag_id, "label": _LABEL},
    order=(PersonTag.put_at.desc(), PersonTag.id.desc()),
    minimum=MOST,
)
"""The tags of a person, read with the rest of the file."""


def tags_here(session: ScopedSession) -> list[Tag]:
    """The tags of the platform, in the order of the alphabet."""
    return list(session.scalars(_ALL, {HERE.key: session.scope.tenant_id}))


def files_by_tag(session: ScopedSession) -> dict[UUID, int]:
    """On how many files each tag is."""
    rows = session.execute(
        select(PersonTag.tag_id, func.count())
        .where(PersonTag.tenant_id == session.scope.tenant_id)
        .group_by(PersonTag.tag_id)
    )
    return dict(rows.all())


def tags_on(session: ScopedSession, people: Sequence[UUID]) -> dict[UUID, int]:
    """Tag → on how many of some files it is."""
    rows = session.execute(
        select(PersonTag.tag_id, func.count())
        .where(PersonTag.tenant_id == session.scope.tenant_id, PersonTag.person_id.in_(people))
        .group_by(PersonTag.tag_id)
    )
    return dict(rows.all())
