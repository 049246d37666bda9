"""Conditions for a test: published by the centre through its actions."""

from collections.abc import Sequence
from typing import Any

from clais.exchange.eligibility.models import EligibilityVersion
from clais.exchange.eligibility.rules.judging import Rule
from clais.exchange.publications.models import Scheme, SchemeSession
from support_center.eligibility import actions
from support_center.eligibility.queries import conditions_of
from tenants.eligibility.jobs import spot
from tenants.people.models import Person
from tests.support.federation import Member
from tests.support.referrals import a_person, a_scheme


def a_rule(field: str, operator: str, value: Any = None, **about: Any) -> Rule:
    """A required condition with a sentence of its own."""
    facts = {"id": f"{field}.{operator}", "sentence": f"{field} {operator} {value}"} | about
    return Rule(field=field, operator=operator, value=value, **facts)


def drafted(officer: Member, scheme: Scheme, *rules: Rule) -> None:
    """Put conditions into the draft of a scheme."""
    for rule in rules:
        with officer.at_work() as session:
            held = session.get_one(Scheme, (scheme.owner_tenant_id, scheme.id))
            actions.save_rule(session, officer.actor, held, rule, conditions_of(session, scheme.id).read)


def published(officer: Member, scheme: Scheme, rules: Sequence[Rule]) -> EligibilityVersion:
    """Publish conditions of a scheme, in the place of those in force."""
    with officer.at_work() as session:
        held = session.get_one(Scheme, (scheme.owner_tenant_id, scheme.id))
        wanted = {rule.id for rule in rules}
        for former in conditions_of(session, scheme.id).rules:
            if former.id not in wanted:
                actions.remove_rule(session, officer.actor, held, former.id, conditions_of(session, scheme.id).read)
    drafted(officer, scheme, *rules)
    with officer.at_work() as session:
        held = session.get_one(Scheme, (scheme.owner_tenant_id, scheme.id))
        return actions.publish(session, officer.actor, held, None, conditions_of(session, scheme.id).read)


def someone_spotted(officer: Member, member: Member) -> tuple[Person, SchemeSession]:
    """Somebody for whom a session may be, and whom one of its conditions is still to be asked."""
    scheme, held = a_scheme(officer, required=("name",), name="Vente en grande surface")
    required = a_rule("age", "at_least", 18, sentence="18 ans et plus")
    published(officer, scheme, [required, a_rule("weekends", "yes", sentence="Le samedi")])
    person = a_person(member, "Lenoir", "Ana")
    with member.at_work() as session:
        spot(session, member.actor)
    return person, held
