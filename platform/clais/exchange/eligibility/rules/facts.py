"""The facts that a condition may ask about. Nothing about health, origin, disability or justice is among them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from clais.exchange.eligibility.choices import ASKED, CHILDCARE_STATES, LEVELS, LICENCES, QUESTIONS, SCHOOLING, STATUS
from clais.translation import N_


class Kind(StrEnum):
    """How the value of a fact is compared."""

    YEARS = "years"
    """Whole years since a day, on the day of the judgement: a person's age."""
    MONTHS = "months"
    """Whole months since a day."""
    CHOICE = "choice"
    LEVEL = "level"
    """A choice whose codes are in order, the lowest first."""
    SEVERAL = "several"
    YES_NO = "yes_no"
    POSTAL_CODE = "postal_code"
    OCCUPATION = "occupation"
    """ROME codes: a condition names the beginning of a code (« K », « K13 », « K1304 »)."""


OPERATORS: Mapping[Kind, Mapping[str, str]] = {
    Kind.YEARS: {"at_least": N_("at least"), "at_most": N_("at most")},
    Kind.MONTHS: {"at_least": N_("at least"), "at_most": N_("at most")},
    Kind.CHOICE: {"one_of": N_("one of"), "none_of": N_("none of")},
    Kind.LEVEL: {"at_least": N_("at least"), "at_most": N_("at most")},
    Kind.SEVERAL: {"one_of": N_("one of"), "none_of": N_("none of")},
    Kind.YES_NO: {"yes": N_("yes"), "no": N_("no")},
    Kind.POSTAL_CODE: {"one_of": N_("one of"), "none_of": N_("none of")},
    Kind.OCCUPATION: {"one_of": N_("one of"), "none_of": N_("none of")},
}
"""Kind → what may be asked of it, in the order of the screen."""

NOT_RECOGNISED = "foreign"
"""A certificate from abroad that is not recognised here."""
OTHER = "other"
"""What a card says of a status that is not read here: it may be that one or the one that stands sealed."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that conditions may ask about. `values` are its codes and words; `question` is what one asks the person.

    `carried_by` is the code of the parcel's field that says the same, where there is one.
    """

    code: str
    label: str
    kind: Kind
    values: Mapping[str, str] = field(default_factory=dict)
    question: str = ""
    carried_by: str = ""

    @property
    def scale(self) -> Mapping[str, int]:
        """The place of each code of a level, from the lowest."""
        return {code: place for place, code in enumerate(self.values)}


_SCHOOLING = {code: label for code, label in SCHOOLING.items() if code not in {"foreign", "unknown"}}
_STATUS = {code: label for code, label in STATUS.items() if code != "sickness"}
"""A status of sickness tells of health: no condition asks about it."""

LANGUAGES = {
    "fr": (N_("Spoken French"), N_("Written French")),
    "nl": (N_("Spoken Dutch"), N_("Written Dutch")),
    "en": (N_("Spoken English"), N_("Written English")),
    "de": (N_("Spoken German"), N_("Written German")),
}

INCLUDED: Mapping[str, tuple[str, ...]] = {
    "A": ("AM",),
    "B": ("AM",),
    "BE": ("B", "AM"),
    "C": ("B", "AM"),
    "CE": ("C", "BE", "B", "AM"),
    "D": ("B", "AM"),
    "DE": ("D", "BE", "B", "AM"),
}
"""Licence → those that its holder has too (royal decree of 23 March 1998 on the driving licence)."""


def with_included(licences: Collection[str]) -> tuple[str, ...]:
    """Some licences with all that they include."""
    return tuple(sorted({*licences, *(code for licence in licences for code in INCLUDED.get(licence, ()))}))


def _also_asked(code: str, kind: Kind, values: Mapping[str, str] | None = None, *, carried_by: str) -> Fact:
    label, question = ASKED[code]
    return Fact(code, label, kind, values or {}, question, carried_by)


FACTS: Mapping[str, Fact] = {
    fact.code: fact
    for fact in (
        Fact("age", N_("Age"), Kind.YEARS, carried_by="age"),
        Fact("status", N_("Status"), Kind.CHOICE, _STATUS, carried_by="status"),
        Fact("status_since", N_("Time in this status"), Kind.MONTHS, carried_by="status"),
        _also_asked("job_seeker", Kind.YES_NO, carried_by="job_seeker"),
        Fact("job_seeker_since", N_("Time as a job seeker"), Kind.MONTHS, carried_by="job_seeker"),
        Fact("schooling", N_("Schooling"), Kind.LEVEL, _SCHOOLING, carried_by="schooling"),
        *(
            Fact(f"language.{code}.{skill}", label, Kind.LEVEL, LEVELS, carried_by="languages")
            for code, labels in LANGUAGES.items()
            for skill, label in zip(("spoken", "written"), labels, strict=True)
        ),
        Fact("residence", N_("Postal code"), Kind.POSTAL_CODE, carried_by="locality"),
        _also_asked("licences", Kind.SEVERAL, LICENCES, carried_by="driving"),
        Fact("vehicle", N_("Has a vehicle"), Kind.YES_NO, carried_by="driving"),
        Fact("childcare", N_("Childcare"), Kind.CHOICE, CHILDCARE_STATES),
        Fact("occupations", N_("Wished occupations"), Kind.OCCUPATION, carried_by="occupations"),
        *(Fact(code, label, Kind.YES_NO, question=question) for code, (label, question) in QUESTIONS.items()),
    )
}
"""Every fact, by its code, in the order of the screen."""
