"""Orientation: bilans that show movement, wished occupations, a decision, a plan with its steps and evaluations."""

from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

from clais import reference_data
from clais.dates import months_after, weekday_on_or_before, working_day_on_or_before
from config.demo.ledger import Facts
from config.demo.life import Life
from config.demo.texts import read
from config.settings import REFERENCE
from tenants.orientation.answers import Answer, sealed_facts
from tenants.orientation.models import (
    ActionPlan,
    Bilan,
    BilanAnswer,
    OrientationDecision,
    PlanEvaluation,
    PlanObjective,
    PlanStep,
    WishedOccupation,
)
from tenants.orientation.rules.dimensions import DIMENSIONS, SENSITIVE
from tenants.orientation.workflow import PLAN, STEP

LEVEL_WEIGHTS = {"-3": 5, "-2": 17, "-1": 24, "0": 22, "1": 22, "2": 10}
DIRECTION_WEIGHTS = {
    "training": 24, "work_now": 20, "confirmation_placement": 16, "determine_project": 13, "social_step": 12,
    "alternating_training": 8, "other_service": 4, "other": 1,
}  # fmt: skip
WHO_WEIGHTS = {"person": 62, "agent": 26, "partner": 12}
_BETTER, _WORSE, _MOST_BILANS = 0.3, 0.08, 4


@cache
def _occupations() -> dict[str, str]:
    return {occupation.code: occupation.label for occupation in reference_data.occupations(REFERENCE)}


def wish(life: Life, moment: datetime) -> None:
    """The occupations that the person wishes, first choice first."""
    for rank, code in enumerate(life.project["occupations"], start=1):
        label = _occupations()[code]
        life.wishes.append((code, label))
        life.desk.ledger.add(
            WishedOccupation, life.dice, moment, person_id=life.key, rank=rank,
            scheme=reference_data.OCCUPATION_SCHEME, scheme_version=reference_data.OCCUPATION_VERSION,
            code=code, label=label, experience_years=life.dice.choice((None, 0, 1, 2, 5, 9)),
        )  # fmt: skip


def bilans(life: Life, first: date) -> UUID:
    """One bilan when the orientation begins, others some months apart; gives the key of the first."""
    day = first
    keys: list[UUID] = []
    while day <= life.ends_on and len(keys) < _MOST_BILANS:
        keys.append(_bilan(life, life.dice.office_moment(day), first=not keys))
        day = working_day_on_or_before(day + timedelta(days=life.dice.randint(95, 200)))
    return keys[0]


def _bilan(life: Life, moment: datetime, *, first: bool) -> UUID:
    dice = life.dice
    looked_at = dice.some(DIMENSIONS, 12, 9 if first else 7)
    for dimension in looked_at:
        level = life.levels.get(dimension.code)
        chance = dice.random()
        moved = (chance < _BETTER) - (chance > 1 - _WORSE)
        life.levels[dimension.code] = int(dice.pick(LEVEL_WEIGHTS)) if level is None else max(-3, min(2, level + moved))
    weight = sum(-level for level in life.levels.values())
    life.distance = max(1, min(5, 3 + weight // 4))
    key = life.desk.ledger.add(
        Bilan, dice, moment, person_id=life.key, made_on=moment.date(), made_by=life.referent.name,
        distance=life.distance, summary=life.voice.say("bilans", "summaries") if dice.chance(0.75) else None,
    )  # fmt: skip
    for dimension in looked_at:
        level = life.levels[dimension.code]
        note = None
        if level and dice.chance(0.45):
            note = life.voice.say("bilans", "obstacle" if level < 0 else "strength", dimension.code)
        detected_by = dice.pick({"person": 55, "agent": 38, "partner": 7}) if level < 0 else None
        life.desk.ledger.add(
            BilanAnswer, dice, moment, bilan_id=key, dimension=dimension.code,
            **{"sealed": Facts(sealed_facts(dimension.code, Answer(level, detected_by, note)))}
            if dimension.code in SENSITIVE
            else {"level": level, "detected_by": detected_by, "note": note},
        )  # fmt: skip
    life.desk.record(dice, moment, life.referent, "bilan.create", "bilan", key, person_id=life.key)
    return key


def decide(life: Life, moment: datetime, bilan_id: UUID) -> None:
    """The orientation decision: direction, goal, reasons."""
    direction = "self_employment" if "business" in life.project["schemes"] else life.dice.pick(DIRECTION_WEIGHTS)
    life.goal = life.project["goal"]
    key = life.desk.ledger.add(
        OrientationDecision, life.dice, moment, person_id=life.key, bilan_id=bilan_id, decided_on=moment.date(),
        decided_by=life.referent.name, direction=direction, goal=life.goal,
        reasons=life.voice.say("reasons", direction),
    )  # fmt: skip
    life.desk.record(
        life.dice, moment, life.referent, "orientation.decide", "orientation_decision", key, person_id=life.key,
        details={"direction": direction},
    )  # fmt: skip


def plan(life: Life, moment: datetime, *, overdue: int = 1, late_review: bool = False) -> None:
    """An action plan signed that day, evaluated every three months. `overdue` steps at most are left behind."""
    dice, ledger = life.dice, life.desk.ledger
    started = moment.date()
    key = dice.key(moment)
    review = _evaluations(life, key, started, late=late_review)
    state = PLAN.initial
    if not life.is_open:
        closing = life.dice.office_moment(life.ends_on)
        reason = "reached" if life.course.steps[-1].reason in {"job", "training"} else "stopped"
        _evaluation(life, key, closing, reason, None)
        state = life.desk.step(dice, closing, life.referent, PLAN, "action_plan", key, "close", state, reason)
    ledger.add(
        ActionPlan, dice, moment, id=key, person_id=life.key, goal=life.goal, started_on=started, review_on=review,
        signed_on=started if dice.chance(0.85) else None, signed_manner=dice.choice(("paper", "paper", "screen")),
        state=state,
    )  # fmt: skip
    # As the page proposes them: what is sealed in the bilan is not written out in the plan.
    open_ones = [code for code, level in life.levels.items() if level < 0 and code not in SENSITIVE]
    hindering = sorted(open_ones, key=lambda code: life.levels[code])
    chosen = [("training", life.project["steps"]), *((code, None) for code in hindering[: dice.randint(1, 2)])]
    for rank, (dimension, steps) in enumerate(chosen, start=1):
        text = life.goal if rank == 1 else life.voice.say("objectives", dimension)
        objective = ledger.add(
            PlanObjective, dice, moment, action_plan_id=key, rank=rank, text=text, dimension=dimension
        )
        for step in steps or dice.some(read("sentences")["steps"][dimension], 2, 1):
            overdue -= _step(life, moment, objective, step, may_be_overdue=overdue > 0)
    life.desk.record(dice, moment, life.referent, "plan.create", "action_plan", key, person_id=life.key)


def _step(life: Life, planned: datetime, objective: UUID, text: str, *, may_be_overdue: bool) -> bool:
    """One step; tells whether it was left behind. Someone gone has none to do any more."""
    dice, desk = life.dice, life.desk
    longest = max(20, min(170, (desk.today - planned.date()).days + 60))
    due = working_day_on_or_before(planned.date() + timedelta(days=dice.randint(12, longest)))
    state, done_on, late = STEP.initial, None, False
    key = dice.key(planned)
    if due <= life.ends_on or not life.is_open:
        late = life.is_open and may_be_overdue and dice.chance(0.25)
        if not late:
            done = working_day_on_or_before(min(due - timedelta(days=dice.randint(0, 9)), life.ends_on))
            moment = dice.office_moment(max(done, planned.date())) + timedelta(minutes=1)
            name = "finish" if dice.chance(0.87) and due <= life.ends_on else "drop"
            state = desk.step(dice, moment, life.referent, STEP, "plan_step", key, name, state)
            done_on = moment.date() if state == "done" else None
    desk.ledger.add(
        PlanStep, dice, planned, id=key, objective_id=objective, person_id=life.key, text=text,
        who=dice.pick(WHO_WEIGHTS), due_on=due, state=state, done_on=done_on,
    )  # fmt: skip
    return late


def _evaluations(life: Life, plan_id: UUID, started: date, *, late: bool) -> date:
    """The evaluations made so far; gives the day of the next one."""
    review = weekday_on_or_before(months_after(started, 3))
    while review <= (life.ends_on if life.is_open else life.ends_on - timedelta(days=1)):
        if late and months_after(review, 1) > life.desk.today:
            break
        day = working_day_on_or_before(review)
        following = weekday_on_or_before(months_after(day, 3))
        outcome = "adapt" if life.dice.chance(0.3) else "continue"
        _evaluation(life, plan_id, life.dice.office_moment(day), outcome, following)
        review = following
    return review


def _evaluation(life: Life, plan_id: UUID, moment: datetime, outcome: str, following: date | None) -> None:
    life.desk.ledger.add(
        PlanEvaluation, life.dice, moment, action_plan_id=plan_id, person_id=life.key, evaluated_on=moment.date(),
        evaluated_by=life.referent.name, in_person=life.dice.chance(0.8), outcome=outcome,
        comment=life.voice.say("evaluations", outcome), next_review_on=following,
    )  # fmt: skip
