"""A person's file: what each feature adds to it, between the steps of the path."""

from datetime import date, datetime, timedelta

from clais.dates import working_day_on_or_before
from config.demo import (
    agenda,
    contracts,
    exits,
    follow_up,
    intake,
    muting,
    obstacles,
    orientation,
    pauses,
    situation,
    tasks,
)
from config.demo.engine.history import History
from tenants.people.workflow import STAGE

_WITHOUT_CONTACT = 0.06


def take_steps(history: History) -> dict[str, datetime]:
    """Log the stages as the table has them; give the moment of each (last) transition."""
    stage, moments = STAGE.initial, {}
    moment = history.timeline.arrived
    for step in history.timeline.steps:
        wanted = history.dice.office_moment(step.day)
        # Two steps of one day stay in order.
        moment = max(wanted, moment + timedelta(minutes=5))
        who = history.referent
        if step.name in {"begin_intake", "reopen"}:
            moment = max(moment, history.timeline.arrived + timedelta(minutes=5))
            who = intake.receive(history, moment, returning=step.name == "reopen")
        comment = history.voice.say("closing", step.reason) if step.reason else None
        stage = history.desk.step(
            history.dice, moment, who, STAGE, "person", history.key, step.name, stage, step.reason, comment
        )
        history.desk.record(
            history.dice, moment, who, f"person.{step.name}", "person", history.key, person_id=history.key,
            details={"reason": step.reason} if step.reason else {},
        )  # fmt: skip
        moments[step.name] = moment
        if step.name == "reopen":
            history.reopened_at = moment
            exits.come_back(history, moment, who)
        if step.name == "close" and step.reason:
            exits.leave(history, moment, step.reason)
    if stage != history.timeline.stage:
        raise ValueError(f"the timeline to {history.timeline.stage} leads to {stage}")
    if not history.is_open:
        history.closed_at = moment
    return moments


def fill(history: History) -> None:
    """What happened between the steps. The main agent's files are up to date, so that their day shows the story."""
    moments = take_steps(history)
    situation.tell(history)
    began = moments.get("begin_orientation")
    if began is not None:
        orientation.wish(history, began)
        first = orientation.bilans(history, began.date())
        followed = moments.get("begin_follow_up")
        if followed is not None:
            orientation.decide(history, followed - timedelta(minutes=20), first)
            orientation.plan(
                history,
                followed,
                overdue=0 if history.up_to_date else 2,
                late_review=not history.up_to_date and history.dice.chance(0.08),
            )
        elif history.dice.chance(0.4):
            orientation.decide(history, history.moment_on(history.ends_on), first)
    first_day = (began or history.timeline.arrived).date()
    if not history.timeline.steps:
        return
    if not history.in_story:
        agenda.contacts(history, first_day, _last_contact(history))
    follow_up.notes(history, first_day, history.ends_on)
    contracts.contracts(history)
    pauses.pauses(history)
    tasks.on_file(history)
    muting.mute(history)
    obstacles.learn(history)
    if history.is_open and not history.in_story and history.dice.chance(0.3):
        agenda.to_come(history, history.desk.today + timedelta(days=history.dice.randint(1, 20)))


def _last_contact(history: History) -> date:
    if not history.is_open:
        return max(
            history.timeline.arrived.date(),
            working_day_on_or_before(history.ends_on - timedelta(days=history.dice.randint(0, 6))),
        )
    lost = history.dice.chance(_WITHOUT_CONTACT) and not history.up_to_date
    ago = history.dice.randint(31, 58) if lost else history.dice.randint(1, 26)
    return max(history.timeline.arrived.date(), working_day_on_or_before(history.desk.today - timedelta(days=ago)))
