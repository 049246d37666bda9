"""Bilans, wishes, decisions, plans with their steps and evaluations."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from sqlalchemy import select

from clais.dates import months_after, working_day_on_or_before
from clais.instruments.filling import questionnaire_of
from clais.registry.models import Occupation
from clais.workflow import StateChange
from config.demo.instruments import first_bilan, second_bilan
from tenants.obstacles.actions import change_obstacle
from tenants.obstacles.models import ObstacleChange
from tenants.obstacles.presentation import known_of
from tenants.obstacles.queries import changes_of
from tenants.orientation.actions.bilans import add_wish, decide, make_bilan
from tenants.orientation.actions.plans import (
    NewObjective,
    NewStep,
    evaluate_plan,
    move_step,
    start_plan,
)
from tenants.orientation.actions.signatures import note_signature, sign_on_screen
from tenants.orientation.answers import Answer
from tenants.orientation.asked import Questions
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
from tenants.orientation.queries import bilans, plan_content
from tenants.orientation.rules.signed_text import hash_of
from tenants.orientation.signed import text_to_sign
from tenants.people.models import Person
from tenants.questionnaires.asked import Asked
from tenants.questionnaires.models import InstrumentAnswer, InstrumentFilling
from tenants.sensitive.models import SensitiveFact
from tenants.sensitive.withholding import Why, Writer, kept_instead
from tests.config.demo.played.rows import Row, moment_of
from tests.config.demo.played.world import Act, World


def acts(world: World, person: Row) -> Iterator[Act]:
    """What was done in orientation."""
    rows, whose = world.rows, {"person_id": person["id"]}
    for wished in rows.of(WishedOccupation, **whose):
        moment = datetime.fromtimestamp(moment_of(wished["id"]) / 1000, UTC)
        yield Act(moment, 20 + wished["rank"], partial(_wish, world, person, wished, moment))
    for bilan in rows.of(Bilan, **whose):
        yield Act(bilan["created_at"], 4, partial(_bilan, world, person, bilan))
    for decision in rows.of(OrientationDecision, **whose):
        yield Act(decision["created_at"], 5, partial(_decide, world, person, decision))
    for change in rows.of(ObstacleChange, **whose):
        yield Act(change["created_at"], 8, partial(_learn, world, person, change))
    for plan in rows.of(ActionPlan, **whose):
        yield Act(plan["created_at"], 6, partial(_plan, world, person, plan))
        if plan["signed_on"]:
            yield Act(plan["signature_noted_at"], 7, partial(_sign, world, person, plan))
        for evaluation in rows.of(PlanEvaluation, action_plan_id=plan["id"]):
            yield Act(evaluation["created_at"], 8, partial(_evaluate, world, person, plan, evaluation))
        for step in rows.of(
            PlanStep, objective_id=[row["id"] for row in rows.of(PlanObjective, action_plan_id=plan["id"])]
        ):
            for change in rows.of(StateChange, subject_id=step["id"]):
                yield Act(
                    change["happened_at"], 7,
                    partial(_move_step, world, plan, step, change),
                )  # fmt: skip


def _wish(world: World, person: Row, wished: Row, moment: datetime) -> None:
    referent = world.member(person["referent_id"])
    with world.at_work(referent, moment) as session:
        occupation = session.scalars(
            select(Occupation).where(
                Occupation.scheme == wished["scheme"],
                Occupation.code == wished["code"],
                Occupation.label == wished["label"],
            )
        ).one()
        made = add_wish(
            session, world.here(session, Person, person), occupation, experience_years=wished["experience_years"]
        )
    world.stands_for(wished, made)


def _answer(row: Row) -> Answer:
    if row["sealed"] is None:
        return Answer(row["level"], row["detected_by"], row["note"])
    return Answer(*row["sealed"][1:])


def _bilan(world: World, person: Row, bilan: Row) -> None:
    who = world.called(person["tenant_id"], bilan["made_by"])
    answers = {row["dimension"]: _answer(row) for row in world.rows.of(BilanAnswer, bilan_id=bilan["id"])}
    filling = world.rows.one(InstrumentFilling, id=bilan["filling_id"]) if bilan["filling_id"] else None
    others = {row["item"]: row["value"] for row in world.rows.of(InstrumentAnswer, filling_id=bilan["filling_id"])}
    with world.at_work(who, bilan["created_at"]) as session:
        made = make_bilan(
            session, world.here(session, Person, person), who.actor, answers, world.federation.keyring,
            distance=bilan["distance"], summary=bilan["summary"], questions=_questions(world, filling), others=others,
        )  # fmt: skip
        if filling:
            world.stands_for(filling, session.get_one(InstrumentFilling, (made.tenant_id, made.filling_id)))
    world.stands_for(bilan, made)


def _questions(world: World, filling: Row | None) -> Questions | None:
    """The version that a bilan of the demo was asked on."""
    if filling is None:
        return None
    asked = Asked(
        world.tenant(filling["centre_id"]).id, filling["instrument_id"], "bilan", filling["kind"], filling["name"],
        filling["instrument_version_id"], filling["number"], "published", filling["content_id"],
    )  # fmt: skip
    return Questions(questionnaire_of(first_bilan() if filling["number"] == 1 else second_bilan()), asked)


def _decide(world: World, person: Row, decision: Row) -> None:
    who = world.called(person["tenant_id"], decision["decided_by"])
    with world.at_work(who, decision["created_at"]) as session:
        made = decide(
            session, world.here(session, Person, person), who.actor, direction=decision["direction"],
            goal=decision["goal"], reasons=decision["reasons"],
        )  # fmt: skip
    world.stands_for(decision, made)


def _learn(world: World, person: Row, change: Row) -> None:
    who = world.called(person["tenant_id"], change["noted_by"])
    facts = ("level", "seen_on", "source", "noticed_by", "note", "lifted_how")
    with world.at_work(who, change["created_at"]) as session:
        here = world.here(session, Person, person)
        known = known_of(session, bilans(session, here.id), changes_of(session, here.id)).of(change["dimension"])
        assert known is not None
        made = change_obstacle(session, here, who.actor, read=lambda: known, **{name: change[name] for name in facts})
    world.stands_for(change, made)


def _plan(world: World, person: Row, plan: Row) -> None:
    who = world.member(person["referent_id"])
    rows = world.rows
    objectives = sorted(rows.of(PlanObjective, action_plan_id=plan["id"]), key=lambda row: row["rank"])
    steps = {objective["rank"]: rows.of(PlanStep, objective_id=objective["id"]) for objective in objectives}
    sealed = _sealed(world, person, [one["id"] for one in objectives])
    wanted = [
        NewObjective(
            sealed[one["id"]][1] if one["id"] in sealed else one["text"], one["dimension"],
            tuple(NewStep(step["text"], step["who"], step["due_on"]) for step in steps[one["rank"]]),
            Writer(who.actor, world.federation.keyring, sealed[one["id"]][0]) if one["id"] in sealed else None,
        )
        for one in objectives
    ]  # fmt: skip
    with world.at_work(who, plan["created_at"]) as session:
        here = world.here(session, Person, person)
        # Nobody spread the evaluations of the demo: they are on the last day.
        review = working_day_on_or_before(months_after(plan["started_on"], 3))
        made = start_plan(session, here, who.actor, goal=plan["goal"], objectives=wanted, review_on=review)
        session.flush()
        world.stands_for(plan, made)
        for objective in objectives:
            found = session.scalars(
                select(PlanObjective).where(
                    PlanObjective.action_plan_id == made.id, PlanObjective.rank == objective["rank"]
                )
            ).one()
            world.stands_for(objective, found)
            if (fact := kept_instead(session, here.id, found.id)) is not None:
                world.stands_for(world.rows.one(SensitiveFact, subject_id=objective["id"]), fact)
            for step in steps[objective["rank"]]:
                same = (PlanStep.objective_id == found.id, PlanStep.text == step["text"])
                world.stands_for(step, session.scalars(select(PlanStep).where(*same)).one())


def _sealed(world: World, person: Row, objectives: list[UUID]) -> dict[UUID, tuple[Why, str]]:
    """Why texts of objectives are sealed, and what they say."""
    found = {}
    for fact in world.rows.of(SensitiveFact, person_id=person["id"]):
        if fact["subject_id"] in objectives:
            kind, text, reason, told, not_told = fact["sealed"]
            found[fact["subject_id"]] = (Why(kind, reason, told, not_told, fact["keep_until"]), text)
    return found


def _sign(world: World, person: Row, plan: Row) -> None:
    who, keyring = world.member(person["referent_id"]), world.federation.keyring
    signature = world.rows.one(PlanSignature, action_plan_id=plan["id"])
    with world.at_work(who, plan["signature_noted_at"]) as session:
        found = world.here(session, ActionPlan, plan)
        if plan["signed_manner"] == "screen":
            read = hash_of(text_to_sign(found, plan_content(session, found))).hex()
            made = sign_on_screen(session, found, who.actor, keyring, drawing=signature["sealed"][1], read=read)
        else:
            facts = {"signed_on": plan["signed_on"], "manner": plan["signed_manner"]}
            made = note_signature(session, found, who.actor, keyring, **facts)
    world.stands_for(signature, made)


def _evaluate(world: World, person: Row, plan: Row, evaluation: Row) -> None:
    who = world.called(person["tenant_id"], evaluation["evaluated_by"])
    with world.at_work(who, evaluation["created_at"]) as session:
        made = evaluate_plan(
            session, world.here(session, ActionPlan, plan), who.actor, outcome=evaluation["outcome"],
            in_person=evaluation["in_person"], comment=evaluation["comment"],
            next_review_on=evaluation["next_review_on"],
        )  # fmt: skip
    world.stands_for(evaluation, made)


def _move_step(world: World, plan: Row, step: Row, change: Row) -> None:
    who = world.member(change["membership_id"])
    with world.at_work(who, change["happened_at"]) as session:
        here, found = world.here(session, ActionPlan, plan), world.here(session, PlanStep, step)
        move_step(session, here, found, change["transition"], who.actor)
