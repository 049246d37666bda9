from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from clais.actor import Actor
from clais.audit.actions import record
from clais.database import ScopedSession, new_id
from clais.text import fold
from clais.workflow import Refused
from tenants.tags.models import PersonTag, Tag
from tenants.tags.queries import MOST, tags_here


def tag_named(session: ScopedSession, label: str) -> Tag:
    """The tag that is called so, made if there is none. Raises Refused: `too_many` for more than MOST, `blank`."""
    key = fold(label)
    if not key:
        raise Refused("blank")
    known = tags_here(session)
    found = next((tag for tag in known if tag.key == key), None)
    if found is not None:
        return found
    if len(known) >= MOST:
        raise Refused("too_many")
    made = Tag(id=new_id(), label=label, key=key)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # A colleague made it in the same moment.
        return session.scalars(select(Tag).where(Tag.tenant_id == session.scope.tenant_id, Tag.key == key)).one()
    record(session, "tag.make", "tag", made.id)
    return made


def put(session: ScopedSession, actor: Actor, people: Sequence[UUID], tags: Collection[UUID]) -> int:
    """Put tags on files, each once. Returns on how many files something changed."""
    known = set(
        session.execute(
            select(PersonTag.person_id, PersonTag.tag_id).where(
                PersonTag.tenant_id == session.scope.tenant_id, PersonTag.person_id.in_(people)
            )
        )
    )
    changed = 0
    for person_id in sorted(people):
        new = [tag_id for tag_id in sorted(tags) if (person_id, tag_id) not in known]
        rows = [PersonTag(person_id=person_id, tag_id=tag_id, put_by=actor.display_name) for tag_id in new]
        try:
            with session.begin_nested():
                session.add_all(rows)
        except IntegrityError:  # The second of two clicks: the first one has put it there.
            continue
        if rows:
            changed += 1
            record(session, "person.tag", "person", person_id, person_id=person_id)
    return changed


def take_off(session: ScopedSession, people: Sequence[UUID], tags: Collection[UUID]) -> int:
    """Take tags off files. Returns from how many files."""
    gone = session.execute(
        delete(PersonTag)
        .where(
            PersonTag.tenant_id == session.scope.tenant_id,
            PersonTag.person_id.in_(people),
            PersonTag.tag_id.in_(tags),
        )
        .returning(PersonTag.person_id)
    )
    touched = sorted(set(gone.scalars()))
    for person_id in touched:
        record(session, "person.untag", "person", person_id, person_id=person_id)
    return len(touched)


def forget(session: ScopedSession, tag: Tag) -> None:
    """Take a tag off all files and out of the platform's list."""
    record(session, "tag.forget", "tag", tag.id)
    session.delete(tag)
    session.flush()
