"""What was signed of a plan is fixed; a plan that changes afterwards says that it is to be signed again."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from clais.clock import today
from clais.workflow import Refused
from tenants.orientation import queries
from tenants.orientation.actions import plans, signatures
from tenants.orientation.actions.plans import NewObjective, NewStep
from tenants.orientation.models import ActionPlan, PlanSignature, PlanStep
from tenants.orientation.rules.signed_text import HEIGHT, WIDTH, SignedStep, hash_of, is_drawn, strokes, text_of
from tenants.orientation.signed import text_to_sign
from tenants.people.models import Person
from tests.support.federation import Federation, Member
from tests.support.printing import printed, words_of
from tests.tenants.agenda.days import a_file

DRAWN = "10,10 20,30 30,10 40,30 50,10 60,30;70,10 80,30 90,10"
WORDS = st.text(st.characters(categories=["L", "N", "Zs"]), min_size=1, max_size=30)
STEPS = st.lists(st.builds(SignedStep, WORDS, st.sampled_from(["person", "agent"]), st.none() | st.dates()), max_size=4)
AGAIN = "à signer à nouveau"


def a_plan(member: Member, person: Person) -> ActionPlan:
    with member.at_work() as session:
        file = session.get_one(Person, (person.tenant_id, person.id))
        steps = (NewStep("Refaire le CV", due_on=today() + timedelta(days=20)), NewStep("Appeler le CPAS", "agent"))
        return plans.start_plan(
            session, file, member.actor, goal="Aide ménagère", objectives=[NewObjective("Postuler", steps=steps)]
        )


def signed(member: Member, plan: ActionPlan, drawing: str = DRAWN) -> None:
    with member.at_work() as session:
        found = session.get_one(ActionPlan, (plan.tenant_id, plan.id))
        read = hash_of(text_to_sign(found, queries.plan_content(session, found))).hex()
        keyring = member.federation.keyring
        signatures.sign_on_screen(session, found, member.actor, keyring, drawing=drawing, read=read)


def page_of(member: Member, plan: ActionPlan) -> str:
    return unescape(member.browser().get(f"/personnes/{plan.person_id}/plan").get_data(as_text=True))


def version_in(page: TestResponse) -> str:
    found = re.search(r'name="_version" value="([^"]+)"', page.get_data(as_text=True))
    assert found is not None
    return found[1]


@given(WORDS, st.lists(st.tuples(WORDS, STEPS), max_size=3), WORDS)
def test_another_text_has_another_hash_and_the_order_of_steps_makes_none(
    goal: str, objectives: list[tuple[str, list[SignedStep]]], more: str
) -> None:
    text = text_of(goal, objectives)
    turned = [(objective, steps[::-1]) for objective, steps in objectives]
    assert hash_of(text_of(goal, turned)) == hash_of(text)
    added = [*objectives, (more, [SignedStep(more, "agent", date(2026, 1, 5))])]
    assert hash_of(text_of(goal, added)) != hash_of(text)


@pytest.mark.parametrize(
    "drawing",
    ["", "10,10", DRAWN + ";", "a", DRAWN.replace("10,10", "10,999", 1), f"{WIDTH + 1},{HEIGHT} " * 9, "<svg/>"],
)
def test_a_dot_and_what_is_no_drawing_are_no_signature(drawing: str) -> None:
    assert not is_drawn(drawing)
    assert is_drawn(DRAWN)
    assert len(strokes(DRAWN)) == 2


def test_the_person_signs_below_what_they_read(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    plan = a_plan(agent, person)
    browser, path = agent.browser(), f"/personnes/{person.id}/plan/signature/ecran"
    page = browser.get(path)
    assert "Refaire le CV" in page.get_data(as_text=True)
    sent = {"drawing": DRAWN, "_version": version_in(page)}
    browser.post(path, sent | {"drawing": "1,1"}, status=422)
    browser.post(path, sent, status=303)
    shown = page_of(agent, plan)
    assert "à l'écran" in shown.lower()
    assert '<polyline points="70,10 80,30 90,10">' in shown
    assert "– Appeler le CPAS (L'agent)" in shown
    assert AGAIN not in shown
    with agent.at_work() as session:
        (row,) = session.query(PlanSignature).filter_by(action_plan_id=plan.id)
        assert (row.signed_on, row.manner, row.noted_by) == (today(), "screen", agent.membership.display_name)
        assert b"CV" not in row.sealed


def test_what_changed_while_the_person_read_is_not_signed(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    plan = a_plan(agent, person)
    browser, path = agent.browser(), f"/personnes/{person.id}/plan/signature/ecran"
    sent = {"drawing": DRAWN, "_version": version_in(browser.get(path))}
    with agent.at_work() as session:
        found = session.get_one(ActionPlan, (plan.tenant_id, plan.id))
        plans.add_objective(session, found, NewObjective("Parler français"))
    browser.post(path, sent, status=409)
    with agent.at_work() as session:
        assert session.query(PlanSignature).filter_by(action_plan_id=plan.id).count() == 0
        assert session.get_one(ActionPlan, (plan.tenant_id, plan.id)).signed_on is None
        found = session.get_one(ActionPlan, (plan.tenant_id, plan.id))
        keyring = federation.keyring
        with pytest.raises(Refused, match="other_text"):
            signatures.sign_on_screen(session, found, agent.actor, keyring, drawing=DRAWN, read="0" * 64)
        session.rollback()


def test_one_click_more_is_not_one_signature_more(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    plan = a_plan(agent, person)
    browser, path = agent.browser(), f"/personnes/{person.id}/plan/signature/ecran"
    sent = {"drawing": DRAWN, "_version": version_in(browser.get(path))}
    for _click in range(2):
        browser.post(path, sent, status=303)
    with agent.at_work() as session:
        assert session.query(PlanSignature).filter_by(action_plan_id=plan.id).count() == 1


def test_a_step_added_by_mistake_and_dropped_again_leaves_the_signature_standing(federation: Federation) -> None:
    agent = federation.agent()
    plan = a_plan(agent, a_file(agent))
    signed(agent, plan)
    with agent.at_work() as session:
        found = session.get_one(ActionPlan, (plan.tenant_id, plan.id))
        (objective, _steps), *_others = queries.plan_content(session, found)
        added = plans.add_step(session, found, objective, NewStep("Téléphoner"))
    assert AGAIN in page_of(agent, plan)
    with agent.at_work() as session:
        found = session.get_one(ActionPlan, (plan.tenant_id, plan.id))
        step = session.get_one(PlanStep, (plan.tenant_id, added.id))
        plans.move_step(session, found, step, "drop", agent.actor)
    assert AGAIN not in page_of(agent, plan)


@pytest.mark.parametrize("act", ["change", "add", "objective", "due"])
def test_a_change_afterwards_makes_it_unsigned_in_words_and_the_signed_text_stays(
    federation: Federation, act: str
) -> None:
    agent = federation.agent()
    plan = a_plan(agent, a_file(agent))
    signed(agent, plan)
    with agent.at_work() as session:
        found = session.get_one(ActionPlan, (plan.tenant_id, plan.id))
        (objective, steps), *_others = queries.plan_content(session, found)
        step = next(one for one in steps if one.who == "person")
        acts: dict[str, Callable[[], object]] = {
            "change": lambda: plans.change_step(session, found, step, NewStep("Refaire la lettre", due_on=step.due_on)),
            "add": lambda: plans.add_step(session, found, objective, NewStep("Téléphoner")),
            "objective": lambda: plans.change_objective(session, found, objective, text="Chercher"),
            "due": lambda: plans.change_step(session, found, step, NewStep(step.text, due_on=today())),
        }
        acts[act]()
    shown = page_of(agent, plan)
    assert AGAIN in shown
    assert "le plan a changé depuis" in shown
    assert "Refaire le CV (La personne" in shown
    assert AGAIN in page_of(agent, plan)
    file = unescape(agent.browser().get(f"/personnes/{plan.person_id}").get_data(as_text=True))
    assert AGAIN in file


def test_what_is_done_dropped_or_evaluated_is_no_change_of_what_was_signed(federation: Federation) -> None:
    agent = federation.agent()
    plan = a_plan(agent, a_file(agent))
    signed(agent, plan)
    with agent.at_work() as session:
        found = session.get_one(ActionPlan, (plan.tenant_id, plan.id))
        first, second = (step for _objective, steps in queries.plan_content(session, found) for step in steps)
        plans.move_step(session, found, first, "finish", agent.actor)
        plans.move_step(session, found, second, "drop", agent.actor)
        plans.evaluate_plan(session, found, agent.actor, outcome="continue", in_person=True)
    assert AGAIN not in page_of(agent, plan)
    signed(agent, plan)
    assert page_of(agent, plan).count("Appeler le CPAS (") == 1  # In the first one alone.


def test_the_plan_on_paper_has_the_signature_that_stands_or_the_place_for_it(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    plan = a_plan(agent, person)
    signed(agent, plan)

    def on_paper() -> str:
        return words_of(federation.keyring, printed(agent, person, f"/personnes/{person.id}/plan/papier"))

    said = unescape(on_paper())
    assert '<polyline points="70,10 80,30 90,10"' in said
    assert "à l'écran" in said
    assert said.count("Date et signature") == 1
    with agent.at_work() as session:
        found = session.get_one(ActionPlan, (plan.tenant_id, plan.id))
        plans.add_objective(session, found, NewObjective("Parler français"))
    assert "<polyline" not in on_paper()
    with agent.at_work() as session:
        found = session.get_one(ActionPlan, (plan.tenant_id, plan.id))
        signatures.note_signature(session, found, agent.actor, federation.keyring, signed_on=today(), manner="paper")
    said = on_paper()
    assert "sur papier" in said
    assert said.count("Date et signature") == 1


def test_a_plan_that_nobody_signed_is_to_be_completed(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    plan = a_plan(agent, person)
    path = "/personnes/a-completer?gap=signature"
    assert f"/personnes/{person.id}/plan#plan-goal" in agent.browser().get(path).get_data(as_text=True)
    signed(agent, plan)
    assert f"/personnes/{person.id}/plan" not in agent.browser().get(path).get_data(as_text=True)
    with agent.at_work() as session:
        found = session.get_one(ActionPlan, (plan.tenant_id, plan.id))
        plans.change_plan(session, found, goal="Un emploi dans la vente", review_on=found.review_on)
    assert f"/personnes/{person.id}/plan#plan-goal" in agent.browser().get(path).get_data(as_text=True)


def test_what_was_added_after_the_day_on_paper_is_not_signed(federation: Federation) -> None:
    agent = federation.agent()
    plan = a_plan(agent, a_file(agent))
    with agent.at_work() as session:
        found = session.get_one(ActionPlan, (plan.tenant_id, plan.id))
        day = today() - timedelta(days=1)
        signatures.note_signature(session, found, agent.actor, federation.keyring, signed_on=day, manner="paper")
    shown = page_of(agent, plan)
    assert AGAIN in shown
    assert "Refaire le CV (" not in shown


def test_a_screen_in_the_hands_of_the_person_opens_the_page_of_the_signature_alone(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    plan = a_plan(agent, person)
    browser, place = agent.browser(), f"/personnes/{person.id}/plan"
    path = f"{place}/signature/ecran"
    shown = browser.get(path).get_data(as_text=True)
    assert 'class="rail"' not in shown
    assert "Retour au plan" in shown
    assert browser.post(f"{place}/signature/remise", status=303).location.endswith(path)
    page = browser.get(path)
    assert "Retour au plan" not in page.get_data(as_text=True)
    browser.get("/personnes", status=403)
    sent = {"drawing": DRAWN, "_version": version_in(page)}
    with agent.at_work() as session:
        plans.add_objective(session, session.get_one(ActionPlan, (plan.tenant_id, plan.id)), NewObjective("Lire"))
    assert browser.post(path, sent, status=303).location.endswith(path)
    page = browser.get(path)
    assert "Le plan a changé entre-temps" in page.get_data(as_text=True)
    browser.post(path, sent | {"_version": version_in(page)}, status=303)
    browser.get(place, status=403)
    with agent.at_work() as session:
        assert session.get_one(ActionPlan, (plan.tenant_id, plan.id)).signed_manner == "screen"
