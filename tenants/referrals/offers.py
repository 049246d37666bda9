"""The facts of a file that a parcel may contain, each once, with the text that the person will see."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.exchange.eligibility.choices import VERDICTS
from clais.exchange.eligibility.models import EligibilityVersion
from clais.exchange.eligibility.rules.judging import Judgement
from clais.exchange.referrals.parcels import BILAN, CONDITIONS, FIELDS, NOTE, Offer
from clais.numbers import age_band, age_band_of_year, age_on, ages_of_year, format_phone
from clais.services import services
from clais.translation import gettext as _
from clais.web.formatting import exact_day
from tenants.follow_up.models import Note
from tenants.orientation import queries as orientation
from tenants.orientation.answered import last_answers
from tenants.orientation.rules.dimensions import DISTANCES, LEVELS_IN_FULL
from tenants.people import presentation
from tenants.people.choices import SCHOOLING, SEX, STATUS
from tenants.people.models import Person
from tenants.people.withheld import IN_CLEAR, in_clear
from tenants.sensitive.actions import read_status
from tenants.sensitive.mails import tell_of_taking
from tenants.sensitive.withholding import may_write, read_texts

MOST_NOTES = 10


def offers(session: ScopedSession, person: Person, actor: Actor) -> list[Offer]:
    """Every fact of a file that the actor may share, in the order of the screen. Unknown facts are left out."""
    status = read_status(session, actor, person, services().keyring)
    if in_clear(person.status) in IN_CLEAR.values():
        tell_of_taking(session, actor, person, services().permissions)
    found = [
        *_card(person),
        *_situation(person, status),
        *_goal(session, person, actor),
        *_orientation(session, person.id),
        *_notes(session, person.id),
    ]
    order = list(FIELDS)
    return sorted(found, key=lambda offer: order.index(NOTE if offer.code.startswith(f"{NOTE}.") else offer.code))


def conditions_offer(version: EligibilityVersion, judgement: Judgement) -> Iterator[Offer]:
    """What the platform found of the required conditions of a scheme: whether each is met, not what the file says.

    A sentence that is met may tell a fact by itself, so it is shown to the person whole, and never ticked beforehand.
    """
    required = [answer for answer in judgement.answers if answer.rule.hard]
    answers = [{"sentence": answer.rule.sentence, "verdict": answer.verdict.value} for answer in required]
    lines = [f"{answer.rule.sentence} : {_(VERDICTS[answer.verdict])}" for answer in required]
    value = {"version": str(version.id), "number": version.number, "answers": answers}
    yield from _offer(CONDITIONS, value if answers else None, "\n".join(lines))


def _offer(code: str, value: Any, text: str, *, sensitive: bool = False) -> Iterator[Offer]:
    if value not in (None, "", [], {}):
        yield Offer(code, _(FIELDS[code].label), value, text, sensitive)


def _card(person: Person) -> Iterator[Offer]:
    name = person.full_name
    yield from _offer("name", {"family_name": person.family_name, "given_names": person.given_names}, name)
    if person.birth_date:
        years = age_on(person.birth_date, today())
        band = age_band(person.birth_date, today())
        yield from _offer("age", {"years": years, "band": band}, _("%(age)s years", age=years))
        yield from _offer("birth_date", person.birth_date.isoformat(), exact_day(person.birth_date))
    elif person.birth_year:
        # The year says the age but for one: nobody has to make up a day.
        least, greatest = ages_of_year(person.birth_year, today())
        band = age_band_of_year(person.birth_year, today())
        yield from _offer("age", {"years": least, "or": greatest, "band": band}, presentation.age_in_words(person))
        day_unknown = _("in %(year)s, the day is not known", year=person.birth_year)
        yield from _offer("birth_date", str(person.birth_year), day_unknown)
    if person.sex != "undeclared":
        yield from _offer("sex", person.sex, _(SEX[person.sex]))
    if person.phone:
        yield from _offer("phone", person.phone, format_phone(person.phone))
    yield from _offer("email", person.email, person.email or "")
    if person.street:
        parts = {name: getattr(person, name) for name in ("street", "street_number", "box")}
        yield from _offer("address", parts, presentation.address(person).replace("\n", ", "))
    if person.postal_code:
        place = {"postal_code": person.postal_code, "locality": person.locality}
        yield from _offer("locality", place, f"{person.postal_code} {person.locality or ''}".strip())


def _situation(person: Person, status: str | None) -> Iterator[Offer]:
    if status:
        yield from _offer("status", status, _(STATUS.get(status, status)), sensitive=status in IN_CLEAR)
    if person.schooling:
        text = " · ".join(filter(None, (_(SCHOOLING.get(person.schooling, person.schooling)), person.schooling_note)))
        yield from _offer("schooling", {"level": person.schooling, "note": person.schooling_note}, text)
    yield from _offer("languages", list(person.languages), presentation.languages(person.languages))
    if person.driving_licences or person.has_vehicle is not None:
        driving = {"licences": list(person.driving_licences), "vehicle": person.has_vehicle}
        yield from _offer("driving", driving, presentation.mobility(person))
    if person.forem_number:
        since = person.forem_registered_on
        text = (
            _("%(what)s, since %(day)s", what=person.forem_number, day=exact_day(since))
            if since
            else person.forem_number
        )
        yield from _offer(
            "job_seeker", {"number": person.forem_number, "since": since.isoformat() if since else None}, text
        )
    yield from _offer("availability", person.availability, person.availability or "")


def _goal(session: ScopedSession, person: Person, actor: Actor) -> Iterator[Offer]:
    """The goal of the plan; a sealed one is sensitive, and offered to who may write it: the hour of a reason is for
    reading.
    """
    plan = orientation.current_plan(session, person.id)
    if plan is None:
        return
    if plan.goal_withheld_at is None:
        yield from _offer("goal", plan.goal, plan.goal)
        return
    if not may_write(session, actor, person, plan, "goal"):
        return
    for text in read_texts(session, actor, person, [(plan, "goal")], services().keyring).values():
        tell_of_taking(session, actor, person, services().permissions)
        yield from _offer("goal", text, text, sensitive=True)


def _orientation(session: ScopedSession, person_id: UUID) -> Iterator[Offer]:
    wishes = orientation.wished_occupations(session, person_id)
    yield from _offer(
        "occupations",
        [{"code": wish.code, "label": wish.label} for wish in wishes],
        ", ".join(wish.label for wish in wishes),
    )
    made = orientation.bilans(session, person_id)
    bilan = next(iter(made), None)
    if bilan is not None and bilan.distance is not None:
        yield from _offer("distance", bilan.distance, _(DISTANCES[bilan.distance]))
    for dimension, earlier in last_answers(session, made, services().keyring).items():
        # The level alone: the note beside it was not written to be shared.
        if f"{BILAN}{dimension}" in FIELDS:
            yield from _offer(f"{BILAN}{dimension}", earlier.answer.level, _(LEVELS_IN_FULL[earlier.answer.level]))


def _notes(session: ScopedSession, person_id: UUID) -> Iterator[Offer]:
    """The notes of class « shareable » only: facts stay with the team, confidences with their readers."""
    notes = session.scalars(
        select(Note)
        .where(Note.tenant_id == session.scope.tenant_id, Note.person_id == person_id, Note.note_class == "shareable")
        .order_by(Note.written_at.desc())
        .limit(MOST_NOTES)
    )
    for note in notes:
        label = _("Note of %(day)s", day=exact_day(note.written_at))
        yield Offer(f"{NOTE}.{note.id.hex}", label, note.text, note.text)
