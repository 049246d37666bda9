"""What becomes of a version: review, publication, its end. Everything that others see is frozen first."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now, today
from clais.database import NIL, ScopedSession
from clais.exchange.publications.instruments import IN_PREPARATION
from clais.exchange.publications.models import InstrumentContent, InstrumentVersion
from clais.exchange.training.queries import gives_certificate
from clais.instruments.first import FILES, first_version
from clais.instruments.rules.definition import Definition, said
from clais.instruments.rules.problems import Problem, blocking, problems_of
from clais.instruments.schemas import fingerprint, from_json, to_json
from clais.workflow import Refused
from support_center.instruments.actions.drafts import change_draft, create_instrument, forget_trials, note_author
from support_center.instruments.actions.reviews import forget_readings
from support_center.instruments.models import InstrumentTrial
from support_center.instruments.queries import contents_of, draft_of, released_before
from support_center.instruments.workflow import PUBLISH, VERSION, WRITE


def problems(definition: Definition, released: Sequence[tuple[int, Definition]]) -> list[Problem]:
    """The problems of what a version in preparation asks, with regard to those that were released before it."""
    return problems_of(definition, [earlier for _number, earlier in released])


def send_to_review(
    session: ScopedSession, actor: Actor, version: InstrumentVersion, read: str, note: str, review_until: date
) -> None:
    """Freeze what a draft asks and let the basin read it. `read` is the fingerprint of what the sender read.

    Raises Refused: `problems` while something blocks, `changed` when a colleague saved the draft meanwhile,
    `no_such_course` when it requires the certificate of a course that gives none.
    """
    draft = draft_of(session, version.id, held=True)
    session.refresh(version)
    if draft is None:
        raise Refused("wrong_state")
    if fingerprint(draft.definition) != read:
        raise Refused("changed")
    definition = from_json(draft.definition)
    if blocking(problems(definition, released_before(session, version))):
        raise Refused("problems")
    if definition.certificate and not gives_certificate(session, definition.certificate):
        raise Refused("no_such_course")
    VERSION.apply(session, version, "send", actor)
    version.note, version.review_until, version.sent_by = note, review_until, actor.membership_id
    note_author(draft, actor)
    session.flush()
    _freeze(session, actor, version, draft.definition)
    record(session, "instrument.send", "instrument_version", version.id)
    session.flush()


def take_back(session: ScopedSession, actor: Actor, version: InstrumentVersion) -> None:
    """Let the author change a version that was in review; what was read there stays frozen. Raises Refused."""
    draft_of(session, version.id, held=True)
    session.refresh(version)
    VERSION.apply(session, version, "take_back", actor)
    forget_readings(session, version)
    record(session, "instrument.take_back", "instrument_version", version.id)
    session.flush()


def publish(session: ScopedSession, actor: Actor, version: InstrumentVersion, read: str, adopt_by: date) -> None:
    """Publish what was reviewed, for ever. The answers that tried it out go: they count nowhere.

    `read` is the fingerprint of what the reviewer read. Raises Refused: `own_work` for who wrote it or sent it,
    `changed` when something else is in review now, `problems` while something blocks.
    """
    draft = draft_of(session, version.id, held=True)
    session.refresh(version)
    reviewed = next(iter(contents_of(session, version.id)), None)
    if draft is None or reviewed is None:
        raise Refused("wrong_state")
    if str(actor.user_id) in draft.authors:
        raise Refused("own_work")
    if reviewed.fingerprint != read:
        raise Refused("changed")
    if blocking(problems(from_json(reviewed.definition), released_before(session, version))):
        raise Refused("problems")
    VERSION.apply(session, version, "publish", actor)
    version.published_at, version.adopt_by = now(), adopt_by
    session.flush()
    _freeze(session, actor, version, reviewed.definition, released=True)
    forget_trials(session, version)
    record(session, "instrument.publish", "instrument_version", version.id, details={"number": version.number})
    session.flush()


def publish_first(session: ScopedSession, operator: Actor) -> None:
    """Publish the first versions of the house in a centre that is opened. Nobody reviews them: all work with them.

    `operator` opens the centre, whose tenant and basin are those of the session.
    """
    here = session.scope
    rights = frozenset({WRITE, PUBLISH})
    actor = replace(operator, permissions=rights, tenant_id=here.tenant_id, basin_id=here.basin_id or NIL)
    for kind in FILES:
        definition = first_version(kind).definition
        version = create_instrument(session, actor, {"name": said(definition.title), "kind": kind, "code": kind})
        change_draft(session, actor, version, partial(_instead, definition))
        VERSION.apply(session, version, "send", actor)
        VERSION.apply(session, version, "publish", actor)
        version.published_at = now()
        session.flush()
        _freeze(session, actor, version, to_json(definition), released=True)
        record(session, "instrument.publish", "instrument_version", version.id, details={"number": version.number})
    session.flush()


def _instead(first: Definition, _empty: Definition) -> Definition:
    return first


def close(session: ScopedSession, actor: Actor, version: InstrumentVersion) -> None:
    """Let nothing be begun on a version any more. Raises Refused."""
    VERSION.apply(session, version, "close", actor)
    version.closing_on = today()
    record(session, "instrument.close", "instrument_version", version.id)
    session.flush()


def reopen(session: ScopedSession, actor: Actor, version: InstrumentVersion) -> None:
    """Let answers be begun again on a version that was closing. Raises Refused."""
    VERSION.apply(session, version, "reopen", actor)
    version.closing_on = None
    record(session, "instrument.reopen", "instrument_version", version.id)
    session.flush()


def retire(session: ScopedSession, actor: Actor, version: InstrumentVersion) -> None:
    """Retire a version that is closing: the answers that it has are kept. Raises Refused."""
    VERSION.apply(session, version, "retire", actor)
    record(session, "instrument.retire", "instrument_version", version.id)
    session.flush()


def try_out(session: ScopedSession, actor: Actor, version: InstrumentVersion, answers: Mapping[str, Any]) -> None:
    """Keep answers that try a version out, apart from all others; none to sealed questions.

    Raises Refused(`wrong_state`).
    """
    if version.state not in IN_PREPARATION:
        raise Refused("wrong_state")
    session.add(InstrumentTrial(instrument_version_id=version.id, answers=dict(answers), given_by=actor.display_name))
    session.flush()


def _freeze(
    session: ScopedSession,
    actor: Actor,
    version: InstrumentVersion,
    definition: dict[str, Any],
    *,
    released: bool = False,
) -> None:
    session.add(
        InstrumentContent(
            owner_tenant_id=actor.tenant_id,
            basin_id=actor.basin_id,
            instrument_version_id=version.id,
            definition=definition,
            fingerprint=fingerprint(definition),
            released=released,
        )
    )
