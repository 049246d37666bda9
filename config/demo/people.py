"""InventedPerson people: card, numbers, languages. Shares follow the public figures of the basin."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from clais.encryption import Keyring
from clais.numbers import MOST_BIRTHS_PER_DAY_AND_SEX, make_national_number
from clais.searching.names import sort_key
from clais.text import fold
from config.demo.engine.desk import Colleague, Desk
from config.demo.engine.dice import Dice, at
from config.demo.engine.history import History, InventedPerson
from config.demo.engine.names import draw_name
from config.demo.engine.places import STREETS, Place
from tenants.people.actions import CARD, SPECIAL
from tenants.people.choices import REGISTRATION_TEXT_VERSION
from tenants.people.matching.keys import keys_of
from tenants.people.models import HandOver, Person, PersonKey, RecentlyOpened
from tenants.people.withheld import in_clear, sealed_status

STATUS_WEIGHTS = {
    "integration_income": 33, "job_seeker_benefit": 27, "waiting_period": 8, "sickness": 7, "without_income": 8,
    "article_60": 6, "worker": 5, "student": 2, "other": 4,
}  # fmt: skip
SCHOOLING_WEIGHTS = {
    "none": 9, "ceb": 23, "ce1d": 14, "cesi": 20, "cess": 17, "seventh": 3, "bachelor": 2, "master": 1, "unknown": 4,
}  # fmt: skip
SEX_WEIGHTS = {"woman": 52, "man": 46, "other": 1, "undeclared": 1}
CONSENT_WEIGHTS = {"spoken": 45, "paper": 35, "screen": 20}
NUMBER_PURPOSE = "national_number"
_UNDER_25, _ADULTS, _SENIORS = range(18, 25), range(25, 55), range(55, 64)
_FRENCH_LEVELS = {"A1": 18, "A2": 26, "B1": 22, "B2": 18, "C1": 16}
_SCHOOL_LANGUAGES = {"nl": {"A1": 60, "A2": 30, "B1": 10}, "en": {"A1": 35, "A2": 35, "B1": 22, "B2": 8}}
_LEVELS = ("none", "A1", "A2", "B1", "B2", "C1", "C2")


def invent(
    dice: Dice, place: Place, arrived: datetime, number: int, named: tuple[str, str, str] | None = None
) -> InventedPerson:
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
    return InventedPerson(key, arrived, values, national_number, newcomer)


def mobile(number: int) -> str:
    """The `number`-th mobile number of the demo (E.164): well-formed, in a block of zeros that nobody has."""
    return f"+324{70 + number // 10_000 % 30}00{number % 10_000:04d}"


def sealed_number(keyring: Keyring, tenant_id: UUID, person: InventedPerson) -> bytes | None:
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


def write_person(history: History, keyring: Keyring, authorised: bool) -> None:
    """Put down the card as it is today, and its keys."""
    person, desk, arrived = history.person, history.desk, history.timeline.arrived
    clerk = history.dice.choice(desk.colleagues if history.received_at else _at_the_desk(desk))
    values = {
        **person.values,
        "reference": history.reference,
        "stage": history.timeline.stage,
        "stage_since": history.timeline.steps[-1].day if history.timeline.steps else arrived.date(),
        "referent_id": _referent(history, clerk),
        "last_contact_on": history.reached_on,
        "availability": history.availability,
        "registration_consent_at": arrived,
        "registration_consent_manner": history.dice.pick(CONSENT_WEIGHTS),
        "national_number": sealed_number(keyring, desk.tenant_id, person) if authorised else None,
        "status": in_clear(person.values["status"]),
        "status_sealed": sealed_status(keyring, desk.tenant_id, person.key, person.values["status"]),
    }
    updated = max(arrived, at(history.reached_on or arrived.date(), 16, 30))
    quiet_from, quiet_until = history.quiet or (None, None)
    desk.ledger.add(
        Person, history.dice, arrived, id=history.key, updated_at=updated, quiet_from=quiet_from,
        quiet_until=quiet_until, **values,
    )  # fmt: skip
    hashed = None
    if values["national_number"] and person.national_number:
        hashed = keyring.lookup_hash(person.national_number, tenant_id=desk.tenant_id, purpose=NUMBER_PURPOSE).hex()
    for kind, key in sorted(keys_of(_card(values), hashed)):
        desk.ledger.add(PersonKey, history.dice, arrived, person_id=history.key, kind=kind, key=key)
    desk.record(
        history.dice, arrived, clerk, "person.register", "person", history.key, person_id=history.key,
        details={"fields": _filled_in(values), "consent_text": [REGISTRATION_TEXT_VERSION]},
    )  # fmt: skip
    if history.received_at and clerk is not history.referent:
        former = clerk.membership_id if clerk.role != "receptionist" else None
        _hand_over(history, history.received_at, history.referent, former, history.referent)
    if history.heir:
        word = history.voice.say("hand_overs")
        given = at(desk.yesterday, 17, 30)
        _hand_over(history, given, history.referent, history.referent.membership_id, history.heir, word)


def _hand_over(
    history: History, moment: datetime, who: Colleague, former: UUID | None, to: Colleague, word: str | None = None
) -> None:
    """The file changes hands: taken over by `to`, or given to them with a word."""
    verb = "person.take_over" if to is who else "person.hand_over"
    history.desk.record(
        history.dice, moment, who, verb, "person", history.key, person_id=history.key,
        details={"referent": str(to.membership_id)},
    )  # fmt: skip
    history.desk.ledger.add(
        HandOver, history.dice, moment, person_id=history.key, from_membership_id=former,
        to_membership_id=to.membership_id, to_name=to.name, actor_name=who.name, word=word, happened_at=moment,
    )  # fmt: skip


def _filled_in(values: Mapping[str, Any]) -> list[str]:
    """The facts of a new card that say something, as its record names them."""
    return sorted(name for name in (*CARD, *SPECIAL) if values.get(name) is not None)


def _at_the_desk(desk: Desk) -> list[Colleague]:
    """Who registers someone and leaves the reception for later: where there is a desk, its receptionist."""
    return desk.of_role("receptionist") or desk.colleagues


def _referent(history: History, clerk: Colleague) -> UUID | None:
    """Who follows the person now. Before the first interview: the agent who registered them, not a receptionist."""
    if history.received_at:
        return (history.heir or history.referent).membership_id
    return clerk.membership_id if clerk.role != "receptionist" else None


def _card(values: dict[str, Any]) -> Person:
    """A card that only `keys_of` reads: the state column is left alone, since its guard would refuse it."""
    names = (
        "family_name",
        "given_names",
        "birth_date",
        "phone",
        "other_phone",
        "email",
        "locality",
        "postal_code",
        "reference",
    )
    return Person(**{name: values[name] for name in names})


def open_lately(dice: Dice, agent: Colleague, histories: Sequence[History]) -> None:
    """The files that an agent opened last, the newest first."""
    for age, history in enumerate(histories):
        opened = dice.office_moment(history.desk.yesterday) - timedelta(hours=age)
        opened = max(opened, history.timeline.arrived + timedelta(minutes=20))
        history.desk.ledger.add(
            RecentlyOpened, dice, opened, membership_id=agent.membership_id, person_id=history.key, opened_at=opened
        )
        history.desk.record(dice, opened, agent, "person.read", "person", history.key, person_id=history.key)
