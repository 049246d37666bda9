"""What both parties write on a referral: its steps and their messages, each in the ledger of who signs it."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from clais.dates import working_days_before
from clais.exchange.referrals.announcing import RECEIVER_STEPS
from clais.exchange.referrals.delays import RUNNING, Promise
from clais.exchange.referrals.models import ReferralEvent, ReferralMessage
from clais.exchange.referrals.news import ARRIVED, LAPSED, MOVED, TAKEN_BACK, WRITTEN
from clais.exchange.referrals.workflow import ANSWER, NEVER_MEANT, REASONS, REFERRAL, STATES, TAKE_BACKS
from clais.identity.roles import ROLES
from clais.messaging.models import SPOKEN
from clais.text import lower_first
from config.demo.engine.desk import Colleague
from config.demo.engine.french import french
from config.demo.referrals.drawing import DrawnReferral
from config.demo.referrals.news import tell_receivers, tell_sender

_SILENT = 0.08
_COMMENTED = frozenset({"ask_missing", "decline", "cancel", "fail", "hold", "take_back"})


def write_steps(referral: DrawnReferral, crossing: dict[str, Any], officer: Colleague) -> dict[str, Any]:
    """Every step as the table has it; gives what the last one leaves on the referral."""
    history, dice = referral.history, referral.history.dice
    give_news(referral)
    state = REFERRAL.initial
    left: dict[str, Any] = {}
    for name, moment in referral.steps:
        transition = REFERRAL.find(name, state)
        theirs = transition.permission == ANSWER
        reason = dice.choice(_usual(name)) if name in REASONS else None
        comment = _comment(referral, name, reason, state)
        # One officer starts the whole group.
        answers = referral.to.of_role("support_officer")[0] if name == "start" else officer
        actor = answers.name if theirs else french(ROLES["system"]) if name == "lapse" else history.referent.name
        event = _write(
            referral, ReferralEvent, moment, crossing, theirs=theirs, transition=name, source=state,
            target=transition.target, reason=reason, comment=comment, actor_name=actor, happened_at=moment,
        )  # fmt: skip
        state = transition.target
        if name in TAKE_BACKS:
            left = {}
        elif name == "complete":
            left = {"result": reason, "result_note": comment}
        elif reason:
            left = {"reason": reason}
        sentence = TAKEN_BACK if name in TAKE_BACKS else MOVED
        news = french(sentence, reference=referral.reference, state=lower_first(french(STATES[state])))
        if theirs or name == "lapse":
            sorry = french(LAPSED, reference=referral.reference)
            tell_sender(referral, event, moment, sorry if name == "lapse" else news)
        if name in RECEIVER_STEPS and referral.state != "withdrawn":
            arrived = french(ARRIVED, reference=referral.reference) if name == "send" else news
            tell_receivers(referral, event, moment, arrived, seen=referral.moment_of("receive"))
    if state != referral.state:
        raise ValueError(f"the steps to {referral.state} lead to {state}")
    return left


def _usual(name: str) -> list[str]:
    """The reasons of a step that the history tells of: neither « another one » nor what closes the consent as well."""
    return [code for code in list(REASONS[name])[:-1] if code not in NEVER_MEANT]


def _write(
    referral: DrawnReferral, model: type[ReferralEvent | ReferralMessage], moment: datetime, crossing: dict[str, Any],
    *, theirs: bool, **values: Any,
) -> UUID:  # fmt: skip
    """A line on the referral, in the ledger of the party that signs it: row security takes it from no other."""
    here = referral.history.desk
    return (referral.to.answers if theirs else here.ledger).add(
        model, referral.history.dice, moment, **crossing, tenant_id=here.tenant_id, referral_id=referral.key,
        by_tenant_id=referral.to.tenant_id if theirs else here.tenant_id, **values,
    )  # fmt: skip


def _comment(referral: DrawnReferral, name: str, reason: str | None, state: str) -> str | None:
    """What is written with a step from `state`."""
    if name == "take_back" and state == "accepted":
        return referral.history.voice.say("referrals", "take_back_acceptance")
    if name == "complete" and reason:
        return referral.history.voice.say("referrals", "results", reason)
    if name == "advise" and reason:
        return referral.history.voice.say("referrals", "advice", reason)
    return referral.history.voice.say("referrals", name) if name in _COMMENTED else None


def write_messages(referral: DrawnReferral, crossing: dict[str, Any], officer: Colleague) -> datetime:
    """A word of thanks, or a question that still waits; gives the moment of the last one."""
    received = referral.moment_of("receive")
    if received is None:
        return referral.sent_at
    dice, moment = referral.history.dice, received + timedelta(minutes=20)
    if referral.question:
        _message(referral, crossing, moment, officer.name, "questions", theirs=True)
        return moment
    if dice.chance(0.5):
        _message(referral, crossing, moment, officer.name, "thanks", theirs=True)
        if dice.chance(0.4):
            moment += timedelta(minutes=90)
            _message(referral, crossing, moment, referral.history.referent.name, "answers", theirs=False)
    else:
        moment = received
    for moment in referral.news:
        _message(referral, crossing, moment, officer.name, "news", theirs=True)
    return moment


def give_news(referral: DrawnReferral) -> None:
    """Draw when the centre gives news of what it accepted, in time each; of a few it has given none for too long."""
    dice, desk = referral.history.dice, referral.history.desk
    if referral.state not in RUNNING or referral.of_the_story or dice.chance(_SILENT):
        return
    while (due := _next_news(referral)) < desk.today:
        referral.news.append(dice.office_moment(working_days_before(due, dice.randint(1, 3))))


def news_of(referral: DrawnReferral) -> dict[str, date]:
    """The last and the next day of news of what was accepted; since when something is asked."""
    if referral.state == "incomplete":
        return {"asked_on": referral.steps[-1][1].date()}
    if referral.state not in RUNNING:
        return {}
    return {"last_news_on": _last_news(referral)[1].date(), "news_due_on": _next_news(referral)}


def _next_news(referral: DrawnReferral) -> date:
    name, moment = _last_news(referral)
    return Promise().news_after(moment.date(), is_first=name == "accept")


def _last_news(referral: DrawnReferral) -> tuple[str, datetime]:
    return ("", referral.news[-1]) if referral.news else referral.steps[-1]


def _message(
    referral: DrawnReferral, crossing: dict[str, Any], moment: datetime, who: str, kind: str, *, theirs: bool
) -> None:
    text = referral.history.voice.say("referrals", kind)
    key = _write(referral, ReferralMessage, moment, crossing, theirs=theirs, actor_name=who, text=text, sent_at=moment)
    sentence = french(WRITTEN, reference=referral.reference)
    if theirs:
        tell_sender(referral, key, moment, sentence, SPOKEN)
    elif referral.state != "withdrawn":
        tell_receivers(referral, key, moment, sentence, SPOKEN, seen=moment)
