"""What the centre looks after in its catalogue: seats that it keeps for a platform, and websites that answer or not."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from clais.exchange.publications.models import SchemeOperator
from config.demo.catalogue import PublishedScheme
from config.demo.engine.desk import Desk
from config.demo.engine.dice import Dice, at
from support_center.catalogue.models import WebsiteCheck
from support_center.catalogue.websites import APART, FINE, MISSING
from support_center.routing.models import Enrolment, Participant, SeatReserve

KEPT, LEAST_FREE = 3, 6
BROKEN, BROKEN_FOR = "Entreprise de formation par le travail", timedelta(days=14)


def keep_seats(
    centre: Desk, platform: Desk, dice: Dice, published: dict[str, PublishedScheme]
) -> dict[UUID, dict[str, Any]]:
    """Keep seats of one session to come for a platform, as was agreed yesterday. Gives what is kept, by session."""
    to_come = [
        session
        for scheme in published.values()
        for session in scheme.sessions
        if session.closes_on > centre.today and session.seats - session.taken >= LEAST_FREE
    ]
    if not to_come:
        return {}
    session = min(to_come, key=lambda one: (one.taken, one.promised, one.starts_on, one.key))
    moment, officer = at(centre.yesterday, 11, 40), centre.of_role("support_officer")[0]
    about = {"scheme_session_id": session.key, "platform_id": platform.tenant_id}
    centre.ledger.add(SeatReserve, dice, moment, **about, seats=KEPT, until=session.closes_on)
    centre.record(dice, moment, officer, "seat.reserve", "scheme_session", session.key, details={"seats": KEPT})
    left = max(0, KEPT - _seated(centre, platform, session.key))
    return {session.key: {str(platform.tenant_id): [left, session.closes_on.isoformat()]}}


def _seated(centre: Desk, platform: Desk, session_id: UUID) -> int:
    """How many people of a platform have a seat of a session."""
    ledgers = (centre.ledger, centre.answers)
    own = {
        one["id"] for each in ledgers for one in each.read(Participant) if one["from_tenant_id"] == platform.tenant_id
    }
    return sum(
        one["participant_id"] in own and one["scheme_session_id"] == session_id and one["state"] == "seated"
        for each in ledgers
        for one in each.read(Enrolment)
    )


def check_websites(centre: Desk, dice: Dice) -> None:
    """Note what each website of the catalogue answered yesterday; one has not been found for two weeks."""
    moment = at(centre.yesterday, 6, 10)
    for operator in centre.ledger.read(SchemeOperator):
        if operator["website"] is None:
            continue
        outcome, since = FINE, None
        if operator["name"] == BROKEN:
            outcome, since = MISSING, moment - BROKEN_FOR
        centre.ledger.add(
            WebsiteCheck, dice, moment, website=operator["website"], outcome=outcome, checked_at=moment,
            failing_since=since,
        )  # fmt: skip
        moment += APART
