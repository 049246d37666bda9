"""Bilans, wished occupations and orientation decisions. Plans are in `plans`."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now, today
from clais.database import ScopedSession
from clais.encryption import DecryptionFailed, Keyring
from clais.registry.models import Occupation
from clais.workflow import Refused
from tenants.orientation import queries
from tenants.orientation.actions import drafts
from tenants.orientation.actions.wording import DECIDED, as_sealed_before, seal_new, stands
from tenants.orientation.answered import answers_of
from tenants.orientation.answers import Answer, answer_row
from tenants.orientation.asked import Questions
from tenants.orientation.choices import MOST_WISHES
from tenants.orientation.drafts import mark_of_draft, version_of
from tenants.orientation.models import Bilan, BilanAnswer, OrientationDecision, WishedOccupation
from tenants.people.actions import lock_open_file, move
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES
from tenants.questionnaires.elsewhere import answer_again, note_asked
from tenants.questionnaires.models import InstrumentFilling
from tenants.sensitive.withholding import Writer

NEXT_STEP = {"registered": "begin_intake", "in_intake": "begin_orientation", "in_orientation": "begin_follow_up"}


def make_bilan(
    session: ScopedSession,
    person: Person,
    actor: Actor,
    answers: Mapping[str, Answer],
    keyring: Keyring,
    *,
    distance: int | None = None,
    summary: str | None = None,
    made_on: date | None = None,
    questions: Questions | None = None,
    others: Mapping[str, Any] | None = None,
    version: str | None = None,
) -> Bilan:
    """Record the situation of a person, dimension by dimension.

    `questions` were asked (None: the first version of the house); `others` are the answers to those that feed no
    dimension, as their schema dumps them. `version` is that of what was under way when it was read, see `version_of`:
    this bilan finishes it. Raises Refused: `closed_file`; `made_today` (a person has one bilan per day, which can be
    corrected on that day); `answered_meanwhile` when something else is under way. DecryptionFailed rather than lose an
    answer under way that cannot be read.
    """
    lock_open_file(session, person)
    day = made_on or today()
    draft = queries.draft_of(session, person.id, held=True) if version is not None else None
    if version is not None and version != version_of(draft):
        raise Refused("answered_meanwhile")
    latest = queries.latest_bilan(session, person.id)
    if latest is not None and latest.made_on == day:
        raise Refused("made_today")
    bilan = Bilan(person_id=person.id, made_on=day, made_by=actor.display_name, distance=distance, summary=summary)
    filling = _asked(session, actor, person, questions, draft, keyring, day) if questions is not None else None
    if filling is not None and questions is not None:
        answer_again(session, actor, filling, keyring, questions.questionnaire, others or {})
        bilan.filling_id = filling.id
    session.add(bilan)
    session.flush()
    _answer(session, bilan, answers, keyring)
    record(session, "bilan.create", "bilan", bilan.id, person_id=person.id, details={"dimensions": sorted(answers)})
    return bilan


def _asked(
    session: ScopedSession,
    actor: Actor,
    person: Person,
    questions: Questions,
    draft: InstrumentFilling | None,
    keyring: Keyring,
    day: date,
) -> InstrumentFilling | None:
    """What says what a bilan was asked: what was under way, finished; or a new filling; None for that of the house."""
    asked = questions.asked
    if draft is not None and mark_of_draft(draft) == questions.mark:
        drafts.finish(session, actor, draft, keyring, asked.state if asked else "")
        return draft
    if draft is not None:
        raise Refused("answered_meanwhile")
    return note_asked(session, actor, person, asked, day, questions.layer_id) if asked else None


def change_bilan(
    session: ScopedSession,
    actor: Actor,
    bilan: Bilan,
    answers: Mapping[str, Answer],
    keyring: Keyring,
    *,
    distance: int | None = None,
    summary: str | None = None,
    questions: Questions | None = None,
    others: Mapping[str, Any] | None = None,
) -> None:
    """Correct a bilan on the day it was made; its `questions` stay those that were asked.

    Raises Refused('too_late') on a later day, when a new bilan shows the change; DecryptionFailed when an answer cannot
    be read, rather than overwrite it.
    """
    if bilan.made_on != today():
        raise Refused("too_late")
    if not all(found.readable for found in answers_of(session, [bilan], keyring)[bilan.id].values()):
        raise DecryptionFailed
    bilan.distance, bilan.summary = distance, summary
    # The answers are rows of their own: updating the bilan raises its version with them.
    bilan.updated_at = now()
    session.flush()
    session.execute(
        delete(BilanAnswer).where(BilanAnswer.tenant_id == session.scope.tenant_id, BilanAnswer.bilan_id == bilan.id)
    )
    _answer(session, bilan, answers, keyring)
    filling = session.get(InstrumentFilling, (bilan.tenant_id, bilan.filling_id)) if bilan.filling_id else None
    if filling is not None and questions is not None:
        answer_again(session, actor, filling, keyring, questions.questionnaire, others or {})
    record(session, "bilan.edit", "bilan", bilan.id, person_id=bilan.person_id, details={"dimensions": sorted(answers)})


def _answer(session: ScopedSession, bilan: Bilan, answers: Mapping[str, Answer], keyring: Keyring) -> None:
    session.add_all(answer_row(keyring, bilan, code, answer) for code, answer in answers.items())
    session.flush()


def add_wish(
    session: ScopedSession, person: Person, occupation: Occupation, *, experience_years: int | None = None
) -> WishedOccupation:
    """Add a wished occupation after the others. Raises Refused('closed_file', 'too_many' or 'already_wished')."""
    lock_open_file(session, person)
    wished = queries.wished_occupations(session, person.id)
    if len(wished) >= MOST_WISHES:
        raise Refused("too_many")
    if any(
        (known.scheme, known.code, known.label) == (occupation.scheme, occupation.code, occupation.label)
        for known in wished
    ):
        raise Refused("already_wished")
    added = WishedOccupation(
        person_id=person.id,
        rank=len(wished) + 1,
        scheme=occupation.scheme,
        scheme_version=occupation.scheme_version,
        code=occupation.code,
        label=occupation.label,
        experience_years=experience_years,
    )
    session.add(added)
    session.flush()
    record(session, "wish.add", "wished_occupation", added.id, person_id=person.id, details={"code": occupation.code})
    return added


def remove_wish(session: ScopedSession, person: Person, unwanted: WishedOccupation) -> None:
    """Remove a wished occupation from the list; those after it move up."""
    lock_open_file(session, person)
    session.delete(unwanted)
    session.flush()
    for rank, left in enumerate(queries.wished_occupations(session, person.id), start=1):
        if left.rank != rank:
            left.rank = rank
            session.flush()
    record(
        session, "wish.remove", "wished_occupation", unwanted.id, person_id=person.id, details={"code": unwanted.code}
    )


def put_wish_first(session: ScopedSession, person: Person, wished: WishedOccupation) -> None:
    """Put a wished occupation before the others, which keep their order."""
    lock_open_file(session, person)
    above = [other for other in queries.wished_occupations(session, person.id) if other.rank < wished.rank]
    if not above:
        return
    # Two rows cannot have the same rank, even for a moment: each one goes to a rank that is free.
    wished.rank = 0
    session.flush()
    for other in reversed(above):
        other.rank += 1
        session.flush()
    wished.rank = 1
    session.flush()
    record(session, "wish.order", "wished_occupation", wished.id, person_id=person.id, details={"code": wished.code})


def decide(
    session: ScopedSession,
    person: Person,
    actor: Actor,
    *,
    direction: str,
    goal: str,
    reasons: str,
    after: str | None = None,
    writer: Writer | None = None,
) -> OrientationDecision:
    """Decide on an orientation, based on the last bilan; the earlier decision does not change.

    With a reason of the `writer`, the goal is sealed; so are words that are sealed elsewhere in the file already.

    A person still in intake moves to orientation. `after` is the key (`decision_key`) of the decision that the page
    showed: one that a colleague has taken since is not replaced unseen. Raises Refused('closed_file' or
    'other_decision').
    """
    lock_open_file(session, person)
    if after is not None and after != decision_key(queries.latest_decision(session, person.id)):
        raise Refused("other_decision")
    bilan = queries.latest_bilan(session, person.id)
    writer = as_sealed_before(session, person, goal, writer)
    decision = OrientationDecision(
        person_id=person.id,
        bilan_id=bilan.id if bilan else None,
        decided_by=actor.display_name,
        direction=direction,
        goal=stands(DECIDED, goal, writer),
        reasons=reasons,
    )
    session.add(decision)
    advance_to(session, person, "in_orientation", actor)
    session.flush()
    seal_new(session, person, (decision, "goal"), goal, writer)
    record(
        session,
        "orientation.decide",
        "orientation_decision",
        decision.id,
        person_id=person.id,
        details={"direction": direction},
    )
    return decision


def decision_key(decision: OrientationDecision | None) -> str:
    """The key of the last decision about a person; "none" without one."""
    return str(decision.id) if decision else "none"


def advance_to(session: ScopedSession, person: Person, stage: str, actor: Actor) -> None:
    """Move a person up to `stage`, one recorded transition at a time; do nothing when they are there or further."""
    while OPEN_STAGES.index(person.stage) < OPEN_STAGES.index(stage):
        move(session, actor, person, NEXT_STEP[person.stage])
