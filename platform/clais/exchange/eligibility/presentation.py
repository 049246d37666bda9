"""Conditions in words, for both wings."""

from typing import Any

from clais.exchange.eligibility.choices import SCHOOLING
from clais.exchange.eligibility.rules.facts import FACTS, OPERATORS, Fact, Kind
from clais.exchange.eligibility.rules.judging import Rule
from clais.text import lower_first
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import exact_day


def in_words(rule: Rule) -> str:
    """What a condition asks, made from its data: « Âge : au moins 18 ans »."""
    fact = FACTS.get(rule.field)
    if fact is None:
        return _("A fact that this release does not know")
    if fact.kind is Kind.YES_NO:
        return _("%(fact)s: %(what)s", fact=_(fact.label), what=_(OPERATORS[fact.kind][rule.operator]))
    operator = _(OPERATORS[fact.kind][rule.operator])
    return _(
        "%(fact)s: %(operator)s %(value)s", fact=_(fact.label), operator=operator, value=value_words(fact, rule.value)
    )


def value_words(fact: Fact, value: Any) -> str:
    """The value of a condition: « 18 ans », « A2 », « revenu d'intégration, sans revenu »."""
    match fact.kind:
        case Kind.YEARS:
            return ngettext("%(num)d year", "%(num)d years", value)
        case Kind.MONTHS:
            return ngettext("%(num)d month", "%(num)d months", value)
        case Kind.LEVEL:
            return _(fact.values.get(value, value))
        case _:
            words = [_(fact.values.get(code, code)) for code in value or ()]
            return ", ".join(
                word if code not in fact.values else lower_first(word)
                for code, word in zip(value or (), words, strict=True)
            )


def known_words(fact: Fact, value: Any) -> str:
    """What a file says of a fact: « oui », « A2 », « revenu d'intégration (RI) »."""
    match fact.kind:
        case Kind.YES_NO:
            word = OPERATORS[fact.kind]["yes" if value else "no"]
            return _(word)
        case Kind.YEARS:
            return exact_day(value[0]) if value[0] == value[1] else str(value[0].year)
        case Kind.MONTHS:
            return exact_day(value[0])
        case Kind.SEVERAL | Kind.OCCUPATION:
            return ", ".join(_(fact.values.get(code, code)) for code in value)
        case _:
            return _(fact.values.get(value, _UNSAID.get(value, value)))


_UNSAID = {code: label for code, label in SCHOOLING.items() if code == "foreign"}
