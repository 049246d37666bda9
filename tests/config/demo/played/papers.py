"""What was given on paper."""

from collections.abc import Iterator
from functools import partial

from tenants.people.models import Person
from tenants.printing.actions import Text, give
from tenants.printing.models import Printout
from tests.config.demo.played.rows import Row
from tests.config.demo.played.world import Act, World


def acts(world: World, person: Row) -> Iterator[Act]:
    """What was printed, before the worker has made it."""
    for printout in world.rows.of(Printout, person_id=person["id"]):
        yield Act(printout["asked_at"], 9, partial(_give, world, person, printout))


def _give(world: World, person: Row, printout: Row) -> None:
    who = world.called(person["tenant_id"], printout["asked_by"])
    text = Text("<p>Bonjour", printout["template_version"], printout["language"])
    with world.at_work(who, printout["asked_at"]) as session:
        file = world.here(session, Person, person)
        made = give(session, who.actor, who.federation.keyring, file.id, text, kind=printout["kind"])
    world.stands_for(printout, made)
