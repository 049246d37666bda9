"""The worker's job on questions: it tells who asked that the centre has answered. In the scope of one platform."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession
from clais.exchange.practice.models import PracticeAnswer, PracticeQuestion
from clais.exchange.practice.queries import newest_answers, waits_for_answer
from clais.exchange.practice.workflow import OPEN, QUESTION
from clais.identity.models import Membership
from clais.messaging.actions import notify
from clais.messaging.mails import News, post_news
from clais.messaging.subjects import subject_url
from clais.services import services
from clais.translation import gettext as _

TELL = "practice.tell"
SUBJECT = "practice_question"
BATCH = 200


def tell_answers(session: ScopedSession, actor: Actor) -> int:
    """Note which questions the centre has answered, and tell who asked, on the screen and by mail. Gives how many.

    `actor` is the system, with the permission `practice.tell`.
    """
    open_questions = (
        select(PracticeQuestion)
        .where(PracticeQuestion.tenant_id == session.scope.tenant_id, PracticeQuestion.state.in_(OPEN))
        .order_by(PracticeQuestion.id)
        .limit(BATCH)
        .with_for_update(key_share=True)
    )
    answered = _answered(session, session.scalars(open_questions).all())
    here = session.scope.tenant_id
    asking = (Membership.id.in_({question.membership_id for question, _answer in answered}),)
    still_here = select(Membership).where(Membership.tenant_id == here, Membership.ended_at.is_(None), *asking)
    members = {member.id: member for member in session.scalars(still_here)} if answered else {}
    for question, answer in answered:
        QUESTION.apply(session, question, "answer", actor)
        if member := members.get(question.membership_id):
            _tell(session, actor, member, question, answer)
    session.flush()
    return len(answered)


def next_answer_at(session: ScopedSession) -> datetime | None:
    """Now, when an answer has come that nobody was told of."""
    waiting = select(PracticeQuestion).where(
        PracticeQuestion.tenant_id == session.scope.tenant_id, PracticeQuestion.state.in_(OPEN)
    )
    return now() if _answered(session, session.scalars(waiting.limit(BATCH)).all()) else None


def _answered(
    session: ScopedSession, questions: Sequence[PracticeQuestion]
) -> list[tuple[PracticeQuestion, PracticeAnswer]]:
    """The questions that have an answer since they were asked, with the newest."""
    last = newest_answers(session, questions)
    pairs = [(question, last[question.id]) for question in questions if question.id in last]
    return [(question, answer) for question, answer in pairs if not waits_for_answer(question, answer)]


def _tell(
    session: ScopedSession, actor: Actor, member: Membership, question: PracticeQuestion, answer: PracticeAnswer
) -> None:
    text = _("The support centre has answered your question.")
    key = f"answer:{answer.id}"
    notify(session, member.id, "answer", SUBJECT, question.id, text, key)
    reader = replace(actor, permissions=services().permissions.of(member.role))
    page = subject_url(reader, SUBJECT, question.id)
    post_news(session, member.email, [News(text, page)], f"{key}:{member.id.hex}")
