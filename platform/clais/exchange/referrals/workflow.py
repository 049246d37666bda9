from collections.abc import Iterable, Iterator

from clais.actor import Actor
from clais.database import Base
from clais.exchange.referrals.models import TRANSFER, Referral, ReferralEvent
from clais.translation import N_
from clais.workflow import Transition, Workflow

OPEN = frozenset({"requested", "received", "incomplete", "accepted", "in_progress", "on_hold"})
ENDED = frozenset({"advised", "declined", "handed_over", "completed", "cancelled", "failed", "lapsed"})
"""Over, while the receiver still reads the parcel until the consent ends or is withdrawn."""
CLOSED = ENDED | {"withdrawn"}
UNANSWERED = frozenset({"requested", "received"})
"""The receiver has to answer."""
WAITING = UNANSWERED | {"incomplete"}
"""Without an answer: the receiver has to give it, or waits for what it asked the sender."""
PLACED = frozenset({"accepted", "in_progress", "on_hold"})
URGENCIES = {"normal": N_("Normal"), "soon": N_("Within the week"), "urgent": N_("Urgent")}

STATES = {
    "draft": N_("Draft"),
    "requested": N_("Sent"),
    "received": N_("Received"),
    "incomplete": N_("Incomplete"),
    "accepted": N_("Accepted"),
    "advised": N_("Returned with advice"),
    "declined": N_("Declined"),
    "handed_over": N_("Taken over"),
    "in_progress": N_("In progress"),
    "on_hold": N_("On hold"),
    "completed": N_("Completed"),
    "cancelled": N_("Cancelled"),
    "failed": N_("Failed"),
    "withdrawn": N_("Consent withdrawn"),
    "lapsed": N_("Unanswered"),
}

DECLINE_REASONS = {
    "not_eligible": N_("Does not meet the conditions"),
    "session_full": N_("The session is full"),
    "did_not_come": N_("Did not come"),
    "not_interested": N_("Not interested"),
    "already_placed": N_("Already placed elsewhere"),
    "lacks_prerequisite": N_("Lacks a prerequisite"),
    "not_reachable_in_time": N_("Cannot get there in time (mobility)"),
    "duplicate": N_("Already referred (duplicate)"),
    "incomplete_parcel": N_("Information is missing"),
    "other": N_("Another reason"),
}
BY_THE_PERSON = frozenset({"not_interested", "already_placed"})
"""The reasons to decline that are the person's own choice; with the others it is the receiver who declines."""
ADVICE = {
    "other_scheme": N_("Another scheme fits better"),
    "other_service": N_("Another service comes first"),
    "later": N_("Too early: come back when something is settled"),
    "with_you": N_("The platform itself can do it"),
    "other": N_("Another reason"),
}
REFUSE_REASONS = {
    "lives_elsewhere": N_("Does not live here"),
    "followed_here": N_("Is followed here already"),
    "not_interested": N_("Does not want to change platform"),
    "not_reached": N_("Could not be reached"),
    "no_room": N_("The platform can take nobody on now"),
    "other": N_("Another reason"),
}
"""Why a platform does not take the file of another one over."""
CANCEL_REASONS = {
    "placed_elsewhere": N_("Placed by another referral"),
    "found_work": N_("Found work"),
    "moved": N_("Moved away"),
    "changed_project": N_("Changed project"),
    "sent_by_mistake": N_("Sent by mistake"),
    "other": N_("Another reason"),
}
UNUSED = frozenset({"advised", "declined", "lapsed", "cancelled"})
"""Over without anything having begun: the receiver soon has no more need of what was shared."""
CLOSURES = ("withdrawn", "never_meant", "unused")
"""Why a referral closes to its receiver before the consent ends: see `actions`."""
NEVER_MEANT = frozenset({"sent_by_mistake"})
"""Cancelled for one of these, a referral closes to the receiver like a withdrawn one: nobody agreed to it."""
FAIL_REASONS = {
    "did_not_come": N_("Did not come"),
    "dropped_out": N_("Stopped on the way"),
    "excluded": N_("Excluded by the operator"),
    "session_cancelled": N_("The session was cancelled"),
    "health": N_("Health reasons"),
    "other": N_("Another reason"),
}
SEAT_REFUSALS = {
    "not_now": N_("Not available on these days"),
    "too_far": N_("Too far, or no way to get there"),
    "other_plan": N_("Chose something else meanwhile"),
    "not_reached": N_("Could not be reached"),
    "other": N_("Another reason"),
}
RESULTS = {
    "hired": N_("Hired"),
    "training_completed": N_("Training completed"),
    "certified": N_("Skills certified"),
    "business_started": N_("Business started"),
    "placement_done": N_("Placement done, project confirmed"),
    "reoriented": N_("Placement done, project changed"),
    "other": N_("Another result"),
}
REASONS = {
    "advise": ADVICE,
    "decline": DECLINE_REASONS,
    "refuse": REFUSE_REASONS,
    "cancel": CANCEL_REASONS,
    "fail": FAIL_REASONS,
    "complete": RESULTS,
}
"""The coded reasons that a transition takes; `complete` takes a result."""
OFFER_REASONS = {"refuse_seat": SEAT_REFUSALS, "leave_list": SEAT_REFUSALS}
"""Those that the answer to an offer of a seat takes."""


def reason_label(transition: str, code: str) -> str:
    """What a coded reason or result of `transition` is called, a gettext id; an unknown code itself."""
    return (REASONS | OFFER_REASONS).get(transition, {}).get(code, code)


def log_between_two(
    subject: Referral, transition: Transition, source: str, actor: Actor, reason: str | None, comment: str | None
) -> Base:
    """A log entry of a step, which both parties read under the consent of the referral."""
    return ReferralEvent(
        tenant_id=subject.tenant_id,
        to_tenant_id=subject.to_tenant_id,
        consent_until=subject.consent_until,
        withdrawn_at=subject.withdrawn_at,
        referral_id=subject.id,
        transition=transition.name,
        source=source,
        target=transition.target,
        reason=reason,
        comment=comment,
        by_tenant_id=actor.tenant_id,
        actor_name=actor.display_name,
    )


def _from(*states: str) -> frozenset[str]:
    return frozenset(states)


SEND = "referral.send"
ANSWER = "referral.answer"
TAKE = "transfer.answer"
"""The permission of who answers transfers: those steps are for transfers alone, and `ANSWER` for all else."""
SYSTEM = "referral.lapse"
_WHY = ("comment",)
ANSWERS = ("accept", "advise", "decline")
"""The steps by which a receiver answers: what was promised is kept by any of them."""
TURNED_AWAY = ("advised", "declined")
"""Where an answer leads with which nothing begins."""
MAY_BE_TAKEN_BACK = frozenset({"accept", "advise", "decline", "start", "complete", "fail"})
"""The steps of the receiver that it may take back."""
TAKE_BACKS = ("take_back", "take_back_to_accepted", "take_back_to_hold")
"""One step, by the state to which it leads back where there are several."""
OFFER_WORDS = {
    "offer_seat": N_("A seat is offered"),
    "accept_seat": N_("The offered seat is accepted"),
    "take_seat": N_("The offered seat is accepted, as the centre noted"),
    "refuse_seat": N_("The offered seat is refused, stays on the list"),
    "leave_list": N_("The offered seat is refused, leaves the list"),
    "expire_offer": N_("The offer of a seat has expired"),
    "withdraw_offer": N_("The offer of a seat is taken back"),
    "end_offer": N_("The offer of a seat ends with the referral"),
}
"""The steps of an offer in words, a gettext id each: they stand in the log of the referral, whose state they leave."""
OFFER_ANSWERS = ("accept_seat", "refuse_seat", "leave_list")
"""The steps by which a sender answers an offer for the person."""


def standing(newest_first: Iterable[ReferralEvent]) -> Iterator[ReferralEvent]:
    """The steps that were not taken back, newest first: each one that takes back undoes the one that stood before."""
    undone = 0
    for step in newest_first:
        if step.transition in OFFER_WORDS:
            # An offer moves no referral.
            continue
        if step.transition in TAKE_BACKS:
            undone += 1
        elif undone:
            undone -= 1
        else:
            yield step


REFERRAL = Workflow(
    name="referral",
    column=Referral.state,
    initial="draft",
    states=STATES,
    log=log_between_two,
    transitions=(
        Transition("send", _from("draft"), "requested", SEND),
        Transition("receive", _from("requested"), "received", ANSWER, N_("Acknowledge receipt")),
        Transition("accept", _from("received"), "accepted", ANSWER, N_("Accept and give a seat")),
        Transition(
            "advise", _from("received"), "advised", ANSWER, N_("Return with advice"), asks=("reason", "comment")
        ),
        Transition("decline", _from("received"), "declined", ANSWER, N_("Decline"), asks=("reason",)),
        # A file that goes from one platform to another: looked into, then taken over or refused.
        Transition("look", _from("requested"), "received", TAKE, N_("Acknowledge receipt and read the file")),
        Transition("take_over", _from("received"), "handed_over", TAKE, N_("Take the file over")),
        Transition("refuse", _from("received"), "declined", TAKE, N_("Refuse the file"), asks=("reason",)),
        Transition(
            "ask_missing", _from("received"), "incomplete", ANSWER, N_("Ask for what is missing"), asks=("comment",)
        ),
        Transition("supply", _from("incomplete"), "received", SEND, N_("Answer what was asked"), asks=("comment",)),
        Transition("go_on", _from("incomplete"), "received", ANSWER, N_("Go on without waiting")),
        Transition("start", _from("accepted"), "in_progress", ANSWER, N_("It starts")),
        Transition("hold", _from("in_progress"), "on_hold", ANSWER, N_("Put on hold"), asks=("comment",)),
        Transition("resume", _from("on_hold"), "in_progress", ANSWER, N_("It resumes")),
        Transition("complete", _from("in_progress"), "completed", ANSWER, N_("Report the result"), asks=("reason",)),
        Transition(
            "fail",
            _from("accepted", "in_progress", "on_hold"),
            "failed",
            ANSWER,
            N_("It did not work out"),
            asks=("reason",),
        ),
        Transition("cancel", _from("draft", *OPEN), "cancelled", SEND, N_("Cancel the referral"), asks=("reason",)),
        # The person may withdraw at any time: also after a refusal, a result or an end, while the receiver still reads.
        Transition("withdraw", _from(*OPEN, *ENDED), "withdrawn", SEND, N_("Withdraw the consent")),
        Transition("lapse", _from("requested", "received"), "lapsed", SYSTEM),
        # What the receiver answered by mistake goes back to where it stood, for a day: see `actions.take_back`.
        Transition("take_back", _from("accepted"), "received", ANSWER, N_("Take the acceptance back"), _WHY),
        Transition("take_back", _from("advised"), "received", ANSWER, N_("Take the advice back"), _WHY),
        Transition("take_back", _from("declined"), "received", ANSWER, N_("Take the refusal back"), _WHY),
        Transition("take_back", _from("in_progress"), "accepted", ANSWER, N_("Take the start back"), _WHY),
        Transition("take_back", _from("completed"), "in_progress", ANSWER, N_("Take the result back"), _WHY),
        Transition("take_back", _from("failed"), "in_progress", ANSWER, N_("Take the failure back"), _WHY),
        Transition("take_back_to_accepted", _from("failed"), "accepted", ANSWER, asks=_WHY),
        Transition("take_back_to_hold", _from("failed"), "on_hold", ANSWER, asks=_WHY),
    ),
)

_ENDED_BY = {step.target: step.name for step in REFERRAL.transitions if step.name in REASONS and step.name != "refuse"}


def outcome_label(referral: Referral) -> str | None:
    """The reason or result with which a referral ended, a gettext id. None while it runs, or without a reason."""
    ended_by = "refuse" if is_refused(referral) else _ENDED_BY.get(referral.state)
    code = referral.result if ended_by == "complete" else referral.reason
    return reason_label(ended_by, code) if ended_by and code else None


def is_refused(referral: Referral) -> bool:
    """Whether another platform did not take the file over: its reasons are not those of a centre."""
    return referral.kind == TRANSFER and referral.state == "declined"


def declined_by_the_person(referral: Referral) -> bool:
    """Whether it was the person who declined, and not the receiver: by the reason that was given."""
    return referral.state == "declined" and referral.reason in BY_THE_PERSON


def log_offer(
    subject: Referral, transition: Transition, _source: str, actor: Actor, reason: str | None, comment: str | None
) -> Base:
    """A step of an offer in the log that both parties read, which leaves the referral where it stands."""
    stays = Transition(transition.name, transition.sources, subject.state, transition.permission)
    return log_between_two(subject, stays, subject.state, actor, reason, comment)


GIVE, RELEASE = "seat.give", "seat.release"

SEAT_OFFER = Workflow(
    name="seat_offer",
    column=Referral.seat_offer,
    initial="none",
    states={
        "none": N_("No seat offered"),
        "offered": N_("Seat offered"),
        "accepted": N_("Offer accepted"),
        "refused": N_("Offer refused, stays on the list"),
        "left": N_("Offer refused, left the list"),
        "expired": N_("Offer expired"),
        "withdrawn": N_("Offer taken back"),
    },
    log=log_offer,
    transitions=(
        Transition("offer_seat", _from("none", "accepted", "refused", "left", "expired", "withdrawn"), "offered", GIVE),
        Transition("accept_seat", _from("offered"), "accepted", SEND),
        Transition("take_seat", _from("offered"), "accepted", GIVE, N_("Note that the person accepts")),
        Transition("refuse_seat", _from("offered"), "refused", SEND, asks=("reason",)),
        Transition("leave_list", _from("offered"), "left", SEND, asks=("reason",)),
        Transition("expire_offer", _from("offered"), "expired", RELEASE),
        Transition("withdraw_offer", _from("offered"), "withdrawn", RELEASE, N_("Pass on to the next")),
        Transition("end_offer", _from("offered"), "withdrawn", SEND),
    ),
)
"""A seat that is offered to someone of a waiting list. The centre holds it until the answer: `support_center.routing`.
"""
