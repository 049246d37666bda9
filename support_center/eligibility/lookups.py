from uuid import UUID

from flask import abort

from clais.exchange.eligibility.models import EligibilityVersion
from clais.exchange.eligibility.queries import versions_of
from clais.exchange.eligibility.rules.facts import FACTS, Fact
from clais.exchange.eligibility.rules.judging import Rule
from clais.exchange.publications.models import Scheme
from clais.web.context import database, get_or_404
from support_center.eligibility.queries import Conditions, conditions_of


def scheme_and_conditions(scheme_id: UUID) -> tuple[Scheme, Conditions]:
    """A scheme of the centre with its conditions, or 404."""
    scheme = get_or_404(Scheme, scheme_id)
    return scheme, conditions_of(database(), scheme.id)


def rule_or_404(conditions: Conditions, key: str) -> Rule:
    """A condition of what is being worked on, by its id."""
    found = next((rule for rule in conditions.rules if rule.id == key), None)
    return abort(404) if found is None else found


def fact_or_404(code: str) -> Fact:
    """A fact that conditions may ask about, by its code."""
    return FACTS[code] if code in FACTS else abort(404)


def version_or_404(scheme: Scheme, number: int) -> tuple[EligibilityVersion, EligibilityVersion | None]:
    """A version of a scheme's conditions, with the one before it."""
    every = list(versions_of(database(), scheme.id))
    place = next((place for place, version in enumerate(every) if version.number == number), None)
    if place is None:
        abort(404)
    return every[place], every[place + 1] if place + 1 < len(every) else None
