"""What a platform does with a request of its centre: it draws files by chance, writes summaries, sends or declines."""

import secrets
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now
from clais.database import ScopedSession
from clais.due.actions import make_due
from clais.exchange.quality.choices import TEXTS
from clais.exchange.quality.jobs import FORGET
from clais.exchange.quality.models import QualityReply, QualityRequest, QualitySummary
from clais.exchange.quality.queries import LIFE, Asked, closed_among, hold_request
from clais.exchange.quality.workflow import REPLY
from clais.workflow import Refused
from tenants.quality.models import QualityDraw
from tenants.quality.queries import Drawn, drawn_files, eligible_files, figures_of, held_reply, marks_of, people_drawn
from tenants.quality.rules.anonymity import Named, found_in
from tenants.quality.rules.drawing import LETTERS, drawn, how_many

SEED_BYTES = 16


def draw(session: ScopedSession, actor: Actor, asked: Asked) -> QualityReply:
    """Draw the files of a request by chance, once and for all.

    Raises Refused: `wrong_state`, or `too_few` when there are not even five eligible ones.
    """
    reply = _opened(session, asked)
    REPLY.find("draw", reply.state)
    eligible = eligible_files(session, asked.request)
    number = how_many(asked.request.files, len(eligible))
    if not number:
        raise Refused("too_few")
    seed = secrets.token_hex(SEED_BYTES)
    for letter, key in zip(LETTERS, drawn(eligible, number, seed), strict=False):
        session.add(_drawn(asked.request, letter, key, seed, len(eligible), actor))
    reply.drawn, reply.drawn_at = number, now()
    REPLY.apply(session, reply, "draw", actor)
    record(session, "quality.draw", "quality_reply", reply.id, details={"number": number, "eligible": len(eligible)})
    session.flush()
    return reply


def draw_again(session: ScopedSession, actor: Actor, asked: Asked, old: QualityDraw, reason: str) -> None:
    """Draw another file in the place of one, for a reason that stays in the platform; the centre is told how often.

    Raises Refused: `wrong_state`, or `too_few`.
    """
    reply = _opened(session, asked)
    session.refresh(old)
    if reply.state != "drawn" or old.replaced_at is not None:
        raise Refused("wrong_state")
    eligible = eligible_files(session, asked.request)
    if not how_many(1, len(eligible)):
        raise Refused("too_few")
    seed = secrets.token_hex(SEED_BYTES)
    (key,) = drawn(eligible, 1, seed)
    old.replaced_at, old.replaced_because = now(), reason
    forget_texts(old)
    session.add(_drawn(asked.request, old.letter, key, seed, len(eligible), actor))
    reply.redraws += 1
    record(session, "quality.draw_again", "quality_reply", reply.id, details={"letter": old.letter})
    session.flush()


def write_summary(session: ScopedSession, row: QualityDraw, texts: Mapping[str, str]) -> None:
    """Write the summary of a drawn file; it stays in the platform until all are sent.

    Raises StaleDataError when someone else saved it meanwhile, Refused(`wrong_state`) when no summary is waited
    for any more.
    """
    _hold_open(session, row.quality_request_id)
    reply = held_reply(session, row.quality_request_id)
    REPLY.find("answer", reply.state if reply else REPLY.initial)
    for name in TEXTS:
        setattr(row, name, texts[name])
    record(session, "quality.write", "quality_draw", row.id, person_id=row.person_id)
    session.flush()


def send(session: ScopedSession, actor: Actor, asked: Asked) -> None:
    """Send the summaries to the centre, and keep no copy with the files.

    Raises Refused: `wrong_state`, `unwritten`, `named` when a summary tells whose it is, `set_aside` when one of the
    files that chance took is read no more: nobody chooses by that what the centre sees.
    """
    reply = _opened(session, asked)
    REPLY.find("answer", reply.state)
    files = drawn_files(session, asked.request.id)
    if not files or not all(one.draw.is_written for one in files):
        raise Refused("unwritten")
    if len(files) != reply.drawn:
        raise Refused("set_aside")
    if any(_is_told(session, one) for one in files):
        raise Refused("named")
    figures = figures_of(session, [one.person for one in files])
    for row, person in files:
        session.add(
            QualitySummary(
                to_tenant_id=asked.request.tenant_id,
                quality_request_id=asked.request.id,
                letter=row.letter,
                **figures[person.id]._asdict(),
                **{name: getattr(row, name) for name in TEXTS},
            )
        )
        forget_texts(row)
    reply.answered_at = now()
    REPLY.apply(session, reply, "answer", actor)
    record(session, "quality.answer", "quality_reply", reply.id, details={"number": len(files)})
    make_due(session, FORGET, at=now() + LIFE)
    session.flush()


def decline(session: ScopedSession, actor: Actor, asked: Asked, reason: str) -> None:
    """Say to the centre that it is not answered, and why. Raises Refused; Named when it tells of a drawn file."""
    reply = _opened(session, asked)
    drawn_of = people_drawn(session, asked.request.id)
    if found := [word for person in drawn_of for word in found_in(reason, marks_of(session, person))]:
        raise Named(found)
    REPLY.apply(session, reply, "decline", actor)
    reply.refusal = reason
    for row, _person in drawn_files(session, asked.request.id):
        forget_texts(row)
    record(session, "quality.decline", "quality_reply", reply.id)
    session.flush()


def _hold_open(session: ScopedSession, request_id: UUID) -> None:
    hold_request(session, request_id)
    if closed_among(session, {request_id}):
        raise Refused("wrong_state")


def _opened(session: ScopedSession, asked: Asked) -> QualityReply:
    """The reply to a request that is open, held; a new one before the first act. Raises Refused(`wrong_state`)."""
    _hold_open(session, asked.request.id)
    if asked.reply is not None:
        held = held_reply(session, asked.request.id)
        if held is None:
            raise Refused("wrong_state")
        return held
    reply = QualityReply(to_tenant_id=asked.request.tenant_id, quality_request_id=asked.request.id)
    try:
        with session.begin_nested():
            session.add(reply)
    except IntegrityError as error:
        raise Refused("wrong_state") from error
    return reply


def _drawn(
    request: QualityRequest, letter: str, person_id: object, seed: str, eligible: int, actor: Actor
) -> QualityDraw:
    return QualityDraw(
        person_id=person_id,
        quality_request_id=request.id,
        theme=request.theme,
        letter=letter,
        seed=seed,
        eligible=eligible,
        drawn_by=actor.display_name,
    )


def forget_texts(row: QualityDraw) -> None:
    """Keep nothing of the summary of a drawn file with it."""
    for name in TEXTS:
        setattr(row, name, None)


def _is_told(session: ScopedSession, file: Drawn) -> bool:
    """Whether a text of a summary tells whose file it is. Each by itself, as the form read it."""
    marks = marks_of(session, file.person)
    return any(found_in(getattr(file.draw, name) or "", marks) for name in TEXTS)
