"""A questionnaire that a platform adopted, with somebody who answers it."""

from uuid import UUID, uuid4

from sqlalchemy import select

from clais.clock import today
from clais.exchange.publications.instruments import definition_for_basin, shelf_of_basin
from clais.instruments.rules.definition import Item, ItemKind, Latitude
from clais.instruments.rules.local import OwnItem, with_item
from tenants.instruments.actions import adopt, change_here
from tenants.people.models import Person
from tenants.questionnaires.actions import begin
from tenants.questionnaires.asked import asked_of
from tenants.questionnaires.models import InstrumentFilling
from tests.support.federation import Federation, Member
from tests.support.instruments import a_centre

TOLD = Item(
    "raconte", ItemKind.LONG_TEXT, {"fr": "Racontez, dans vos mots."}, required=True, allows=frozenset(Latitude)
)
OURS = OwnItem("p_permis", ItemKind.YES_NO, {"fr": "Avez-vous le permis ?"})
WORK = Item("metier", ItemKind.OCCUPATION, {"fr": "Quel métier ?"})
PLACE = Item("commune", ItemKind.MUNICIPALITY, {"fr": "Quelle commune ?"})


def begun_with(federation: Federation, member: Member, person_id: UUID) -> InstrumentFilling:
    """An open filling of an instrument that its platform has just adopted, and added to, with a person of it."""
    centre = a_centre(federation, "Mon avis", f"avis_{uuid4().hex[:8]}", kind="self_assessment")
    centre.publish(today(), TOLD, WORK, PLACE)
    with member.at_work() as session:
        shelf = shelf_of_basin(session, centre.instrument)
        assert shelf
        version = shelf.to_adopt[0]
        adopt(session, member.actor, shelf, version)
        asked = definition_for_basin(session, version)
        assert asked
        here = (version.id, asked)
        change_here(session, member.actor, centre.instrument, here, lambda one: with_item(one, OURS, "situation"))
        used = asked_of(session, centre.instrument)
        assert used
        found = select(Person).where(Person.tenant_id == member.tenant.id, Person.id == person_id)
        return begin(session, member.actor, session.scalars(found).one(), used)
