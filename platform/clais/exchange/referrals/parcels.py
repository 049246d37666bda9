"""The fields that a referral may carry, and the copy of exactly the agreed ones."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from clais.translation import N_

ORDINARY = "ordinary"
SENSITIVE = "sensitive"
"""Health, origin, disability (GDPR article 9) and convictions (article 10): never ticked beforehand."""


class NotOffered(ValueError):  # noqa: N818 - it reads as what is wrong.
    """A field was ticked that was not on the list. `codes` names them, never their values."""

    def __init__(self, codes: Collection[str]) -> None:
        super().__init__("a field was ticked that was not offered")
        self.codes = sorted(codes)


class Missing(ValueError):  # noqa: N818 - the same.
    """The scheme needs fields that are not in the parcel. `codes` names them."""

    def __init__(self, codes: Collection[str]) -> None:
        super().__init__("a field that the scheme needs is not shared")
        self.codes = sorted(codes)


@dataclass(frozen=True, slots=True)
class Field:
    """A kind of fact that may be shared. `place` is where an agent fills it in: card, bilan, plan, wishes, notes; or
    conditions, which are judged.
    """

    code: str
    label: str
    place: str = "card"
    sensitivity: str = ORDINARY


@dataclass(frozen=True, slots=True)
class Offer:
    """One fact of a file that can be ticked: its code, its value as data, and its text on screen.

    `sensitive` marks a fact with a sensitive value, such as a status of sickness.
    """

    code: str
    label: str
    value: Any
    text: str
    sensitive: bool = False

    @property
    def needs_own_tick(self) -> bool:
        """Whether the person must tick it themselves: it is never ticked beforehand."""
        return self.sensitive or field_of(self.code).sensitivity == SENSITIVE

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that change with the value, its text, and whether it needs its own tick."""
        whole = [self.code, self.label, self.value, self.text, self.needs_own_tick]
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:16]


NOTE = "note"
"""Shareable notes travel one by one, under `note.` and their id."""
BILAN = "bilan."
CONDITIONS = "conditions"
"""Which conditions of the scheme are met, as the platform judged them, and by which version."""
EXCEPTION = "exception"
"""Why somebody is sent who does not meet a required condition: typed when the referral is written."""
PLAN, APPOINTMENTS = "plan", "appointments"
HANDED_ON = frozenset({PLAN, APPOINTMENTS})
"""What only goes on with a file that another platform takes over: no scheme asks for it."""
PURPOSE = "purpose"
"""What the referral is for, where that tells of health, origin, disability or justice: it travels sealed."""
REACH = "reach"
"""How to reach someone who has no phone: through whom, or when where. It is typed when the referral is written."""
WAYS = ("phone", "email", REACH)
"""The facts of which a referral carries one at least: the receiver has to reach the person."""
INSTEAD = {"phone": REACH}
"""A required fact → the one that answers that there is none."""

_DIMENSIONS = {
    "work": N_("Work experience"),
    "training": N_("Training"),
    "housing": N_("Housing"),
    "health": N_("Health"),
    "mobility": N_("Mobility"),
    "childcare": N_("Childcare"),
    "debts": N_("Debts"),
    "administration": N_("Administrative situation"),
    "languages": N_("Languages in daily life"),
    "digital": N_("Digital skills"),
    "justice": N_("Justice"),
    "family": N_("Family"),
}
_SENSITIVE_DIMENSIONS = frozenset({"health", "justice"})

FIELDS: Mapping[str, Field] = {
    field.code: field
    for field in (
        Field("name", N_("Name and first name")),
        Field("age", N_("Age")),
        Field("birth_date", N_("Birth date")),
        Field("sex", N_("Sex")),
        Field("phone", N_("Telephone")),
        Field("email", N_("E-mail")),
        Field(REACH, N_("How to reach the person")),
        Field("address", N_("Address")),
        Field("locality", N_("Municipality")),
        Field("status", N_("Status")),
        Field("schooling", N_("Schooling")),
        Field("languages", N_("Languages")),
        Field("driving", N_("Driving licence and vehicle")),
        Field("job_seeker", N_("Registration as a job seeker")),
        Field("availability", N_("Availability")),
        Field(CONDITIONS, N_("Conditions of the scheme"), CONDITIONS),
        Field(EXCEPTION, N_("Why all the same"), CONDITIONS),
        Field(PURPOSE, N_("What it is for"), "notes", SENSITIVE),
        Field("occupations", N_("Wished occupations"), "wishes"),
        Field("goal", N_("Goal of the action plan"), "plan"),
        Field(PLAN, N_("Objectives and open steps"), "plan"),
        Field(APPOINTMENTS, N_("Appointments to come"), "plan"),
        Field("distance", N_("Distance to employment"), "bilan"),
        *(
            Field(f"{BILAN}{code}", label, "bilan", SENSITIVE if code in _SENSITIVE_DIMENSIONS else ORDINARY)
            for code, label in _DIMENSIONS.items()
        ),
        Field(NOTE, N_("Note"), "notes"),
    )
}
"""Every field that may travel, in the order of the screen."""


_PLACES = {code: place for place, code in enumerate(FIELDS)}


def field_of(code: str) -> Field:
    """The field of a code; a note's code is `note.` and its id. Raises KeyError for an unknown one."""
    return FIELDS[NOTE] if code.startswith(f"{NOTE}.") else FIELDS[code]


def is_field(code: str) -> bool:
    """Whether a code names a kind of fact, whether or not a file has one."""
    return code in FIELDS or code.startswith(f"{NOTE}.")


def in_order(codes: Iterable[str]) -> list[str]:
    """The codes in the order of the screen, notes last."""
    return sorted(codes, key=lambda code: (_PLACES[field_of(code).code], code))


def freeze(offers: Iterable[Offer], ticked: Collection[str]) -> dict[str, dict[str, Any]]:
    """A frozen copy of exactly the ticked fields: code → {label, value, text}, in the order of the screen.

    Raises NotOffered for a ticked code that no offer has. The result contains nothing that was not ticked.
    """
    offered = {offer.code: offer for offer in offers}
    unknown = set(ticked) - set(offered)
    if unknown:
        raise NotOffered(unknown)
    return {code: _frozen(offered[code]) for code in in_order(set(ticked))}


def _frozen(offer: Offer) -> dict[str, Any]:
    marked = {"sensitive": True} if offer.sensitive else {}
    return {"label": offer.label, "value": deepcopy(offer.value), "text": offer.text, **marked}


def is_sensitive(code: str, fact: Mapping[str, Any]) -> bool:
    """Whether a shared fact tells of health, origin, disability or convictions: by its kind, or by its value."""
    return bool(fact.get("sensitive")) or field_of(code).sensitivity == SENSITIVE


def changed(offers: Iterable[Offer], ticked: Iterable[str], shown: Mapping[str, str]) -> list[str]:
    """The ticked codes whose fact changed after it was shown; `shown` has the digest of each at that time."""
    present = {offer.code: offer.digest for offer in offers}
    return in_order(code for code in ticked if code not in present or shown.get(code) != present[code])


def missing(required: Iterable[str], present: Collection[str]) -> list[str]:
    """The required codes that are not present, in the order of the screen; another way to reach someone stands for a
    phone.
    """
    return in_order(code for code in set(required) - set(present) if INSTEAD.get(code) not in present)


def is_reachable(codes: Iterable[str]) -> bool:
    """Whether one of these facts says how to reach the person."""
    return not set(WAYS).isdisjoint(codes)


def labelled_texts(contents: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str]]:
    """The (label, text) of each shared fact in the order of the screen; the stored object has no order."""
    return [(contents[code]["label"], contents[code]["text"]) for code in in_order(contents)]
