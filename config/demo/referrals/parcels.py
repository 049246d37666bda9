from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from clais.exchange.referrals.parcels import BILAN, FIELDS, WAYS, Offer, freeze, is_reachable
from clais.numbers import age_band, age_on, format_phone
from clais.text import full_name
from config.demo.engine.french import french, long_day
from config.demo.engine.history import History
from tenants.orientation.rules.dimensions import DISTANCES, LEVELS_IN_FULL
from tenants.people.choices import LANGUAGES, LEVELS, LICENCES, SCHOOLING, SEX, STATUS

OFTEN_TICKED = ("languages", "availability", "bilan.mobility", "bilan.work", "schooling", "locality", "distance")


def contents(history: History, required: Sequence[str], moment: datetime) -> dict[str, dict[str, Any]] | None:
    """A parcel with what a scheme requires and some more, or None when the file lacks what it requires."""
    able = _able(history, moment)
    codes = [offer.code for offer in able]
    if not can_be_sent(history, required, moment):
        return None
    notes = [code for code in codes if code.startswith("note.")][:1] if history.dice.chance(0.3) else []
    more = [code for code in history.dice.some(OFTEN_TICKED, 4, 2) if code in codes]
    always: list[str] = [code for code in ("name", "age", "sex") if code in codes]
    always.append(next(code for code in WAYS if code in codes))
    return freeze(able, {*required, *more, *notes, *always})


def can_be_sent(history: History, required: Sequence[str], moment: datetime) -> bool:
    """Whether the file has what a scheme requires, and a way to reach the person."""
    codes = {offer.code for offer in _able(history, moment)}
    return codes.issuperset(required) and is_reachable(codes)


def _able(history: History, moment: datetime) -> list[Offer]:
    return [
        *_card(history, moment.date()),
        *_situation(history),
        *_orientation(history, moment),
        *_notes(history, moment),
    ]


def _offer(code: str, value: Any, text: str) -> Iterator[Offer]:
    """The same words and shapes as `tenants.referrals.offers` gives a page; what is not known is not offered."""
    if value not in (None, "", [], {}):
        yield Offer(code, french(FIELDS[code].label), value, text)


def _card(history: History, day: date) -> Iterator[Offer]:
    card, born = history.person.values, history.person.birth_date
    years = age_on(born, day)
    family, given = card["family_name"], card["given_names"]
    yield from _offer("name", {"family_name": family, "given_names": given}, full_name(family, given))
    yield from _offer("age", {"years": years, "band": age_band(born, day)}, french("%(age)s years", age=years))
    yield from _offer("birth_date", born.isoformat(), long_day(born))
    if card["sex"] != "undeclared":
        yield from _offer("sex", card["sex"], french(SEX[card["sex"]]))
    yield from _offer("phone", card["phone"], format_phone(card["phone"] or ""))
    yield from _offer("email", card["email"], card["email"] or "")
    place = {"postal_code": card["postal_code"], "locality": card["locality"]}
    yield from _offer("locality", place, f"{card['postal_code']} {card['locality']}")


def _situation(history: History) -> Iterator[Offer]:
    card = history.person.values
    yield from _offer("status", card["status"], french(STATUS[card["status"]]))
    yield from _offer("schooling", {"level": card["schooling"], "note": None}, french(SCHOOLING[card["schooling"]]))
    yield from _offer("languages", card["languages"], ", ".join(map(_language, card["languages"])))
    licences, vehicle = card["driving_licences"], card["has_vehicle"]
    words = (
        [french("licence %(kinds)s", kinds=", ".join(french(LICENCES[code]) for code in licences))] if licences else []
    )
    words.append(french("has a vehicle") if vehicle else french("no vehicle"))
    yield from _offer("driving", {"licences": licences, "vehicle": vehicle}, ", ".join(words))
    since: date | None = card.get("forem_registered_on")
    if since:
        number = card["forem_number"]
        words_since = french("%(what)s, since %(day)s", what=number, day=long_day(since))
        yield from _offer("job_seeker", {"number": number, "since": since.isoformat()}, words_since)
    yield from _offer("availability", history.availability, history.availability or "")


def _language(row: dict[str, str]) -> str:
    """A language with its levels, as `tenants.people.presentation` writes it."""
    spoken, written = row["spoken"], row["written"]
    levels = [
        french("mother tongue") if spoken == "native" else french("spoken %(level)s", level=french(LEVELS[spoken]))
    ]
    if written != "native":
        levels.append(french("written %(level)s", level=french(LEVELS[written])))
    return f"{french(LANGUAGES[row['language']])} ({', '.join(levels)})"


def _orientation(history: History, moment: datetime) -> Iterator[Offer]:
    wishes = [{"code": code, "label": label} for code, label in history.wishes]
    yield from _offer("occupations", wishes, ", ".join(label for _code, label in history.wishes))
    yield from _offer("goal", history.goal, history.goal or "")
    found = history.situation_at(moment)
    if found is None:
        return
    yield from _offer("distance", found.distance, french(DISTANCES[found.distance]))
    for dimension, level in found.levels.items():
        # The level alone: what was noted beside it was not written to be shared.
        yield from _offer(f"{BILAN}{dimension}", level, french(LEVELS_IN_FULL[level]))


def _notes(history: History, moment: datetime) -> Iterator[Offer]:
    for key, written_at, text in history.shareable_notes:
        if written_at <= moment:
            label = french("Note of %(day)s", day=long_day(written_at.date()))
            yield Offer(f"note.{key.hex}", label, text, text)
