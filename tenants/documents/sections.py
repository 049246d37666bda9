"""The documents on the file of a person."""

from collections.abc import Mapping
from typing import Any

from clais.actor import Actor
from clais.database import ScopedSession
from tenants.documents.presentation import grouped
from tenants.documents.shut import are_shut
from tenants.documents.workflow import WRITE
from tenants.file.queries import newest
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES


def papers_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any]:
    """The documents that are to be seen to, those that are valid, and the ways to add one."""
    may_write = actor.may(WRITE) and person.stage in OPEN_STAGES
    papers = list(newest(session, person.id, actor)["documents"])
    groups = grouped(papers, may_write=may_write, shut=are_shut(session, person, actor, papers))
    return {"groups": groups, "count": groups.count, "may_write": may_write}
