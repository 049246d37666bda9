"""What a row of another feature was asked, as a bilan: it has pages of its own, and its filling says which version."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from clais.actor import Actor
from clais.database import ScopedSession
from clais.encryption import Keyring
from clais.instruments.filling import Questionnaire
from tenants.people.models import Person
from tenants.questionnaires.answers import write
from tenants.questionnaires.asked import Asked
from tenants.questionnaires.jobs import count_tonight
from tenants.questionnaires.models import InstrumentFilling
from tenants.questionnaires.queries import answer_rows
from tenants.questionnaires.workflow import FILLING


def note_asked(session: ScopedSession, actor: Actor, person: Person, asked: Asked, day: date) -> InstrumentFilling:
    """Note what a row of another feature was asked, as a filling that is finished: that row is on record by itself.

    Raises Refused(`not_permitted`).
    """
    filling = asked.filling(person, actor)
    filling.state, filling.begun_on, filling.finished_on = FILLING.initial, day, day
    filling.out_of_use = asked.state == "retired"
    FILLING.apply(session, filling, "finish", actor)
    count_tonight(session)
    session.add(filling)
    session.flush()
    return filling


def answer_again(
    session: ScopedSession,
    actor: Actor,
    filling: InstrumentFilling,
    keyring: Keyring,
    questionnaire: Questionnaire,
    answers: Mapping[str, Any],
) -> None:
    """Let these be all the answers of a filling that `note_asked` made, as the schema dumps them.

    Raises Refused(`sealed`) rather than overwrite an answer that could not be read.
    """
    rows = {row.item: row for row in answer_rows(session, filling.id)}
    every = {**dict.fromkeys(rows), **answers}
    write(session, keyring, filling, questionnaire, rows, every, actor.display_name)
