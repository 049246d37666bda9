"""Newcomers and members with their days, for the tests of the team."""

from typing import Any

from tenants.people.models import Person
from tenants.team.actions.members import save_pattern
from tenants.team.models import WorkingPattern
from tenants.team.queries import pattern_of
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person


def a_coordinator(federation: Federation) -> Member:
    return federation.member(federation.platform, "coordinator", "Paul Henin")


def an_agent(federation: Federation, name: str, **facts: Any) -> Member:
    """An agent of the first platform, with what is said of their days and files."""
    member = federation.member(federation.platform, "agent", name)
    if facts:
        with_pattern(member, **facts)
    return member


def with_pattern(member: Member, **facts: Any) -> WorkingPattern:
    with member.at_work() as session:
        known = pattern_of(session, member.membership.id)
        return save_pattern(session, member.membership, known, {"takes_newcomers": True, **facts})


def a_newcomer(member: Member, family_name: str = "Haddad", **facts: Any) -> Person:
    """A file that nobody follows."""
    person = a_person(member, family_name, "Nassim", **facts)
    with member.at_work() as session:
        session.get_one(Person, (person.tenant_id, person.id)).referent_id = None
    return person


def referent_of(member: Member, person: Person) -> Any:
    with member.at_work() as session:
        return session.get_one(Person, (person.tenant_id, person.id)).referent_id
