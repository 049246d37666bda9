"""The rows that an address names beside a person, or 404."""

from dataclasses import dataclass
from uuid import UUID

from flask import abort

from clais.audit.actions import record_reading
from clais.instruments.filling import Questionnaire
from clais.web.context import database, get_or_404
from tenants.instruments.queries import asked_questionnaire
from tenants.people.models import Person
from tenants.questionnaires.models import InstrumentFilling
from tenants.questionnaires.queries import ASKED_ELSEWHERE


@dataclass(frozen=True, slots=True)
class Opened:
    """A filling with its person and what it asks."""

    person: Person
    filling: InstrumentFilling
    questionnaire: Questionnaire


def opened_filling(person_id: UUID, filling_id: UUID) -> Opened:
    """A filling of a person; the reading of the file is recorded. One that was given up does not exist any more."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id)
    filling, questionnaire = filling_being_answered(person_id, filling_id)
    return Opened(person, filling, questionnaire)


def filling_being_answered(person_id: UUID, filling_id: UUID) -> tuple[InstrumentFilling, Questionnaire]:
    """The same for whoever answers, without the file."""
    filling = get_or_404(InstrumentFilling, filling_id)
    questionnaire = asked_questionnaire(database(), filling.content_id, filling.layer_id)
    elsewhere = filling.kind in ASKED_ELSEWHERE  # A bilan has pages of its own, and rules of its own about correcting.
    if filling.person_id != person_id or filling.state == "dropped" or questionnaire is None or elsewhere:
        abort(404)
    return filling, questionnaire
