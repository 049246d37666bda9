"""The texts about possible duplicates: how likely, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from clais.forms.fields import Date
from clais.numbers import disagreements, facts_of_number
from clais.text import NO_GIVEN_NAME
from clais.translation import N_
from clais.translation import gettext as _
from clais.web.formatting import exact_day
from tenants.people.choices import SEX
from tenants.people.matching.duplicates import Match, Reason
from tenants.people.models import Person
from tenants.people.presentation import born_in_list

LIKELIHOODS = {
    "certain": N_("Almost certain"),
    "probable": N_("Probable"),
    "possible": N_("Possible"),
}
KINDS = {"certain": "late", "probable": "wait", "possible": ""}
_SENTENCES = {
    "same_number": N_("same national number"),
    "same_names": N_("same names"),
    "names_swapped": N_("family name and given name exchanged (%(other)s)"),
    "names_alike": N_("names alike (%(other)s)"),
    "one_name_alike": N_("the only name known of one of them is a name of the other (%(other)s)"),
    "names_in_other_script": N_("name in another alphabet (%(other)s)"),
    "family_name_alike": N_("family names alike (%(other)s)"),
    "given_names_alike": N_("given names alike (%(other)s)"),
    "same_birth_date": N_("same birth date"),
    "day_month_swapped": N_("day and month of birth exchanged (%(other)s)"),
    "birth_date_close": N_("birth dates that differ by one digit (%(other)s)"),
    "same_birth_year": N_("same year of birth"),
    "same_phone": N_("same phone"),
    "same_email": N_("same e-mail"),
    "same_locality": N_("same locality"),
    "names_differ": N_("other names (%(other)s)"),
    "family_names_differ": N_("another family name (%(other)s)"),
    "given_names_differ": N_("other given names (%(other)s)"),
    "birth_dates_differ": N_("another birth date (%(other)s)"),
    "numbers_differ": N_("another national number"),
}
_SEX_OF_NUMBER = {"woman": "f", "man": "m"}
NUMBER_FACTS = ("national_number", "birth_date", "birth_year", "sex")
"""The fields of a card that the national number tells something about."""


@dataclass(frozen=True, slots=True)
class NumberProposal:
    """What a national number says that the form does not say yet: in words, and field → value to fill in."""

    text: str
    fill: dict[str, str]


@dataclass(frozen=True, slots=True)
class DuplicateRow:
    """One possible duplicate: the text and the kind of its tag, and the reasons in a sentence."""

    person: Person
    tag: str
    kind: str
    why: str
    born: str


def duplicate_rows(matches: Sequence[Match[Person]]) -> list[DuplicateRow]:
    """The rows that show the matches."""
    return [
        DuplicateRow(
            match.key,
            _(LIKELIHOODS[match.likelihood]),
            KINDS[match.likelihood],
            why(match.reasons),
            born_in_list(match.key),
        )
        for match in matches
    ]


def why(reasons: Sequence[Reason]) -> str:
    """The reasons as one sentence: "same birth date, names alike (Sofia Marcheti), but another phone"."""
    in_favour = ", ".join(_reason(reason) for reason in reasons if not reason.against)
    against = ", ".join(_reason(reason) for reason in reasons if reason.against)
    if in_favour and against:
        return _("%(reasons)s, but %(others)s", reasons=in_favour, others=against)
    return in_favour or against


def _reason(reason: Reason) -> str:
    return _(_SENTENCES[reason.code], other=_value_text(reason.other))


def _value_text(text: str) -> str:
    if text == NO_GIVEN_NAME:
        return _("no given name")
    try:
        return exact_day(date.fromisoformat(text))
    except ValueError:
        return text


def number_warnings(data: Mapping[str, Any]) -> list[str]:
    """The contradictions between the national number and the card. They never block: the register may be wrong."""
    number = data.get("national_number")
    if not number:
        return []
    sex = _SEX_OF_NUMBER.get(data.get("sex") or "")
    found = disagreements(number, data.get("birth_date"), sex, birth_year=data.get("birth_year"))
    sentences = {
        "birth_date": _("The national number holds another birth date than the one typed: check with the person."),
        "sex": _("The national number holds another sex than the one declared: that may be right, check it."),
    }
    return [sentences[code] for code in found]


def number_proposal(data: Mapping[str, Any]) -> NumberProposal | None:
    """The birth date and the sex to propose for a form with a national number, as far as they are not answered yet."""
    number = data.get("national_number")
    if not number:
        return None
    born, sex_of_number = facts_of_number(number)
    sex = next((code for code, letter in _SEX_OF_NUMBER.items() if letter == sex_of_number), None)
    words: list[str] = []
    fill: dict[str, str] = {}
    if born and not data.get("birth_date") and data.get("birth_year") in {None, born.year}:
        words.append(Date.form_value(born))
        fill |= {"birth_date": Date.form_value(born), "birth_year": ""}
    if sex and data.get("sex") in {None, "undeclared"}:
        words.append(_(SEX[sex]).lower())
        fill["sex"] = sex
    return NumberProposal(", ".join(words), fill) if fill else None


def number_context(data: Mapping[str, Any]) -> dict[str, Any]:
    """What `people/_number_says.html` shows about the valid answers of a form."""
    return {"number_warnings": number_warnings(data), "number_proposal": number_proposal(data)}
