"""Invented people: card, numbers, languages. Shares follow the public figures of the basin."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from clais.encryption import Keyring
from clais.numbers import MOST_BIRTHS_PER_DAY_AND_SEX, make_national_number
from clais.text import fold
from config.demo.dice import Dice
from config.demo.names import draw_name
from config.demo.places import STREETS, Place
from tenants.people.matching.names import sort_key

STATUS_WEIGHTS = {
    "integration_income": 33, "job_seeker_benefit": 27, "waiting_period": 8, "sickness": 7, "without_income": 8,
    "article_60": 6, "worker": 5, "student": 2, "other": 4,
}  # fmt: skip
SCHOOLING_WEIGHTS = {
    "none": 9, "ceb": 23, "ce1d": 14, "cesi": 20, "cess": 17, "seventh": 3, "bachelor": 2, "master": 1, "unknown": 4,
}  # fmt: skip
SEX_WEIGHTS = {"woman": 52, "man": 46, "other": 1, "undeclared": 1}
_UNDER_25, _ADULTS, _SENIORS = range(18, 25), range(25, 55), range(55, 64)
_FRENCH_LEVELS = {"A1": 18, "A2": 26, "B1": 22, "B2": 18, "C1": 16}
_SCHOOL_LANGUAGES = {"nl": {"A1": 60, "A2": 30, "B1": 10}, "en": {"A1": 35, "A2": 35, "B1": 22, "B2": 8}}
_LEVELS = ("none", "A1", "A2", "B1", "B2", "C1", "C2")


@dataclass(slots=True)
class Invented:
    """Someone as their card shows them, before any history. `values` are columns of `person`."""

    key: UUID
    arrived: datetime
    values: dict[str, Any] = field(repr=False)
    national_number: str | None = field(repr=False)
    newcomer: bool

    @property
    def birth_date(self) -> date:
        born: date = self.values["birth_date"]
        return born


def invent(
    dice: Dice, place: Place, arrived: datetime, number: int, named: tuple[str, str, str] | None = None
) -> Invented:
    """Someone of `place` who first came at `arrived`; `number` makes phone and address their own.

    `named` gives family name, given names and sex to someone whom the demo's story needs.
    """
    sex = named[2] if named else dice.pick(SEX_WEIGHTS)
    woman = sex == "woman" or (sex != "man" and dice.chance(0.5))
    origin, family, given = draw_name(dice, woman=woman)
    if named:
        family, given = named[:2]
    local = origin.code == "belgian"
    newcomer = not local and dice.chance(0.3 if origin.code == "italian" else 0.5)
    born = _birth_date(dice, arrived.date())
    code, locality = dice.choice(place.localities)
    status, since = _status(dice, born, arrived.date())
    licence = dice.chance(0.42)
    values = {
        "family_name": family,
        "given_names": given,
        "sort_name": sort_key(family, given),
        "birth_date": born,
        "sex": sex,
        "nationality": origin.nationality if newcomer and dice.chance(0.7) else "BE",
        "street": dice.choice(STREETS),
        "street_number": str(dice.randint(1, 214)),
        "box": dice.choice(("1", "2", "3", "A", "11")) if dice.chance(0.22) else None,
        "postal_code": code,
        "locality": locality,
        "nis_code": place.nis_code,
        "phone": mobile(number) if dice.chance(0.95) else None,
        "other_phone": f"+327100{number % 10_000:04d}" if dice.chance(0.15) else None,
        "email": _email(given, family, number) if dice.chance(0.68) else None,
        "contact_preference": dice.pick({"phone": 55, "sms": 30, "email": 15}),
        "languages": _languages(dice, origin.languages, local=local, newcomer=newcomer),
        "status": status,
        "status_since": since,
        "schooling": "foreign" if newcomer and dice.chance(0.5) else dice.pick(SCHOOLING_WEIGHTS),
        "driving_licences": ["B"] if licence else [],
        "has_vehicle": licence and dice.chance(0.6),
    }
    if status in {"job_seeker_benefit", "waiting_period", "without_income"} or dice.chance(0.5):
        values["forem_number"] = f"{dice.randrange(10**7):07d}"
        values["forem_registered_on"] = max(since, arrived.date() - timedelta(days=dice.randint(20, 900)))
    key = dice.key(arrived)
    known = sex in {"woman", "man"} and dice.chance(0.8)
    sequence = dice.randint(1, MOST_BIRTHS_PER_DAY_AND_SEX)
    national_number = make_national_number(born, "f" if woman else "m", sequence) if known else None
    return Invented(key, arrived, values, national_number, newcomer)


def mobile(number: int) -> str:
    """The `number`-th mobile number of the demo (E.164): well-formed, in a block of zeros that nobody has."""
    return f"+324{70 + number // 10_000 % 30}00{number % 10_000:04d}"


def sealed_number(keyring: Keyring, tenant_id: UUID, person: Invented) -> bytes | None:
    """The national number as it is stored."""
    if person.national_number is None:
        return None
    return keyring.encrypt(
        person.national_number, table="person", column="national_number", tenant_id=tenant_id, row_id=person.key
    )


def _birth_date(dice: Dice, day: date) -> date:
    ages = _UNDER_25 if dice.chance(0.25) else _SENIORS if dice.chance(0.12) else _ADULTS
    age = dice.choice(ages)
    return day - timedelta(days=age * 365 + age // 4 + dice.randint(1, 355))


def _status(dice: Dice, born: date, day: date) -> tuple[str, date]:
    status = dice.pick(STATUS_WEIGHTS)
    young = (day - born).days < 25 * 366
    if young and status == "job_seeker_benefit":
        status = "waiting_period"
    longest = 700 if young else 2600
    return status, day - timedelta(days=dice.randint(15, longest))


def _email(given: str, family: str, number: int) -> str:
    """An address under .example, which no one can own (RFC 2606)."""
    plain = f"{fold(given)}.{fold(family)}".replace(" ", "")
    return f"{plain}{number % 100:02d}@courriel.example"


def _languages(dice: Dice, own: tuple[str, ...], *, local: bool, newcomer: bool) -> list[dict[str, str]]:
    if local:
        spoken = [{"language": "fr", "spoken": "native", "written": dice.pick({"B1": 20, "B2": 40, "C1": 40})}]
    else:
        mother = dice.choice(own)
        if newcomer:
            french = dice.pick(_FRENCH_LEVELS)
            written = _LEVELS[max(0, _LEVELS.index(french) - dice.randint(0, 2))]
            spoken = [{"language": mother, "spoken": "native", "written": "B1"}]
        else:
            french, written = "native", dice.pick({"B2": 50, "C1": 50})
            spoken = [{"language": mother, "spoken": "B2", "written": "A2"}]
        spoken.append({"language": "fr", "spoken": french, "written": written})
    for language, levels in _SCHOOL_LANGUAGES.items():
        if dice.chance(0.25):
            level = dice.pick(levels)
            spoken.append({"language": language, "spoken": level, "written": level})
    return spoken
