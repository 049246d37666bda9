"""How often a member did something in the last hour, by what the trail records, and whether that is enough."""

from datetime import datetime, timedelta

from sqlalchemy import Integer, Select, bindparam, func, select

from clais.actor import Actor
from clais.audit.models import LISTED, AuditEvent
from clais.database import HERE, MEMBER, NIL, ScopedSession, built_once
from clais.database.moments import moment
from clais.limits import LimitReached, Limits

WINDOW = timedelta(hours=1)
AHEAD = timedelta(minutes=1)
LIMITS = "limits"
"""Under this name a session knows the limits of its installation."""
VERBS = {
    "messages": ("referral.message",),
    "referrals": ("referral.send",),
    "numbers": ("person.read_number",),
    "exports": ("person.export",),
    # A card that is taken says that nobody else is meant, as a search does.
    "lists": (LISTED, "person.register", "person.edit"),
}
"""What `Limits` names → the verbs of its records. Files, besides: every reading of one."""


def hold_to_limit(session: ScopedSession, what: str) -> None:
    """Refuse what the session's actor has done as often as one may in an hour; a job has no limit.

    Raises LimitReached. Of what arrives in the same moment a little more may pass: nobody waits for a lock here.
    """
    until = reached_until(session, what)
    if until is not None:
        raise LimitReached(what, until)


def reached_until(session: ScopedSession, what: str) -> datetime | None:
    """The moment from which the session's actor may do `what` again; None when they may now."""
    actor: Actor | None = session.info.get("actor")
    if actor is None or actor.membership_id == NIL:
        return None
    limits: Limits = session.info.get(LIMITS) or Limits()
    values = {
        "here": session.scope.tenant_id,
        "member": actor.membership_id,
        "user": actor.user_id,
        "others": getattr(limits, what) - 1,
    }
    happened_at = session.scalar(_one_too_many(what), values)
    return happened_at + WINDOW if happened_at is not None else None


@built_once
def _one_too_many(what: str) -> Select[datetime]:
    """The moment of a member's record of the last hour that is the last that one may have."""
    mine = (
        AuditEvent.tenant_id == HERE,
        AuditEvent.membership_id == MEMBER,
        # The database lets nobody write a record under another's account: who is not it uses up none of its hour.
        AuditEvent.user_id == bindparam("user"),
        AuditEvent.happened_at > moment(WINDOW),
        # What is written now is younger than this moment; a record of days to come would hold its member till then.
        AuditEvent.happened_at < moment(-AHEAD),
    )
    if what == "files":
        last = func.max(AuditEvent.happened_at)
        # Whatever was recorded of a person says that their file was open.
        asked = select(last).where(*mine, AuditEvent.person_id.is_not(None)).group_by(AuditEvent.person_id)
    else:
        last = AuditEvent.happened_at  # type: ignore[assignment]
        asked = select(last).where(*mine, AuditEvent.verb.in_(VERBS[what]))
    return asked.order_by(last.desc()).offset(bindparam("others", type_=Integer())).limit(1)
