"""Who hears of a person: asked for one member in a statement of their role, it is what the pairs of a platform say."""

from collections.abc import Mapping, Sequence

import pytest
from sqlalchemy import select, update

from clais.clock import now
from clais.identity.models import Membership
from tenants.people.following import followers, heard_of, hears_of
from tenants.people.models import Person
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person

UNFOLLOWED = {"of the receptionist", "of someone who left", "of nobody"}


def files_of(federation: Federation, members: Sequence[Member]) -> None:
    """A file of each member, one of somebody who left and one of nobody."""
    gone = federation.member(federation.platform, "agent", "Luc Parti")
    referents = {f"of the {member.membership.role}": member.membership.id for member in members}
    for name, referent_id in {**referents, "of someone who left": gone.membership.id, "of nobody": None}.items():
        person = a_person(members[0], name)
        with members[0].at_work() as session:
            session.get_one(Person, (person.tenant_id, person.id)).referent_id = referent_id
    with gone.at_work() as session:
        session.execute(update(Membership).where(Membership.id == gone.membership.id).values(ended_at=now()))


@pytest.mark.parametrize(
    "heard",
    [
        {"coordinator": {"of the coordinator", *UNFOLLOWED}, "agent": {"of the agent"}, "receptionist": set()},
        {"agent": {"of the agent", *UNFOLLOWED}, "receptionist": set()},
    ],
    ids=["with a coordinator", "without one"],
)
def test_a_member_hears_of_those_whose_pairs_say_so(federation: Federation, heard: Mapping[str, set[str]]) -> None:
    members = {role: federation.member(federation.platform, role, role.title()) for role in heard}
    files_of(federation, list(members.values()))
    a_person(federation.other_agent(), "of another platform")
    table = federation.app.extensions["clais"].permissions
    for role, member in members.items():
        here = Person.tenant_id == member.tenant.id
        pairs = followers(member.tenant.id, table).subquery()
        wanted = select(pairs.c.person_id).where(pairs.c.membership_id == member.membership.id)
        with member.at_work() as session:
            asked = session.execute(
                select(Person.id, Person.family_name).where(here, hears_of(Person.id, member.actor, table))
            ).all()
            read = select(Person.id).where(here, heard_of(member.actor, table))
            assert (
                {person_id for person_id, _name in asked} == set(session.scalars(wanted)) == set(session.scalars(read))
            )
        assert {name for _person_id, name in asked} == heard[role]
