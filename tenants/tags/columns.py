"""What tags add to the list of files: a column that narrows by any of them, and an act on several files."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, Text, exists, func, literal, select

from clais.actor import Actor
from clais.database import ScopedSession
from clais.feature.columns import Choosing, ListAct, PersonColumn
from clais.feature.handling import Key
from clais.listing import Cell
from clais.translation import N_
from tenants.people.models import Person
from tenants.tags.models import PersonTag, Tag
from tenants.tags.queries import tags_here

SHOWN = 2
"""More of them are a number, with their words behind it."""
BETWEEN = "\n"


def _labels(here: Key) -> ColumnElement[str | None]:
    return (
        select(func.string_agg(Tag.label, literal(BETWEEN), type_=Text()))
        .where(
            PersonTag.tenant_id == here,
            PersonTag.person_id == Person.id,
            Tag.tenant_id == here,
            Tag.id == PersonTag.tag_id,
        )
        .scalar_subquery()
    )


def _cell(labels: str | None, _actor: Actor) -> Cell:
    words = sorted((labels or "").split(BETWEEN))
    more = len(words) - SHOWN
    text = ", ".join(words[:SHOWN])
    return Cell(f"{text} +{more}" if more > 0 else text, title=", ".join(words) if more > 0 else "")


def _options(session: ScopedSession) -> Mapping[str, str]:
    return {str(tag.id): tag.label for tag in tags_here(session)}


def _is_on(here: Key, _labels: ColumnElement[str], tag_id: str) -> ColumnElement[bool]:
    return exists().where(
        PersonTag.tenant_id == here, PersonTag.tag_id == UUID(tag_id), PersonTag.person_id == Person.id
    )


TAGS = PersonColumn(
    name="tag",
    order=80,
    label=N_("Tags"),
    short=N_("Tags"),
    permission="person.read",
    expression=_labels,
    cell=_cell,
    choosing=Choosing("[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", _options, _is_on),
    css="prio-2 span-2",
    sortable=False,
    is_extra=True,
)
TAG_SEVERAL = ListAct("tag", 20, N_("Tag…"), "tags", "tags.put", "person.edit")
