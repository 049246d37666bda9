from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now, today
from clais.database import ScopedSession
from clais.due.actions import make_due
from clais.exchange.eligibility.waking import wake_spotting
from clais.exchange.publications.models import Scheme, SchemeOperator, SchemeSession, SeatCount
from clais.exchange.referrals.waking import OFFER_SEATS
from clais.workflow import Refused
from support_center.catalogue.workflow import SCHEME


def draft_scheme(session: ScopedSession, actor: Actor, operator_id: UUID, facts: Mapping[str, Any]) -> Scheme:
    """Begin a scheme, which the centre alone reads. `facts` are those of SchemeSchema."""
    named = _named(session, operator_id)
    scheme = Scheme(owner_tenant_id=actor.tenant_id, basin_id=actor.basin_id, **named, **facts)
    session.add(scheme)
    session.flush()
    record(session, "scheme.draft", "scheme", scheme.id)
    return scheme


def move_scheme(session: ScopedSession, actor: Actor, scheme: Scheme, step: str) -> None:
    """Take a step of the workflow of a scheme. Raises Refused. Nobody who is in it is moved."""
    SCHEME.apply(session, scheme, step, actor)
    if scheme.state == "open":
        scheme.confirmed_on = today()
    match step:
        case "publish":
            record(session, "scheme.publish", "scheme", scheme.id)
        case "suspend":
            record(session, "scheme.suspend", "scheme", scheme.id)
        case "close":
            record(session, "scheme.close", "scheme", scheme.id)
        case _:
            record(session, "scheme.reopen", "scheme", scheme.id)
    wake_spotting(session, scheme.basin_id)
    make_due(session, OFFER_SEATS)
    session.flush()


def _named(session: ScopedSession, operator_id: UUID) -> dict[str, Any]:
    """An own operator in the columns of a scheme; its name is held until the scheme is written with it."""
    own = (SchemeOperator.owner_tenant_id == session.scope.tenant_id, SchemeOperator.id == operator_id)
    name = session.scalars(select(SchemeOperator.name).where(*own).with_for_update(read=True, key_share=True)).one()
    return {"operator_id": operator_id, "operator": name}


def confirm_scheme(session: ScopedSession, scheme: Scheme) -> None:
    """Say that all that is written of a scheme is still so today."""
    scheme.confirmed_on = today()
    record(session, "scheme.confirm", "scheme", scheme.id)
    session.flush()


def add_operator(session: ScopedSession, actor: Actor, facts: Mapping[str, Any]) -> SchemeOperator:
    """Add someone who runs schemes. `facts` are those of OperatorSchema. Raises Refused(`name_taken`)."""
    operator = SchemeOperator(owner_tenant_id=actor.tenant_id, basin_id=actor.basin_id, **facts)
    try:
        with session.begin_nested():
            session.add(operator)
    except IntegrityError as error:
        raise Refused("name_taken") from error
    record(session, "operator.add", "scheme_operator", operator.id)
    return operator


def edit_operator(session: ScopedSession, operator: SchemeOperator, facts: Mapping[str, Any]) -> None:
    """Change an operator, in its schemes too. Raises StaleDataError, and Refused(`name_taken`)."""
    try:
        with session.begin_nested():
            for name, value in facts.items():
                setattr(operator, name, value)
    except IntegrityError as error:
        raise Refused("name_taken") from error
    session.execute(
        update(Scheme)
        .where(Scheme.owner_tenant_id == operator.owner_tenant_id, Scheme.operator_id == operator.id)
        .values(operator=operator.name)
        .execution_options(synchronize_session=False)
    )
    record(session, "operator.edit", "scheme_operator", operator.id, details={"fields": sorted(facts)})
    session.flush()


def edit_scheme(session: ScopedSession, scheme: Scheme, operator_id: UUID, facts: Mapping[str, Any]) -> None:
    """Change a scheme. Raises StaleDataError when someone else saved it meanwhile."""
    for name, value in (_named(session, operator_id) | dict(facts) | {"confirmed_on": today()}).items():
        setattr(scheme, name, value)
    record(session, "scheme.edit", "scheme", scheme.id, details={"fields": sorted(facts)})
    session.flush()


def plan_session(session: ScopedSession, actor: Actor, scheme: Scheme, facts: Mapping[str, Any]) -> SchemeSession:
    """Publish a session of a scheme. `facts` are those of SessionSchema.

    Raises Refused(`drafted`): the basin would read the session of a scheme that it does not read.
    """
    if scheme.state == SCHEME.initial:
        raise Refused("drafted")
    row = SchemeSession(owner_tenant_id=actor.tenant_id, basin_id=actor.basin_id, scheme_id=scheme.id, **facts)
    session.add(row)
    session.flush()
    record(session, "scheme_session.plan", "scheme_session", row.id)
    wake_spotting(session, actor.basin_id)
    return row


def edit_session(session: ScopedSession, row: SchemeSession, facts: Mapping[str, Any]) -> None:
    """Change a session. Raises Refused for fewer seats than are held (`seats_taken`) or held and kept for platforms
    (`seats_kept`), StaleDataError when it was saved meanwhile.

    The count is held while it is compared, because seats are given at the same time.
    """
    count = session.scalars(
        select(SeatCount)
        .where(SeatCount.tenant_id == row.owner_tenant_id, SeatCount.scheme_session_id == row.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    seats = facts.get("seats", count.seats)
    if seats < count.seats_taken:
        raise Refused("seats_taken")
    if seats < min(count.seats, count.seats_taken + count.held_for_others(None)):
        raise Refused("seats_kept")
    for name, value in facts.items():
        setattr(row, name, value)
    # Other seats alone are another version of the session too.
    row.updated_at = now()
    record(session, "scheme_session.edit", "scheme_session", row.id, details={"fields": sorted(facts)})
    wake_spotting(session, row.basin_id)
    make_due(session, OFFER_SEATS)
    session.flush()


def close_session(session: ScopedSession, row: SchemeSession) -> None:
    """End the registrations of a session today; seats that are held stay held."""
    row.closes_on = today() - timedelta(days=1)
    record(session, "scheme_session.close", "scheme_session", row.id)
    wake_spotting(session, row.basin_id)
    make_due(session, OFFER_SEATS)
    session.flush()
