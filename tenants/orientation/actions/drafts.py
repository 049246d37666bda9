"""A bilan that is under way: begun with its first answer, saved part by part, given up. `bilans` finishes it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now, today
from clais.database import ScopedSession, new_id
from clais.encryption import DecryptionFailed, Keyring
from clais.instruments.filling import is_answer
from clais.workflow import Refused
from tenants.orientation import queries
from tenants.orientation.asked import HOUSE, NO_CONTENT, Questions
from tenants.orientation.drafts import mark_of_draft, version_of
from tenants.people.actions import lock_open_file
from tenants.people.models import Person
from tenants.questionnaires.actions import refuse_without_certificate
from tenants.questionnaires.answers import Given, given_in, write
from tenants.questionnaires.jobs import count_tonight
from tenants.questionnaires.models import InstrumentAnswer, InstrumentFilling
from tenants.questionnaires.queries import answer_rows
from tenants.questionnaires.workflow import FILLING

NAME = "Bilan"
"""What the first version of the house is called."""


def save(
    session: ScopedSession,
    actor: Actor,
    person: Person,
    questions: Questions,
    keyring: Keyring,
    answers: Mapping[str, Any],
    *,
    seen: Mapping[str, int] | None = None,
    version: str | None = None,
) -> tuple[InstrumentFilling | None, Given]:
    """Save answers of the bilan under way, as `drafts.to_store` has them, and give all that there are.

    The first answer begins it. `seen` has the revision at which each was read, `version` the one of the whole that was
    read. Raises Refused: `closed_file`; `made_today`; `no_certificate` when one is required to begin it that the actor
    does not hold; `closed` when it was finished or given up since; `other_version` when it asks something else;
    `answered_meanwhile` when another version was read; `sealed`. Raises Overwritten.
    """
    lock_open_file(session, person)
    draft = queries.draft_of(session, person.id, held=True)
    if version is not None and version != version_of(draft):
        raise Refused("answered_meanwhile")
    if draft is None:
        if any((seen or {}).values()):
            raise Refused("closed")
        if not any(map(is_answer, answers.values())):
            return None, Given()
        draft = _begin(session, actor, person, questions)
    elif mark_of_draft(draft) != questions.mark:
        raise Refused("other_version")
    rows = {row.item: row for row in answer_rows(session, draft.id)}
    if write(session, keyring, draft, questions.questionnaire, rows, answers, actor.display_name, seen):
        draft.updated_at = now()
        session.flush()
    return draft, given_in(keyring, rows.values())


def _begin(session: ScopedSession, actor: Actor, person: Person, questions: Questions) -> InstrumentFilling:
    latest = queries.latest_bilan(session, person.id)
    if latest is not None and latest.made_on == today():
        raise Refused("made_today")
    refuse_without_certificate(session, actor, questions.definition)
    draft = _new(person, actor, questions)
    session.add(draft)
    session.flush()
    count_tonight(session)
    record(session, "bilan.begin", "instrument_filling", draft.id, person_id=person.id)
    return draft


def _new(person: Person, actor: Actor, questions: Questions) -> InstrumentFilling:
    if questions.asked is not None:
        draft = questions.asked.filling(person, actor)
        draft.layer_id = questions.layer_id
        return draft
    return InstrumentFilling(
        tenant_id=person.tenant_id,
        id=new_id(),
        person_id=person.id,
        centre_id=NO_CONTENT,
        instrument_id=NO_CONTENT,
        instrument_version_id=NO_CONTENT,
        content_id=NO_CONTENT,
        number=0,
        kind=HOUSE,
        name=NAME,
        begun_by=actor.display_name,
    )


def finish(session: ScopedSession, actor: Actor, draft: InstrumentFilling, keyring: Keyring, state: str) -> None:
    """Finish what is under way: its bilan is made from it. Answers that the bilan has are kept there alone.

    `state` is that of the version. Raises DecryptionFailed rather than lose an answer that could not be read;
    Refused(`wrong_state`, `not_permitted`).
    """
    if given_in(keyring, answer_rows(session, draft.id)).unreadable:
        raise DecryptionFailed
    FILLING.apply(session, draft, "finish", actor)
    draft.finished_on = today()
    draft.out_of_use = state == "retired"
    _forget_answers(session, draft)
    count_tonight(session)


def drop(session: ScopedSession, actor: Actor, person_id: UUID) -> None:
    """Give up the bilan under way: its answers are erased. Raises Refused(`closed`) when there is none."""
    draft = queries.draft_of(session, person_id, held=True)
    if draft is None:
        raise Refused("closed")
    FILLING.apply(session, draft, "drop", actor)
    _forget_answers(session, draft)
    count_tonight(session)
    record(session, "bilan.drop", "instrument_filling", draft.id, person_id=person_id)


def hand_over(session: ScopedSession, person: Person) -> None:
    """Note that the screen was given to the person, to read the bilan under way. Raises Refused(`closed`)."""
    draft = queries.draft_of(session, person.id)
    if draft is None:
        raise Refused("closed")
    record(session, "bilan.hand_over", "instrument_filling", draft.id, person_id=person.id)


def _forget_answers(session: ScopedSession, draft: InstrumentFilling) -> None:
    session.flush()
    session.execute(
        delete(InstrumentAnswer).where(
            InstrumentAnswer.tenant_id == session.scope.tenant_id, InstrumentAnswer.filling_id == draft.id
        )
    )
