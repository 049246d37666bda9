"""Orientation: bilans that show movement, wished occupations, a decision, a plan with its steps and evaluations."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from clais import reference_data
from clais.dates import months_after, working_day_on_or_before
from clais.instruments.rules.dimensions import SENSITIVE
from config.demo import advice, sealed_texts
from config.demo.engine.dice import Dice
from config.demo.engine.history import History, Situation
from config.demo.engine.ledger import ToSeal
from config.demo.engine.texts import read
from config.demo.signatures import drawn
from config.settings import REFERENCE
from tenants.orientation.answers import Answer, sealed_facts
from tenants.orientation.models import (
    ActionPlan,
    Bilan,
    BilanAnswer,
    OrientationDecision,
    PlanEvaluation,
    PlanObjective,
    PlanSignature,
    PlanStep,
    WishedOccupation,
)
from tenants.orientation.rules.dimensions import DIMENSIONS
from tenants.orientation.rules.signed_text import SignedStep, hash_of, text_of
from tenants.orientation.workflow import PLAN, STEP
from tenants.plan_templates.rules.filling import by_objective, rows_of
from tenants.questionnaires.models import InstrumentAnswer, InstrumentFilling
from tenants.questionnaires.workflow import FILLING

LEVEL_WEIGHTS = {"-3": 5, "-2": 17, "-1": 24, "0": 22, "1": 22, "2": 10}
DIRECTION_WEIGHTS = {
    "training": 24, "work_now": 20, "confirmation_placement": 16, "determine_project": 13, "social_step": 12,
    "alternating_training": 8, "other_service": 4, "other": 1,
}  # fmt: skip
WHO_WEIGHTS = {"person": 62, "agent": 26, "partner": 12}
_BETTER, _WORSE, _MOST_BILANS, _FROM_TEMPLATE = 0.3, 0.08, 4, 0.6


class _Objective(NamedTuple):
    """An objective of a plan, and its steps: rows of {step}, with who and due_on where a template says them."""

    text: str
    dimension: str
    rows: Sequence[Mapping[str, Any]]


@cache
def _occupations() -> dict[str, str]:
    return {occupation.code: occupation.label for occupation in reference_data.occupations(REFERENCE)}


def wish(history: History, moment: datetime) -> None:
    """The occupations that the person wishes, first choice first."""
    for rank, code in enumerate(history.project["occupations"], start=1):
        label = _occupations()[code]
        history.wishes.append((code, label))
        history.desk.ledger.add(
            WishedOccupation, history.dice, moment, person_id=history.key, rank=rank,
            scheme=reference_data.OCCUPATION_SCHEME, scheme_version=reference_data.OCCUPATION_VERSION,
            code=code, label=label, experience_years=history.dice.choice((None, 0, 1, 2, 5, 9)),
        )  # fmt: skip


def bilans(history: History, first: date) -> UUID:
    """One bilan when the orientation begins, others some months apart; gives the key of the first."""
    day = first
    keys: list[UUID] = []
    while day <= history.ends_on and len(keys) < _MOST_BILANS:
        keys.append(_bilan(history, history.moment_on(day), first=not keys))
        day = working_day_on_or_before(day + timedelta(days=history.dice.randint(95, 200)))
    return keys[0]


def _bilan(history: History, moment: datetime, *, first: bool) -> UUID:
    dice = history.dice
    looked_at = dice.some(DIMENSIONS, 12, 9 if first else 7)
    levels = dict(history.situations[-1].levels) if history.situations else {}
    for dimension in looked_at:
        level = levels.get(dimension.code)
        chance = dice.random()
        moved = (chance < _BETTER) - (chance > 1 - _WORSE)
        levels[dimension.code] = int(dice.pick(LEVEL_WEIGHTS)) if level is None else max(-3, min(2, level + moved))
    distance = max(1, min(5, 3 + sum(-level for level in levels.values()) // 4))
    history.situations.append(Situation(moment, levels, distance))
    key = history.desk.ledger.add(
        Bilan, dice, moment, person_id=history.key, made_on=moment.date(), made_by=history.referent.name,
        filling_id=_asked(history, moment), distance=distance,
        summary=history.voice.say("bilans", "summaries") if dice.chance(0.75) else None,
    )  # fmt: skip
    for dimension in looked_at:
        level = levels[dimension.code]
        note = None
        if level and dice.chance(0.45):
            note = history.voice.say("bilans", "obstacle" if level < 0 else "strength", dimension.code)
        detected_by = dice.pick({"person": 55, "agent": 38, "partner": 7}) if level < 0 else None
        history.desk.ledger.add(
            BilanAnswer, dice, moment, bilan_id=key, dimension=dimension.code,
            **{"sealed": ToSeal(sealed_facts(dimension.code, Answer(level, detected_by, note)))}
            if dimension.code in SENSITIVE
            else {"level": level, "detected_by": detected_by, "note": note},
        )  # fmt: skip
    history.desk.record(
        dice, moment, history.referent, "bilan.create", "bilan", key, person_id=history.key,
        details={"dimensions": sorted(dimension.code for dimension in looked_at)},
    )  # fmt: skip
    return key


def _asked(history: History, moment: datetime) -> UUID | None:
    """The filling that says what was asked, with dice of its own; None before the platform adopted a version."""
    day, who = moment.date(), history.referent
    asked = next((one for one in reversed(history.desk.bilans_asked) if one.since <= day), None)
    if asked is None:
        return None
    dice = Dice(f"{history.key}/{day}/asked")
    key = dice.key(moment)
    state = history.desk.step(dice, moment, who, FILLING, "instrument_filling", key, "finish", FILLING.initial)
    history.desk.ledger.add(
        InstrumentFilling, dice, moment, id=key, person_id=history.key, centre_id=asked.centre,
        instrument_id=asked.instrument, instrument_version_id=asked.version, content_id=asked.content,
        number=asked.number, kind="bilan", name="Bilan", state=state, begun_on=day, begun_by=who.name, finished_on=day,
    )  # fmt: skip
    if asked.number > 1 and dice.chance(0.8):
        children = dice.pick({"0": 45, "1": 22, "2": 20, "3": 13})
        said = {"enfants": children}
        if children != "0" and dice.chance(0.7):
            said["depannage"] = dice.choice(read("sentences")["bilans"]["childminders"])
        for item, answer in said.items():
            history.desk.ledger.add(
                InstrumentAnswer, dice, moment, filling_id=key, item=item, value=answer, given_by=who.name
            )
    return key


def decide(history: History, moment: datetime, bilan_id: UUID) -> None:
    """The orientation decision: direction, goal, reasons."""
    direction = "self_employment" if "business" in history.project["schemes"] else history.dice.pick(DIRECTION_WEIGHTS)
    history.goal = history.project["goal"]
    key = history.desk.ledger.add(
        OrientationDecision, history.dice, moment, person_id=history.key, bilan_id=bilan_id, decided_on=moment.date(),
        decided_by=history.referent.name, direction=direction, goal=history.goal,
        reasons=history.voice.say("reasons", direction),
    )  # fmt: skip
    history.desk.record(
        history.dice, moment, history.referent, "orientation.decide", "orientation_decision", key,
        person_id=history.key, details={"direction": direction},
    )  # fmt: skip
    advice.ask(history, key, moment)


def plan(history: History, moment: datetime, *, overdue: int = 1, late_review: bool = False) -> None:
    """An action plan signed that day, evaluated every three months. `overdue` steps at most are left behind."""
    dice, ledger = history.dice, history.desk.ledger
    started = moment.date()
    key = dice.key(moment)
    review = _evaluations(history, key, started, late=late_review)
    state, signed = PLAN.initial, dice.chance(0.85)
    closing = None
    if not history.is_open:
        closing = history.moment_on(history.ends_on)
        reason = "reached" if history.timeline.steps[-1].reason in {"job", "training"} else "stopped"
        _evaluation(history, key, closing, reason, None)
        state = history.desk.step(dice, closing, history.referent, PLAN, "action_plan", key, "close", state, reason)
    manner = dice.choice(("paper", "paper", "screen")) if signed else None
    objectives = []
    for rank, chosen in enumerate(_objectives(history, moment), start=1):
        objective = ledger.add(
            PlanObjective, dice, moment, action_plan_id=key, rank=rank, text=chosen.text, dimension=chosen.dimension
        )
        agreed = []
        for row in chosen.rows:
            step, late = _step(history, moment, objective, row, may_be_overdue=overdue > 0, closing=closing)
            overdue -= late
            agreed.append(step)
        objectives.append((chosen.text, agreed))
    if (sealed := sealed_texts.objective(history, key, moment, len(objectives) + 1)) is not None:
        objectives.append((sealed, []))
    ledger.add(
        ActionPlan, dice, moment, id=key, person_id=history.key, goal=history.goal, started_on=started,
        review_on=review, signed_on=started if signed else None, signature_noted_at=moment if signed else None,
        signed_manner=manner, state=state,
        signed_hash=_sign(history, key, moment, manner, text_of(history.goal or "", objectives)) if manner else None,
    )  # fmt: skip
    history.desk.record(
        dice, moment, history.referent, "plan.create", "action_plan", key, person_id=history.key,
        details={"objectives": len(objectives)},
    )  # fmt: skip


def _objectives(history: History, moment: datetime) -> list[_Objective]:
    """As the page proposes them: what is sealed in the bilan is not written out in the plan. Some of what hinders is
    met with a template of the platform.
    """
    dice = history.dice
    found = history.situation_at(moment)
    levels = found.levels if found else {}
    hindering = sorted((code for code in levels if levels[code] < 0 and code not in SENSITIVE), key=levels.__getitem__)
    chosen = [_Objective(history.goal or "", "training", [{"step": text} for text in history.project["steps"]])]
    with_template = Dice(f"{history.key}/template")
    for code in hindering[: dice.randint(1, 2)]:
        text, steps = history.voice.say("objectives", code), dice.some(read("sentences")["steps"][code], 2, 1)
        template = next((one for one in read("plan_templates")["templates"] if one["dimension"] == code), None)
        if template is None or not with_template.chance(_FROM_TEMPLATE):
            chosen.append(_Objective(text, code, [{"step": step} for step in steps]))
            continue
        rows = rows_of(template["steps"], code, moment.date())
        chosen += [_Objective(text, code, found) for text, found in by_objective(rows, "text")]
    return chosen


def _sign(history: History, plan_id: UUID, moment: datetime, manner: str, text: str) -> bytes:
    """What was signed, with dice of its own; gives the hash of the text."""
    dice = Dice(f"{plan_id}/signature")
    history.desk.ledger.add(
        PlanSignature, dice, moment, person_id=history.key, action_plan_id=plan_id, signed_on=moment.date(),
        manner=manner, text_hash=hash_of(text), noted_by=history.referent.name,
        sealed=ToSeal([text, drawn(dice) if manner == "screen" else None]),
    )  # fmt: skip
    return hash_of(text)


def _step(
    history: History,
    planned: datetime,
    objective: UUID,
    row: Mapping[str, Any],
    *,
    may_be_overdue: bool,
    closing: datetime | None,
) -> tuple[SignedStep, bool]:
    """One step as it was agreed, and whether it was left behind. Someone gone has none to do any more."""
    dice, desk = history.dice, history.desk
    longest = max(20, min(170, (desk.today - planned.date()).days + 60))
    due = working_day_on_or_before(planned.date() + timedelta(days=dice.randint(12, longest)))
    due = row.get("due_on", due)
    state, done_on, late = STEP.initial, None, False
    key, moved = dice.key(planned), planned
    if due <= history.ends_on or not history.is_open:
        late = history.is_open and may_be_overdue and dice.chance(0.25)
        if not late:
            done = working_day_on_or_before(min(due - timedelta(days=dice.randint(0, 9)), history.ends_on))
            moment = history.moment_on(max(done, planned.date())) + timedelta(minutes=1)
            moment = max(moment, planned + timedelta(minutes=5))  # Some steps of templates are done on the same day.
            # A plan that is closed moves no step.
            moment = min(moment, closing - timedelta(minutes=5)) if closing else moment
            name = "finish" if dice.chance(0.87) and due <= history.ends_on else "drop"
            state = desk.step(dice, moment, history.referent, STEP, "plan_step", key, name, state)
            done_on, moved = moment.date() if state == "done" else None, moment
    who = row.get("who") or dice.pick(WHO_WEIGHTS)
    desk.ledger.add(
        PlanStep, dice, planned, id=key, objective_id=objective, person_id=history.key, text=row["step"], who=who,
        due_on=due, state=state, done_on=done_on, updated_at=moved,
    )  # fmt: skip
    return SignedStep(row["step"], who, due), late


def _evaluations(history: History, plan_id: UUID, started: date, *, late: bool) -> date:
    """The evaluations made so far; gives the day of the next one."""
    review = working_day_on_or_before(months_after(started, 3))
    while review <= (history.ends_on if history.is_open else history.ends_on - timedelta(days=1)):
        if late and months_after(review, 1) > history.desk.today:
            break
        day = working_day_on_or_before(review)
        following = working_day_on_or_before(months_after(day, 3))
        outcome = "adapt" if history.dice.chance(0.3) else "continue"
        _evaluation(history, plan_id, history.moment_on(day), outcome, following)
        review = following
    return review


def _evaluation(history: History, plan_id: UUID, moment: datetime, outcome: str, following: date | None) -> None:
    history.desk.ledger.add(
        PlanEvaluation, history.dice, moment, action_plan_id=plan_id, person_id=history.key, evaluated_on=moment.date(),
        evaluated_by=history.referent.name, in_person=history.dice.chance(0.8), outcome=outcome,
        comment=history.voice.say("evaluations", outcome), next_review_on=following,
    )  # fmt: skip
