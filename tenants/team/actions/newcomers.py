from collections.abc import Collection
from uuid import UUID

from clais.actor import Actor
from clais.audit.actions import record
from clais.database import ScopedSession
from clais.identity.models import MEMBERSHIP, Membership
from tenants.people.actions import hand_over, lock_open_file
from tenants.people.models import HandOver, Person
from tenants.team import queries
from tenants.team.choices import ASKED, NOT_AGAIN
from tenants.team.models import ReferentWish


class AboveCeiling(Exception):  # noqa: N818 - it names what happened.
    """The member follows as many files as they can; nobody said that one more is meant."""

    def __init__(self, files: int, ceiling: int) -> None:
        super().__init__(files, ceiling)
        self.files, self.ceiling = files, ceiling


class Taken(Exception):  # noqa: N818 - the same.
    """A colleague gave the file to somebody meanwhile."""


def entrust(
    session: ScopedSession,
    actor: Actor,
    person: Person,
    to: Membership,
    *,
    former: UUID | None,
    above_ceiling: bool = False,
) -> HandOver | None:
    """Give the file of a newcomer to a member. `former` is the referent that it had when it was read.

    Raises Taken, AboveCeiling unless `above_ceiling`, which is then on record, and Refused('closed_file').
    """
    lock_open_file(session, person)
    if person.referent_id != former:
        raise Taken
    pattern = queries.pattern_of(session, to.id, held=True)
    if pattern is not None and pattern.ceiling is not None:
        files = queries.files_of(session, to.id)
        if files >= pattern.ceiling:
            if not above_ceiling:
                raise AboveCeiling(files, pattern.ceiling)
            record(session, "team.pass_ceiling", MEMBERSHIP, to.id, person_id=person.id)
    return hand_over(session, actor, person, to)


def note_wishes(
    session: ScopedSession, actor: Actor, person: Person, *, asked: Collection[UUID], not_again: Collection[UUID]
) -> None:
    """Note whom a person asks for and whom they no longer want, instead of what was noted before.

    Who is in both is not wanted.
    """
    wanted = dict.fromkeys(asked, ASKED) | dict.fromkeys(not_again, NOT_AGAIN)
    known = {wish.membership_id: wish for wish in queries.wishes_of(session, person.id)}
    if wanted == {key: wish.wish for key, wish in known.items()}:
        return
    for key, wish in known.items():
        if key not in wanted:
            session.delete(wish)
    for key, code in wanted.items():
        if key in known:
            known[key].wish = code
        else:
            session.add(ReferentWish(person_id=person.id, membership_id=key, wish=code, noted_by=actor.display_name))
    session.flush()
    record(session, "team.note_wishes", "person", person.id, person_id=person.id)
