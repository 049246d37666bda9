from clais.feature import Feature
from clais.feature.day import DaySource
from clais.feature.file import Act, Section, ThreadSource
from clais.feature.handling import Clock, Settlement
from clais.feature.merging import PersonRows
from clais.feature.sealed import SealedText
from clais.translation import N_
from tenants.orientation import clock, day, sections, settlement, thread
from tenants.orientation.actions import copies
from tenants.orientation.actions.wording import DECIDED, GOAL, OBJECTIVE
from tenants.orientation.columns import OBSTACLES, PLAN_REVIEW
from tenants.orientation.gaps import GAPS
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
from tenants.orientation.trail import TRAIL
from tenants.orientation.views import bilan, decision, drafts, plan, shown, signature, steps
from tenants.orientation.workflow import PLAN, STEP

READ, WRITE = "orientation.read", "orientation.write"
PATH = "path"
FROM_INTAKE = frozenset({"in_intake", "in_orientation", "in_follow_up"})

FEATURE = Feature(
    name="orientation",
    package=__package__,
    trail=TRAIL,
    pages=(bilan.pages, drafts.pages, shown.pages, decision.pages, plan.pages, signature.pages, steps.pages),
    person_rows=(
        PersonRows(
            table=Bilan,
            label=N_("Bilans"),
            permission="orientation.read",
            hangs_on=("filling_id", "instrument_filling"),
        ),
        PersonRows(table=WishedOccupation, label=N_("Wished occupations"), permission="orientation.read", single=()),
        PersonRows(
            table=OrientationDecision,
            label=N_("Orientations"),
            permission="orientation.read",
            hangs_on=("bilan_id", "bilan"),
        ),
        PersonRows(
            table=ActionPlan, label=N_("Action plans"), permission="orientation.read", single=(), single_in="open"
        ),
        PersonRows(table=PlanSignature, hangs_on=("action_plan_id", "action_plan")),
        PersonRows(table=PlanEvaluation, hangs_on=("action_plan_id", "action_plan")),
        PersonRows(
            table=PlanStep,
            label=N_("Steps of plans"),
            permission="orientation.read",
            hangs_on=("objective_id", "plan_objective", "action_plan_id", "action_plan"),
        ),
    ),
    tables=(
        Bilan,
        BilanAnswer,
        WishedOccupation,
        OrientationDecision,
        ActionPlan,
        PlanSignature,
        PlanEvaluation,
        PlanObjective,
        PlanStep,
    ),
    workflows=(PLAN, STEP),
    sealed_texts=(
        SealedText(DECIDED, copies.erase_of_decisions),
        SealedText(GOAL, copies.erase_of_plans),
        SealedText(OBJECTIVE, copies.erase_of_objectives),
    ),
    person_columns=(PLAN_REVIEW, OBSTACLES),
    gaps=GAPS,
    sections=(
        Section("bilan_draft", 10, "next", READ, "orientation/_bilan_draft.html", sections.draft_on_file),
        Section("review", 20, "next", READ, "orientation/_review.html", sections.review_on_file),
        Section("way", 15, "main", READ, "orientation/_orientation.html", sections.way_on_file),
        Section("plan", 20, "main", READ, "orientation/_plan.html", sections.plan_on_file),
        Section("movement", 40, "main", READ, "orientation/_movement.html", sections.movement_on_file),
        Section("orientation", 30, "main", READ, "orientation/_orientation.html", sections.decided_on_file, PATH),
        Section("wishes", 40, "aside", READ, "orientation/_wishes.html", sections.wishes_on_file, PATH),
    ),
    acts=(
        Act(N_("Make a bilan"), "orientation.new_bilan", WRITE, 30, FROM_INTAKE, primary_in=frozenset({"in_intake"})),
    ),
    thread=(
        ThreadSource("bilans", READ, thread.BILANS, thread.bilan_entry),
        ThreadSource("bilan_drafts", READ, thread.DRAFTS, thread.draft_entry),
        ThreadSource("decisions", READ, thread.DECISIONS, thread.decision_entry),
        ThreadSource("plans", READ, thread.PLANS, thread.plan_entries),
        ThreadSource("evaluations", READ, thread.EVALUATIONS, thread.evaluation_entry),
    ),
    day=(
        DaySource("steps", WRITE, day.late_steps),
        DaySource("reviews", WRITE, day.reviews),
        DaySource("bilan_drafts", WRITE, day.bilans_under_way),
    ),
    clocks=(Clock("plan", WRITE, clock.review_of_plan, clock.put_review_off),),
    settlements=(
        Settlement("steps", WRITE, settlement.CHOICES, settlement.open_steps, settlement.settle),
        Settlement("bilan", WRITE, settlement.BILAN_CHOICES, settlement.bilan_under_way, settlement.settle_bilan),
        Settlement("plan", WRITE, settlement.PLAN_CHOICES, settlement.plan_under_way, settlement.settle_plan),
    ),
)
