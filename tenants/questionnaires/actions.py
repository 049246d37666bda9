"""Filling in an instrument with a person: begun, saved question by question, finished, corrected, given up."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now, today
from clais.database import ScopedSession
from clais.encryption import Keyring
from clais.exchange.publications.instruments import version_of_basin
from clais.instruments.filling import Filled, Questionnaire
from clais.instruments.rules.definition import Definition, said
from clais.instruments.rules.difference import Comparability, comparability_of
from clais.workflow import Refused
from tenants.people.actions import lock_open_file
from tenants.people.models import Person
from tenants.questionnaires.answers import Given, checked, erase_hidden, given_in, write
from tenants.questionnaires.asked import Asked, AskedNow, asked_now
from tenants.questionnaires.jobs import count_tonight
from tenants.questionnaires.models import InstrumentAnswer, InstrumentFilling
from tenants.questionnaires.queries import answer_rows, held, lacking_for, open_filling
from tenants.questionnaires.workflow import FILLING


def begin(session: ScopedSession, actor: Actor, person: Person, version: Asked) -> InstrumentFilling:
    """Begin to fill in the version that the platform works with; one that is under way already is given back.

    Raises Refused: `closed_file`; `not_in_use` when nothing is begun on the version any more; `no_certificate` when it
    requires a certificate that the actor does not hold. What is under way goes on without it.
    """
    lock_open_file(session, person)
    under_way = open_filling(session, person.id, version.instrument_id)
    if under_way is not None:
        return under_way
    now_asked = asked_now(session, version)
    if not version.can_begin or now_asked is None:
        raise Refused("not_in_use")
    refuse_without_certificate(session, actor, now_asked.questionnaire.definition)
    filling = version.filling(person, actor)
    filling.layer_id = now_asked.layer_id
    session.add(filling)
    session.flush()
    _record(session, "questionnaire.begin", filling)
    return filling


def refuse_without_certificate(session: ScopedSession, actor: Actor, definition: Definition) -> None:
    """Refuse who lacks the certificate that a definition requires by now. Raises Refused(`no_certificate`)."""
    lacks = lacking_for(session, actor.membership_id, definition)
    if lacks is not None and lacks.refused:
        raise Refused("no_certificate")


def save(
    session: ScopedSession,
    actor: Actor,
    filling: InstrumentFilling,
    keyring: Keyring,
    questionnaire: Questionnaire,
    answers: Mapping[str, Any],
    seen: Mapping[str, int] | None = None,
    *,
    by_person: bool = False,
) -> Given:
    """Save answers, as the schema dumps them, and give all that there are. None takes an answer back.

    `seen` has the revision at which each answer was read; without it what is there is overwritten. `by_person`: the
    person answers alone, whose name no row repeats. Raises Refused
    (`wrong_state` when the filling is not open, `sealed` for an answer that could not be read) or Overwritten.
    """
    current = _still_asked(session, filling)
    author = "" if by_person else actor.display_name
    rows = {row.item: row for row in answer_rows(session, filling.id)}
    if write(session, keyring, filling, questionnaire, rows, answers, author, seen):
        current.updated_at = now()
        session.flush()
    return given_in(keyring, rows.values())


def finish(
    session: ScopedSession,
    actor: Actor,
    filling: InstrumentFilling,
    keyring: Keyring,
    questionnaire: Questionnaire,
) -> Filled:
    """Finish a filling when nothing is missing or wrong; answers to questions that are not asked any more go.

    Gives what was checked: it is finished when that is `complete`. One on a version that was retired meanwhile is kept,
    and says so. Raises Refused(`wrong_state`).
    """
    current = _still_asked(session, filling)
    rows = answer_rows(session, filling.id)
    given = given_in(keyring, rows)
    filled = checked(questionnaire, given, filling.language)
    if not filled.complete:
        return filled
    erase_hidden(session, rows, filled.shown)
    FILLING.apply(session, current, "finish", actor)
    version = version_of_basin(session, filling.instrument_version_id)
    current.finished_on = today()
    current.out_of_use = version is None or version.state == "retired"
    session.flush()
    _record(session, "questionnaire.finish", filling)
    return filled


def correct(session: ScopedSession, actor: Actor, filling: InstrumentFilling) -> None:
    """Take up a filling again on the day it was finished. Raises Refused(`too_late`, `wrong_state`)."""
    current = held(session, filling.id)
    if current is None:
        raise Refused("wrong_state")
    if current.state == "finished" and current.finished_on != today():
        raise Refused("too_late")
    FILLING.apply(session, current, "correct", actor)
    current.finished_on = None
    session.flush()
    _record(session, "questionnaire.correct", filling)


def drop(session: ScopedSession, actor: Actor, filling: InstrumentFilling) -> None:
    """Give a filling up: its answers are erased. Raises Refused(`wrong_state`)."""
    current = held(session, filling.id)
    if current is None:
        raise Refused("wrong_state")
    FILLING.apply(session, current, "drop", actor)
    session.execute(
        delete(InstrumentAnswer).where(
            InstrumentAnswer.tenant_id == session.scope.tenant_id, InstrumentAnswer.filling_id == filling.id
        )
    )
    session.flush()
    _record(session, "questionnaire.drop", filling)


def carry(
    session: ScopedSession,
    filling: InstrumentFilling,
    keyring: Keyring,
    before: Questionnaire,
    after: AskedNow,
) -> None:
    """Go on with an open filling on the version that the platform works with now, and on what it has of its own beside
    it now. What was answered stays.

    Raises Refused: `wrong_state`; `not_in_use`; `not_safe` when an answer would mean something else, or would go.
    """
    current = held(session, filling.id)
    if current is None or current.state != "open":
        raise Refused("wrong_state")
    if not after.version.can_begin:
        raise Refused("not_in_use")
    given = given_in(keyring, answer_rows(session, filling.id))
    if lost_by(before, after.questionnaire, given):
        raise Refused("not_safe")
    current.instrument_version_id, current.number = after.version.version_id, after.version.number
    current.content_id, current.layer_id = after.version.content_id, after.layer_id
    session.flush()
    _record(session, "questionnaire.carry", filling)


KEEPS_ITS_ANSWER = frozenset({Comparability.SAME, Comparability.REWORDED})
"""How the questions compare whose answers can go on as they stand: codes that are recoded would mean something else."""


def lost_by(before: Questionnaire, after: Questionnaire, given: Given) -> list[str]:
    """The answered questions whose answers do not mean the same in a later version, or are sealed otherwise there."""
    was, will = before.definition, after.definition
    answered = [item for item in was.items if item in given.answers or item in given.unreadable]
    return [
        item
        for item in answered
        if item not in will.items
        or comparability_of(was, will, will.items[item]) not in KEEPS_ITS_ANSWER
        or was.items[item].sealed != will.items[item].sealed
    ]


def reworded_by(before: Questionnaire, after: Questionnaire, given: Given) -> list[tuple[str, str]]:
    """The answered questions that a later version asks in other words: how they were asked, and how they are."""
    was, will = before.definition.items, after.definition.items
    pairs = [(said(was[item].label), said(will[item].label)) for item in was if item in given.answers and item in will]
    return [(earlier, later) for earlier, later in pairs if earlier != later]


def hand_over(session: ScopedSession, filling: InstrumentFilling, language: str) -> None:
    """Let the person answer alone in their language, on the agent's tablet. Raises Refused(`wrong_state`)."""
    current = held(session, filling.id)
    if current is None or current.state != "open":
        raise Refused("wrong_state")
    current.language, current.by_person = language, True
    session.flush()
    _record(session, "questionnaire.hand_over", filling)


def _still_asked(session: ScopedSession, filling: InstrumentFilling) -> InstrumentFilling:
    """A filling that is held, open, and on what it was when it was read: another version may seal other answers.

    Raises Refused(`wrong_state`).
    """
    asked = (filling.content_id, filling.layer_id)
    current = held(session, filling.id)
    if current is None or current.state != "open" or (current.content_id, current.layer_id) != asked:
        raise Refused("wrong_state")
    return current


def _record(session: ScopedSession, verb: str, filling: InstrumentFilling) -> None:
    count_tonight(session)
    record(
        session,
        verb,
        "instrument_filling",
        filling.id,
        person_id=filling.person_id,
        details={"number": filling.number},
    )
