"""The printout that an address names, or 404."""

from uuid import UUID

from flask import abort

from clais.audit.actions import record_reading
from clais.clock import now
from clais.web.context import actor, database, get_or_404
from tenants.people.lookups import theirs_or_404
from tenants.people.models import Person
from tenants.printing.choices import KINDS, READ_BY_MAKER, READ_SENSITIVE
from tenants.printing.models import Printout


def opened_printout(person_id: UUID, printout_id: UUID) -> tuple[Person, Printout]:
    """A printout that the actor may open: who may read what it is of, and one that ends nobody but who made it.

    That it was opened is on record.
    """
    person = get_or_404(Person, person_id)
    given = theirs_or_404(person, get_or_404(Printout, printout_id))
    if not is_open_to_actor(given) or not _is_read_by_actor(person, given):
        abort(404)
    record_reading(database(), person.id, "printout.open", subject_id=given.id)
    return person, given


def _is_read_by_actor(person: Person, given: Printout) -> bool:
    """Whether the actor reads a text that is sealed elsewhere and stands in it: who follows the file, and for an hour
    who made it.
    """
    who = actor()
    is_fresh = given.membership_id == who.membership_id and given.asked_at > now() - READ_BY_MAKER
    return given.withheld_at is None or is_fresh or who.membership_id == person.referent_id or who.may(READ_SENSITIVE)


def is_open_to_actor(given: Printout) -> bool:
    """Whether the actor may open it today."""
    who = actor()
    is_theirs = given.membership_id == who.membership_id and (given.ends_at is None or given.ends_at > now())
    return who.may(KINDS[given.kind].permission) and (KINDS[given.kind].lasting or is_theirs)
