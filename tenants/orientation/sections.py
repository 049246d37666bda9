"""The sections on the file of a person: plan, orientation, movement between bilans, wished occupations."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession, new_id
from clais.dates import day_of
from clais.forms.form import Form
from clais.services import services
from clais.translation import gettext as _
from clais.web.formatting import beside_row_day, row_day, short_day
from clais.workflow import Transition
from tenants.file.queries import newest
from tenants.orientation import queries
from tenants.orientation.answered import answered_on_file
from tenants.orientation.asked import Questions, compared, questions_then
from tenants.orientation.choices import DIRECTIONS, MOST_WISHES, OUTCOMES, SIGNED_MANNERS, WHO
from tenants.orientation.models import ActionPlan, PlanStep
from tenants.orientation.rules.dimensions import ARTICLES, DISTANCES, position
from tenants.orientation.rules.movement import Move, moves, not_looked_at, unreadable
from tenants.orientation.rules.signed_text import hash_of
from tenants.orientation.schemas import AddedObjectiveSchema, StepSchema, WishSchema
from tenants.orientation.signed import text_since_signature
from tenants.orientation.workflow import STEP, WRITE
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES
from tenants.sensitive.forms import blank_why

OBJECTIVE_PREFIX = "objective-"
SOON_DAYS = 14
PLAN_ON_FILE = "open plan"


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of the plan as a row: the label of its state, and its buttons."""

    step: PlanStep
    tag: str
    kind: str
    who: str

    @property
    def is_open(self) -> bool:
        return self.step.state == "to_do"

    @property
    def buttons(self) -> dict[str, Transition]:
        """Name of the transition → its button, for members who may write the plan."""
        return STEP.buttons(self.step, (WRITE,))


def step_line(step: PlanStep, day: date | None) -> StepLine:
    """The row of a step on `day`; without one, as in a closed file, nothing is late or near."""
    tag, kind = _("to do"), ""
    if step.state == "done":
        tag, kind = _("done"), "done"
    elif step.state == "dropped":
        tag = _("dropped")
    elif day is None or step.due_on is None:
        pass
    elif step.due_on < day:
        tag, kind = _("overdue"), "late"
    elif (step.due_on - day).days <= SOON_DAYS:
        tag, kind = _("soon"), "wait"
    return StepLine(step, tag, kind, _(WHO[step.who]))


def progress_of(content: queries.PlanContent) -> tuple[int, int]:
    """The number of done steps, and of all that were not dropped."""
    counted = [step for _objective, steps in content for step in steps if step.state != "dropped"]
    return sum(step.state == "done" for step in counted), len(counted)


def plan_parts(session: ScopedSession, plan: ActionPlan) -> dict[str, Any]:
    """The template variables of a plan: objectives, lines, progress, and whether its review is late or near."""
    return _parts(plan, queries.plan_content(session, plan))


def _parts(plan: ActionPlan, content: queries.PlanContent, *, is_followed: bool = True) -> dict[str, Any]:
    day = today()
    due = day if is_followed else None
    done, total = progress_of(content)
    added = [step for _objective, steps in content for step in steps if _added_after(step, plan)]
    return {
        "plan": plan,
        "objectives": [(objective, [step_line(step, due) for step in steps]) for objective, steps in content],
        "lines": sorted(
            (step_line(step, due) for _objective, steps in content for step in steps),
            key=lambda line: (not line.is_open, line.step.due_on or date.max),
        ),
        "done": done,
        "total": total,
        "review_late": plan.state == "open" and plan.review_on < day,
        "review_soon": plan.state == "open" and 0 <= (plan.review_on - day).days <= SOON_DAYS,
        "added_since_signature": len(added),
        "changed_since_signature": bool(added) or _changed_after(plan, content),
        "manners": SIGNED_MANNERS,
        "is_followed": is_followed,
        "outcomes": OUTCOMES,
    }


def _added_after(step: PlanStep, plan: ActionPlan) -> bool:
    if plan.signed_on is None or step.state == "dropped":
        return False
    noted = plan.signature_noted_at
    return day_of(step.created_at) > plan.signed_on or (noted is not None and step.created_at > noted)


def _changed_after(plan: ActionPlan, content: queries.PlanContent) -> bool:
    """Whether a signed plan says something else than what was signed, as far as that is fixed."""
    if plan.signed_on is None or plan.signed_hash is None:
        return False
    return hash_of(text_since_signature(plan, content)) != plan.signed_hash


def plan_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any] | None:
    """The open plan; None without one."""
    found = session.read_once(PLAN_ON_FILE, lambda: queries.open_plan(session, person.id))
    if found is None:
        return None
    return _parts(*found, is_followed=person.stage in OPEN_STAGES) | {"may_write": _may_write(person, actor)}


def step_forms(parts: Mapping[str, Any] | None) -> dict[UUID | str, Form]:
    """A blank form per objective that adds a step to it, and one that adds an objective."""
    if parts is None:
        return {}
    blank: dict[UUID | str, Form] = {"new_objective": Form(AddedObjectiveSchema, blank_why(), prefix=OBJECTIVE_PREFIX)}
    for objective, _steps in parts["objectives"]:
        blank[objective.id] = Form(StepSchema, prefix=step_prefix(objective.id))
    return blank


def step_prefix(key: UUID) -> str:
    """The prefix of the field names of a form, because one page has several of them."""
    return f"s{key.hex}-"


def draft_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any] | None:
    """The bilan that is under way; None without one."""
    draft = next(iter(newest(session, person.id, actor)["bilan_drafts"]), None)
    return {"draft": draft, "first_on": draft.begun_on, "may_write": _may_write(person, actor)} if draft else None


def review_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any] | None:
    """The evaluation of the open plan, as a row of what comes next; None without a plan, or in a closed file."""
    parts = plan_on_file(session, person, actor) if person.stage in OPEN_STAGES else None
    if parts is None:
        return None
    review: date = parts["plan"].review_on
    return {**parts, "first_on": review, "when": row_day(review), "distance": beside_row_day(review)}


def way_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any] | None:
    """The state of the orientation as long as there is no plan: it is what is to be done next. None in a closed file
    that has neither bilan nor orientation: nothing is to be done there.
    """
    content = orientation_on_file(session, person, actor)
    is_over = person.stage not in OPEN_STAGES and not (content["bilan"] or content["decision"])
    return None if content["has_plan"] or is_over else content


def decided_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any] | None:
    """The orientation once there is a plan: it is a part of the path."""
    content = orientation_on_file(session, person, actor)
    return content if content["has_plan"] else None


def orientation_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any]:
    """The state of the orientation and its next step: bilan, decision, plan."""
    happened = newest(session, person.id, actor)
    found = happened["decisions"]
    decision = next(iter(found), None)
    bilan = next(iter(happened["bilans"]), None)
    plan = session.read_once(PLAN_ON_FILE, lambda: queries.open_plan(session, person.id))
    return {
        "bilan": bilan,
        "decision": decision,
        "earlier": found[1:],
        "directions": DIRECTIONS,
        "distances": DISTANCES,
        "newer_bilan": bool(
            decision and bilan and decision.bilan_id != bilan.id and bilan.made_on >= decision.decided_on
        ),
        "has_plan": plan is not None,
        "is_open": person.stage in OPEN_STAGES,
        "may_write": _may_write(person, actor),
    }


def movement_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any] | None:
    """The last two bilans side by side, or the only one; None before the first."""
    bilans = newest(session, person.id, actor)["bilans"]
    last = bilans[:2]
    if not last:
        return None
    every = answered_on_file(session, bilans, services().keyring)
    now, before = last[0], last[1] if len(last) > 1 else None
    answers, earlier = every[now.id].answers, every[before.id].answers if before else {}
    asked = questions_then(session, every[now.id].content_id, every[now.id].layer_id)
    then = questions_then(session, every[before.id].content_id, every[before.id].layer_id) if before else asked
    found = moves(earlier, answers, compared(then, asked))
    # What is no obstacle and did not change becomes one sentence; the others are drawn.
    sentence = [move for move in found if move.now >= 0 and (before is None or move.kind == "same")]
    drawn = [move for move in found if move not in sentence]
    return {
        "now": now,
        "before": before,
        "title": _title(now.made_on, before.made_on if before else None),
        "lines": [_line(move, Questions(asked), Questions(then), alone=before is None) for move in drawn],
        "strengths": [_(move.dimension.label) for move in sentence if move.now > 0],
        "neutral": [_(move.dimension.label) for move in sentence if move.now == 0],
        "unreadable": [_(dimension.label) for dimension in unreadable(answers)],
        "left_out": [_(dimension.label) for dimension in not_looked_at(earlier, answers)],
        "apart": [_(move.dimension.label) for move in found if move.kind == "apart"],
        "reworded": [_(move.dimension.label) for move in found if move.is_reworded],
        "distance": _distance(now.distance, before.distance if before else None),
        "summary": now.summary,
    }


def _title(now: date, before: date | None) -> str:
    if before is None:
        return _("bilan of %(day)s", day=short_day(now))
    return _("bilans of %(before)s and %(now)s", before=short_day(before), now=short_day(now))


def _line(move: Move, asked: Questions, then: Questions, *, alone: bool) -> dict[str, Any]:
    code, apart = move.dimension.code, move.kind == "apart"
    level = asked.words(code, move.now)
    labels = {
        "better": _("settled") if move.is_settled and move.now == 0 else _("better: %(level)s", level=level),
        "worse": _("less good: %(level)s", level=level),
        "same": _("the same: %(level)s", level=level),
        "new": level if alone else _("new: %(level)s", level=level),
        # The question or its scale is another one: what it was then is said, and no movement is drawn.
        "apart": level,
    }
    return {
        "label": _(move.dimension.label),
        "before": None if move.before is None or apart else position(move.before),
        "now": position(move.now),
        "text": labels[move.kind],
        "was": None if move.before is None or move.kind == "same" else then.words(code, move.before),
        "article": ARTICLES.get(move.dimension.code),
    }


def _distance(now: int | None, before: int | None) -> dict[str, Any] | None:
    """The distance to employment on the same kind of line; near is at the right."""
    if now is None:
        return None
    return {
        "before": None if before is None else (5 - before) * 25,
        "now": (5 - now) * 25,
        "text": _(DISTANCES[now]),
    }


def wishes_on_file(session: ScopedSession, person: Person, actor: Actor, form: Form | None = None) -> Mapping[str, Any]:
    """The wished occupations, and the form that adds one below the limit."""
    wished = queries.wished_occupations(session, person.id)
    return {
        "person": person,
        "wished": wished,
        "form": form or Form(WishSchema, prefix="wish-"),
        "has_room": len(wished) < MOST_WISHES,
        "may_write": _may_write(person, actor),
        "submission": str(new_id()),
    }


def _may_write(person: Person, actor: Actor) -> bool:
    return actor.may(WRITE) and person.stage in OPEN_STAGES
