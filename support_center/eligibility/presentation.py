"""Conditions and what they say of made-up people, in words."""

from collections.abc import Sequence
from typing import Any

from clais.clock import today
from clais.exchange.eligibility.presentation import in_words
from clais.exchange.eligibility.rules.contradictions import contradictions, impossible
from clais.exchange.eligibility.rules.judging import Judgement, Outcome, Rule, Verdict, judge
from clais.translation import N_
from clais.translation import gettext as _
from clais.web.formatting import exact_day
from support_center.eligibility.rules.made_up import PEOPLE

OUTCOMES = {
    Outcome.FITS: (N_("fits"), "done"),
    Outcome.ASK: (N_("to ask"), "wait"),
    Outcome.UNFIT: (N_("does not fit"), ""),
}
"""Outcome → its word and the kind of its tag."""


def validity(rule: Rule) -> str:
    """« du 1 janvier 2027 au 30 juin 2027 »; empty for a condition without an end."""
    if rule.valid_from and rule.valid_until:
        return _("from %(since)s to %(until)s", since=exact_day(rule.valid_from), until=exact_day(rule.valid_until))
    if rule.valid_from:
        return _("from %(since)s on", since=exact_day(rule.valid_from))
    return _("until %(day)s", day=exact_day(rule.valid_until)) if rule.valid_until else ""


def tried(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """What the conditions say today of each made-up person."""
    return [
        {
            "name": person.name,
            "about": _(person.about),
            **_said(judge(rules, person.known(today()), on=today())),
        }
        for person in PEOPLE
    ]


def _said(judgement: Judgement) -> dict[str, Any]:
    word, kind = OUTCOMES[judgement.outcome]
    return {
        "outcome": _(word),
        "kind": kind,
        "unmet": [answer.rule.sentence for answer in judgement.of(Verdict.UNMET, hard=True)],
        "to_ask": [answer.rule.sentence for answer in judgement.of(Verdict.UNKNOWN, hard=True)],
    }


def refused_pairs(rules: Sequence[Rule]) -> list[str]:
    """The conditions that nobody can meet, alone or together, as sentences."""
    alone = [_("Nobody can meet “%(one)s”.", one=rule.sentence) for rule in impossible(rules)]
    pairs = [
        _("“%(one)s” and “%(other)s” exclude each other.", one=one.sentence, other=other.sentence)
        for one, other in contradictions(rules)
    ]
    return [*alone, *pairs]


def differences(before: Sequence[Rule], after: Sequence[Rule]) -> list[str]:
    """What changes from one set of conditions to another, in words."""
    former = {rule.id: rule for rule in before}
    present = {rule.id: rule for rule in after}
    found = [_("New: %(rule)s", rule=_whole(rule)) for key, rule in present.items() if key not in former]
    found += [_("No longer asked: %(rule)s", rule=_whole(rule)) for key, rule in former.items() if key not in present]
    found += [
        _("Changed: %(before)s, now %(after)s", before=_whole(former[key]), after=_whole(rule))
        for key, rule in present.items()
        if key in former and former[key] != rule
    ]
    if not found and list(former) != list(present):
        found.append(_("The order alone changes."))
    return found


def _whole(rule: Rule) -> str:
    strict = _("required") if rule.hard else _("wished for")
    said = "" if in_words(rule) == rule.sentence else f" ({in_words(rule)})"
    return ", ".join(filter(None, (f"{rule.sentence}{said}", strict, validity(rule))))


def hidden_sum(numbers: Sequence[int | None]) -> str:
    """The sum of what platforms told, each in tens: « at least »."""
    total = sum(number for number in numbers if number is not None)
    if None in numbers and not total:
        return _("fewer than 10 in each platform")
    return _("%(num)s at least", num=total) if total else _("nobody")


def told_number(number: int | None) -> str:
    """What one platform told: « aucune », « moins de 10 », « 20 à 29 »."""
    if number is None:
        return _("fewer than 10")
    return _("%(least)s to %(most)s", least=number, most=number + 9) if number else _("none")
