"""The sensitive facts on the file of a person: hidden until someone asks."""

from collections.abc import Mapping
from typing import Any

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession
from clais.services import services
from tenants.people.models import Person
from tenants.people.withheld import precise_status
from tenants.sensitive.presentation import line_of
from tenants.sensitive.queries import READ, facts_of, may_erase, open_until, openings_of, reason_of, told_by
from tenants.sensitive.rules.access import reads

WRITE = "sensitive.write"


def facts_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any]:
    """The hidden facts, with what they are about for who may read them, and who opened them with a reason."""
    found = facts_of(session, person.id)
    holds = actor.may(READ)
    follows = holds or person.referent_id == actor.membership_id
    until = open_until(session, person.id, actor) if found and not follows else None
    may_write, lines = actor.may(WRITE), []
    for fact in found:
        shown = reads(
            actor.membership_id, holds=holds, referent=person.referent_id, author=fact.author_id, open_until=until,
            now=now(),
        )  # fmt: skip
        told = told_by(services().keyring, fact) if shown else None
        lines.append(line_of(fact, told, may_show=shown, may_erase=may_write and may_erase(person, fact, actor)))
    return {
        "lines": lines,
        "status": follows and precise_status(services().keyring, person) != person.status,
        "locked": sum(not line.may_show for line in lines),
        "open_until": until if until and until > now() else None,
        "openings": [(one, reason_of(services().keyring, one)) for one in openings_of(session, person.id)]
        if holds
        else (),
        "may_write": may_write,
    }
