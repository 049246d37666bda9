"""Possible duplicates of a person, with the reasons, for an agent to decide."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import Generic, Literal, TypeVar

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from clais.searching.names import compact
from clais.text import full_name
from tenants.people.matching.identity import Identity, NamePart

Likelihood = Literal["certain", "probable", "possible"]
Key = TypeVar("Key")

_STRENGTH: dict[Likelihood, int] = {"certain": 0, "probable": 1, "possible": 2}
_PROBABLE, _POSSIBLE = 70, 40
# What each finding weighs. Names alone reach "possible" only when they are the same; with the same birth date they
# reach "probable" as soon as they are alike. A shared phone and family name is a household, and stays below.
# "nearly" has the same initials, "loosely" not: the weights keep the promise of `blocking_keys`, see its test.
# "one_name": one of them is known by one name only, which the other has too; with a shared phone they are "possible".
# "other_script": letters that cannot be compared say nothing; with the same birth date alone, two people stay apart.
_NAMES = {
    "same": 40, "swapped": 35, "alike": 30, "alike_swapped": 30, "nearly": 25, "one_name": 20, "loosely": 19,
    "family": 15, "given": 10, "unknown": 0, "other_script": -5, "different": -30,
}  # fmt: skip
_BIRTH = {"same": 40, "swapped": 30, "close": 15, "close_year": 8, "same_year": 15, "unknown": 0, "different": -20}
_SAME_NUMBER, _OTHER_NUMBER, _SAME_PHONE, _SAME_EMAIL, _SAME_LOCALITY = 100, -30, 20, 30, 5
_WHOLE_NAMES_ALIKE = frozenset({"same", "swapped", "alike", "alike_swapped", "nearly", "loosely"})

# Percent of letters in common from which two spellings are near, and near enough once they sound the same.
_NEAR, _NEAR_WHEN_SOUNDING_ALIKE = 82, 50


# No repr shows a value: reasons hold personal data, and a repr ends up in logs.
@dataclass(frozen=True)
class Reason:
    """Why, or with `against` why not, two identities are one person; `one` and `other` are the compared names or dates.

    Codes: same_number, same_names, names_swapped, names_alike, one_name_alike, names_in_other_script,
    family_name_alike, given_names_alike, same_birth_date, day_month_swapped, birth_date_close, same_birth_year,
    same_phone, same_email, same_locality; against: names_differ, family_names_differ, given_names_differ,
    birth_dates_differ, numbers_differ. It holds no number, phone or address.
    """

    code: str
    one: str = field(default="", repr=False)
    other: str = field(default="", repr=False)
    against: bool = False


@dataclass(frozen=True)
class Match(Generic[Key]):
    """An existing record that may be the same person, its reasons strongest first."""

    key: Key
    likelihood: Likelihood
    reasons: tuple[Reason, ...]


def probable_duplicates(new: Identity, existing: Iterable[tuple[Key, Identity]]) -> list[Match[Key]]:
    """The `existing` identities that may be `new`, likeliest first, in the given order among equals.

    Give it only those that share one of `blocking_keys(new)`: others never match.
    """
    found = []
    for key, identity in existing:
        # Each may be known by the name they were born with or by another one: what is likest counts.
        compared = [
            (_STRENGTH[likelihood], -points, Match(key, likelihood, reasons))
            for one, other in product(new.namings, identity.namings)
            for likelihood, points, reasons in (_compare(one, other),)
            if likelihood
        ]
        found += sorted(compared, key=lambda entry: entry[:2])[:1]
    found.sort(key=lambda entry: entry[:2])
    return [match for _strength, _points, match in found]


def blocking_keys(identity: Identity) -> set[str]:
    """The keys to store and to look up: a possible duplicate shares at least one.

    Kinds: `names:` (how one part of the family name and one of the given names sound, in either order), `year:` (birth
    year and both initials), `birth:` (with its day and month in either order), `phone:`, `number:`, `email:`. The keys
    are as personal as what they are made of: store them in the tenant, and give the number as its lookup hash.
    """
    family, given = identity.family, identity.given
    keys = {
        f"names:{'|'.join(sorted((one, other)))}"
        for one in family.sounds or {""}
        for other in given.sounds or {""}
        if one or other
    }
    if identity.year is not None:
        keys.add(f"year:{identity.year}:{identity.initials}")
    if identity.birth_date is not None:
        keys.add(_birth_key(identity.birth_date))
    keys.update(f"phone:{phone}" for phone in identity.phone_keys)
    if identity.number_key:
        keys.add(f"number:{identity.number_key}")
    if identity.email_key:
        keys.add(f"email:{identity.email_key}")
    return keys


def _birth_key(birth_date: date) -> str:
    low, high = sorted((birth_date.month, birth_date.day))
    return f"birth:{birth_date.year:04d}-{low:02d}-{high:02d}"


def _compare(one: Identity, other: Identity) -> tuple[Likelihood | None, int, tuple[Reason, ...]]:
    names, birth = _compare_names(one, other), _compare_births(one, other)
    same_number = bool(one.number_key) and one.number_key == other.number_key
    other_number = bool(one.number_key and other.number_key) and not same_number
    same_phone = bool(one.phone_keys & other.phone_keys)
    same_email = bool(one.email_key) and one.email_key == other.email_key
    # A shared locality counts only with similar names: otherwise it would match half of the platform.
    locality = compact(one.locality or "")
    same_locality = names in _WHOLE_NAMES_ALIKE and bool(locality) and locality == compact(other.locality or "")

    points = (
        _NAMES[names] + _BIRTH[birth] + _SAME_NUMBER * same_number + _OTHER_NUMBER * other_number
        + _SAME_PHONE * same_phone + _SAME_EMAIL * same_email + _SAME_LOCALITY * same_locality
    )  # fmt: skip
    likelihood: Likelihood | None = "possible" if points >= _POSSIBLE else None
    if points >= _PROBABLE or same_number:
        likelihood = "probable"
    if same_number and (names in _WHOLE_NAMES_ALIKE or birth == "same"):
        likelihood = "certain"
    # Twins share all but the given names, and may share a mailbox: without a number only the same names are certain.
    if names in {"same", "swapped"} and birth == "same" and (same_phone or same_email) and not other_number:
        likelihood = "certain"
    if names not in _WHOLE_NAMES_ALIKE | {"unknown"} and birth == "different" and not same_number:
        likelihood = None
    if likelihood is None:
        return None, points, ()

    facts = [
        (same_number, Reason("same_number")),
        (other_number, Reason("numbers_differ", against=True)),
        (same_phone, Reason("same_phone")),
        (same_email, Reason("same_email")),
        (same_locality, Reason("same_locality")),
    ]
    reasons = [*_name_reasons(names, one, other), *_birth_reasons(birth, one, other)]
    reasons += [reason for applies, reason in facts if applies]
    reasons.sort(key=lambda reason: (reason.against, reason.code != "same_number"))
    return likelihood, points, tuple(reasons)


def _compare_names(one: Identity, other: Identity) -> str:
    """A key of _NAMES: whole names first, straight then crosswise, then one part alone."""
    if not (one.family.compact + one.given.compact and other.family.compact + other.given.compact):
        return "unknown"
    if one.family.compact == other.family.compact and one.given.compact == other.given.compact:
        return "same"
    if one.family.compact == other.given.compact and one.given.compact == other.family.compact:
        return "swapped"
    return _compare_parts(one, other)


def _compare_parts(one: Identity, other: Identity) -> str:
    straight = _similarity(one.family, other.family), _similarity(one.given, other.given)
    across = _similarity(one.family, other.given), _similarity(one.given, other.family)
    if straight == ("sound", "sound"):
        return "alike"
    if across == ("sound", "sound"):
        return "alike_swapped"
    if all(straight) or all(across):
        return "nearly" if one.initials == other.initials else "loosely"
    if _has_one_name(one) != _has_one_name(other) and any((*straight, *across)):
        return "one_name"
    if any(straight):
        return "family" if straight[0] else "given"
    return "other_script" if _in_other_scripts(one, other) else "different"


def _has_one_name(identity: Identity) -> bool:
    return bool(identity.family.compact) != bool(identity.given.compact)


def _in_other_scripts(one: Identity, other: Identity) -> bool:
    """Whether no letter of one name can be compared with one of the other: « الحسن » and « El Hassan »."""
    theirs = one.family.scripts | one.given.scripts, other.family.scripts | other.given.scripts
    return all(theirs) and theirs[0].isdisjoint(theirs[1])


def _similarity(one: NamePart, other: NamePart) -> Literal["", "sound", "near"]:
    """How similar two family names, or two sets of given names, are; two absent ones count as the same."""
    if not one.compact and not other.compact:
        return "sound"
    percent = fuzz.ratio(one.compact, other.compact)
    if one.tokens & other.tokens or (one.sounds & other.sounds and percent >= _NEAR_WHEN_SOUNDING_ALIKE):
        return "sound"
    return "near" if percent >= _NEAR else ""


def _compare_births(one: Identity, other: Identity) -> str:
    """A key of _BIRTH."""
    if one.year is None or other.year is None:
        return "unknown"
    if one.birth_date and other.birth_date:
        return _compare_dates(one.birth_date, other.birth_date)
    return "same_year" if one.year == other.year else "different"


def _compare_dates(one: date, other: date) -> str:
    if one == other:
        return "same"
    if _birth_key(one) == _birth_key(other):
        return "swapped"
    same_year = one.year == other.year
    # An unknown birth date is often registered as the first of January.
    if same_year and (1, 1) in {(one.month, one.day), (other.month, other.day)}:
        return "close"
    # One digit typed wrong, or two exchanged.
    if OSA.distance(one.isoformat(), other.isoformat()) <= 1:
        return "close" if same_year else "close_year"
    return "different"


def _name_reasons(names: str, one: Identity, other: Identity) -> list[Reason]:
    whole = full_name(one.family_name, one.given_names), full_name(other.family_name, other.given_names)
    families, givens = (one.family_name, other.family_name), (one.given_names, other.given_names)
    reasons = {
        "same": [Reason("same_names", *whole)],
        "swapped": [Reason("names_swapped", *whole)],
        "alike_swapped": [Reason("names_swapped", *whole)],
        "alike": [Reason("names_alike", *whole)],
        "family": [Reason("family_name_alike", *families), Reason("given_names_differ", *givens, against=True)],
        "given": [Reason("given_names_alike", *givens), Reason("family_names_differ", *families, against=True)],
        "one_name": [Reason("one_name_alike", *whole)],
        "other_script": [Reason("names_in_other_script", *whole)],
        "different": [Reason("names_differ", *whole, against=True)],
        "unknown": [],
    }
    return reasons.get(names, reasons["alike"])


def _birth_reasons(birth: str, one: Identity, other: Identity) -> list[Reason]:
    codes = {
        "same": "same_birth_date",
        "swapped": "day_month_swapped",
        "close": "birth_date_close",
        "close_year": "birth_date_close",
        "same_year": "same_birth_year",
        "different": "birth_dates_differ",
    }
    if birth not in codes:
        return []
    return [Reason(codes[birth], _birth_text(one), _birth_text(other), against=birth == "different")]


def _birth_text(identity: Identity) -> str:
    return identity.birth_date.isoformat() if identity.birth_date else str(identity.birth_year)
