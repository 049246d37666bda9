"""What is done for several participants of a session at once: all that can be done is, the rest is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.orm.exc import StaleDataError

from clais.actor import Actor
from clais.database import ScopedSession
from clais.exchange.referrals.locking import Gone
from clais.exchange.referrals.queries import received_referral
from clais.translation import N_
from clais.workflow import Refused
from support_center.routing import actions
from support_center.routing.models import Participant
from support_center.routing.queries import enrolments_of, referral_states
from support_center.routing.seats import in_order

LABELS = {"start": N_("Start for all"), "complete": N_("Finish for all"), "note": N_("Note for all")}
FROM = {
    "start": frozenset({"accepted"}),
    "complete": frozenset({"in_progress"}),
    "note": frozenset({"accepted", "in_progress", "on_hold", "completed"}),
}
"""Act → the states of a referral in which it can be done. Nothing is noted for all of someone who left the session."""


@dataclass(slots=True)
class Outcome:
    """For how many it was done, and the participants for whom it was not, each with a code.

    Codes: `over` (the agreement), `too_early` (the referral was sent later), and `moved` (their referral or seat).
    """

    done: int = 0
    left_out: list[tuple[Participant, str]] = field(default_factory=list)


def able(participants: Sequence[Participant], states: Mapping[UUID, str], act: str) -> list[Participant]:
    """Those for whom the act can be done in these `states` (see `standing`): they are ticked beforehand."""
    return [row for row in participants if states.get(row.id) in FROM[act]]


def act_for_all(
    session: ScopedSession, actor: Actor, act: str, participants: Sequence[Participant], data: Mapping[str, Any]
) -> Outcome:
    """Start, finish or note for each of them, in one transaction; `data` is what the form of the act says."""
    outcome = Outcome()
    for participant in in_order(participants):
        try:
            with session.begin_nested():
                _act(session, actor, act, participant, data)
        except Gone:
            outcome.left_out.append((participant, "over"))
        except actions.TooEarly:
            outcome.left_out.append((participant, "too_early"))
        except (Refused, StaleDataError):
            outcome.left_out.append((participant, "moved"))
        else:
            outcome.done += 1
    outcome.left_out.sort(key=lambda left: participants.index(left[0]))
    return outcome


def _act(session: ScopedSession, actor: Actor, act: str, participant: Participant, data: Mapping[str, Any]) -> None:
    if act == "note":
        actions.add_progress(session, participant, data["text"])
        return
    referral = received_referral(session, participant.referral_id)
    if referral is None:
        raise Gone
    if act == "start":
        actions.start(session, actor, referral, data["happened_on"])
    else:
        actions.report(session, actor, referral, "complete", reason=data["reason"], comment=data["comment"])


def too_long_for(session: ScopedSession, participants: Sequence[Participant], text: str) -> list[Participant]:
    """Those whose note would be longer than `actions.LONGEST_NOTE` with `text`."""
    held = enrolments_of(session, [row.id for row in participants])
    return [row for row in participants if len(actions.with_note(held.get(row.id), text)) > actions.LONGEST_NOTE]


def standing(session: ScopedSession, participants: Sequence[Participant]) -> dict[UUID, str]:
    """Participant → the state of their referral now; none for one whose consent ended."""
    states = referral_states(session, [row.referral_id for row in participants])
    return {row.id: states[row.referral_id] for row in participants if row.referral_id in states}
