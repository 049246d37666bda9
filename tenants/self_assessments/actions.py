"""Self-assessments: begun, saved question by question, finished, corrected, shared with the centre, taken away."""

from collections.abc import Mapping
from datetime import time
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now, today
from clais.database import ScopedSession
from clais.dates import moment_of
from clais.encryption import Keyring
from clais.exchange.assessments.actions import cast_ballot, tell_done, tell_scores
from clais.exchange.assessments.queries import notice_of
from clais.instruments.filling import Filled, Questionnaire
from clais.instruments.rules.scores import scores_of
from clais.workflow import Refused
from tenants.questionnaires.answers import Given, checked, erase_hidden, given_in, write
from tenants.questionnaires.asked import Asked
from tenants.self_assessments.models import SelfAssessment
from tenants.self_assessments.queries import OWN, PLATFORM, answer_rows, begun, held, left_behind
from tenants.self_assessments.workflow import SELF_ASSESSMENT


def begin_of_platform(session: ScopedSession, version: Asked) -> SelfAssessment:
    """Begin the self-assessment of the platform for this year; the one that there is is given back.

    Raises Refused(`not_in_use`) when nothing is begun on the version any more.
    """
    return _begin(session, version, PLATFORM, None)


def begin_own(session: ScopedSession, actor: Actor, version: Asked) -> SelfAssessment:
    """Begin the member's own self-assessment of this year; the one that there is is given back. Raises Refused."""
    return _begin(session, version, OWN, actor)


def begin_evaluation(session: ScopedSession, actor: Actor, version: Asked, course_run_id: UUID) -> SelfAssessment:
    """Begin what a member says of a session that they attended; what there is is given back. Raises Refused."""
    return _begin(session, version, version.kind, actor, course_run_id)


def _begin(
    session: ScopedSession, version: Asked, kind: str, whose: Actor | None, course_run_id: UUID | None = None
) -> SelfAssessment:
    membership_id = whose.membership_id if whose else None
    found = begun(session, version.instrument_id, membership_id, course_run_id)
    if found is not None:
        return found
    if not version.can_begin:
        raise Refused("not_in_use")
    made = SelfAssessment(
        membership_id=membership_id,
        user_id=whose.user_id if whose else None,
        centre_id=version.centre_id,
        instrument_id=version.instrument_id,
        instrument_version_id=version.version_id,
        content_id=version.content_id,
        number=version.number,
        kind=kind,
        name=version.name,
        year=today().year,
        course_run_id=course_run_id,
    )
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError as error:
        first = begun(session, version.instrument_id, membership_id, course_run_id)
        if first is None:
            raise Refused("not_in_use") from error
        return first
    _record(session, "assessment.begin", made)
    return made


def save(
    session: ScopedSession,
    actor: Actor,
    assessment: SelfAssessment,
    keyring: Keyring,
    questionnaire: Questionnaire,
    answers: Mapping[str, Any],
    seen: Mapping[str, int] | None = None,
) -> Given:
    """Save answers, as the schema dumps them, and give all that there are, see `tenants.questionnaires.actions.save`.

    Raises Refused (`wrong_state`, `sealed`) or Overwritten.
    """
    current = _open(session, assessment)
    rows = {row.item: row for row in answer_rows(session, assessment.id)}
    author = "" if assessment.is_own else actor.display_name
    if write(session, keyring, assessment, questionnaire, rows, answers, author, seen):
        current.updated_at = now()
        session.flush()
    return given_in(keyring, rows.values())


def finish(
    session: ScopedSession, actor: Actor, assessment: SelfAssessment, keyring: Keyring, questionnaire: Questionnaire
) -> Filled:
    """Finish a self-assessment when nothing is missing or wrong; answers to questions that are not asked any more go.

    Gives what was checked: it is finished when that is `complete`. One's own is counted then, without a name; the
    centre is told that a platform assessed itself, and not what it answered. Raises Refused (`wrong_state`,
    `not_permitted`).
    """
    current = _open(session, assessment)
    rows = answer_rows(session, assessment.id)
    given = given_in(keyring, rows)
    filled = checked(questionnaire, given)
    if not filled.complete:
        return filled
    erase_hidden(session, rows, filled.shown)
    SELF_ASSESSMENT.apply(session, current, "finish" if current.is_own else "conclude", actor)
    current.finished_on = today()
    if current.is_own:
        # The day alone: moments would put those who answered in an order.
        current.updated_at = moment_of(current.finished_on, time.min)
    session.flush()
    if current.is_own:
        _count(session, keyring, current, questionnaire, given, filled)
    else:
        tell_done(session, current.centre_id, current.instrument_id, current.year, current.number, current.finished_on)
        _record(session, "assessment.finish", current)
    return filled


def _count(
    session: ScopedSession,
    keyring: Keyring,
    own: SelfAssessment,
    questionnaire: Questionnaire,
    given: Given,
    filled: Filled,
) -> None:
    cast_ballot(
        session,
        keyring,
        questionnaire.definition,
        {item: answer for item, answer in given.answers.items() if item in filled.shown},
        instrument_id=own.instrument_id,
        number=own.number,
        year=own.year,
        centre_id=own.centre_id if own.course_run_id else None,
        course_run_id=own.course_run_id,
    )


def correct(session: ScopedSession, actor: Actor, assessment: SelfAssessment) -> None:
    """Take up the platform's again on the day it was concluded; what was shared of it is not any more.

    Raises Refused (`too_late`, `wrong_state`, `not_permitted`).
    """
    current = held(session, assessment.id)
    if current is None or current.is_own:
        raise Refused("wrong_state")
    if current.state == "finished" and current.finished_on != today():
        raise Refused("too_late")
    SELF_ASSESSMENT.apply(session, current, "correct", actor)
    current.finished_on = None
    notice = notice_of(session, current.instrument_id, current.year)
    if notice is not None:
        tell_scores(notice, None)
    session.flush()
    _record(session, "assessment.correct", current)


def share(
    session: ScopedSession,
    assessment: SelfAssessment,
    keyring: Keyring,
    questionnaire: Questionnaire,
    *,
    shared: bool = True,
) -> None:
    """Share the scores of the platform's sections with the centre, or take them back: numbers, and not a word.

    Raises Refused(`wrong_state`) while it is not concluded.
    """
    current = held(session, assessment.id)
    notice = notice_of(session, assessment.instrument_id, assessment.year)
    if current is None or current.is_own or current.state != "finished" or notice is None:
        raise Refused("wrong_state")
    number, definition = current.number, questionnaire.definition
    given = given_in(keyring, answer_rows(session, current.id))
    scores = scores_of([(number, definition)], number, number, given.answers)
    tell_scores(notice, {section: one.share for section, one in scores.items() if one} if shared else None)
    session.flush()
    if shared:
        _record(session, "assessment.share", current)
    else:
        _record(session, "assessment.keep", current)


def erase(session: ScopedSession, assessment: SelfAssessment) -> None:
    """Take away one's own while it is open, with its answers. Raises Refused(`wrong_state`) once it is counted."""
    current = _open(session, assessment)
    if not current.is_own:
        raise Refused("wrong_state")
    session.delete(current)
    session.flush()


def forget_who_left(session: ScopedSession, _actor: Actor) -> int:
    """Take away what is about members who left, with their answers. Returns how many there were."""
    keys = left_behind(session)
    if keys:
        session.execute(
            delete(SelfAssessment).where(
                SelfAssessment.tenant_id == session.scope.tenant_id, SelfAssessment.id.in_(keys)
            )
        )
    return len(keys)


def _open(session: ScopedSession, assessment: SelfAssessment) -> SelfAssessment:
    """A self-assessment that is held and open. Raises Refused(`wrong_state`)."""
    current = held(session, assessment.id)
    if current is None or current.state != "open":
        raise Refused("wrong_state")
    return current


def _record(session: ScopedSession, verb: str, assessment: SelfAssessment) -> None:
    """Put an act on record; what someone does with their own is nobody's business, and the record is read."""
    if not assessment.is_own:
        record(session, verb, "self_assessment", assessment.id, details={"year": assessment.year})
