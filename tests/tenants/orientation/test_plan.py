import re
from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from clais.audit.models import AuditEvent
from clais.clock import today
from clais.dates import months_after, working_day_on_or_before
from clais.workflow import Refused, StateChange
from tenants.orientation import queries
from tenants.orientation.actions import plans as plan_actions
from tenants.orientation.actions.plans import NewObjective, NewStep
from tenants.orientation.models import ActionPlan, PlanStep
from tenants.people.models import Person
from tests.support.federation import Federation, Member
from tests.support.pages import version_sent_to, versions_on

Arrive = Callable[..., Person]
DECISION = {
    "direction": "confirmation_placement",
    "goal": "Aide-ménagère à temps partiel",
    "reasons": "Elle a déjà fait ce travail et veut s'en assurer.",
}

UNDECIDED = {"_version": "none"}
"""What the page sends with it while no decision stands."""


def a_plan(member: Member, person: Person, due_on: date | None = None) -> ActionPlan:
    with member.at_work() as session:
        person = session.get_one(Person, (person.tenant_id, person.id))
        steps = (NewStep("Passer le test", "person", due_on), NewStep("Appeler la crèche", "agent", None))
        objective = NewObjective("Parler assez", "languages", steps)
        return plan_actions.start_plan(session, person, member.actor, goal="Un emploi", objectives=[objective])


def the_steps(member: Member, plan: ActionPlan) -> list[PlanStep]:
    with member.at_work() as session:
        return [step for _objective, steps in queries.plan_content(session, plan) for step in steps]


def the_plan(member: Member, person: Person) -> ActionPlan | None:
    with member.at_work() as session:
        return queries.current_plan(session, person.id)


def test_bilan_decision_and_plan_are_one_path_and_each_move_is_logged(federation: Federation, arrive: Arrive) -> None:
    agent = federation.agent()
    person, browser = arrive(agent), agent.browser()
    levels = {"debts_level": "-1", "mobility_level": "-3", "work_level": "2"}
    following = browser.post(f"/personnes/{person.id}/bilans/nouveau", levels, status=303).location
    assert "Freins" in browser.get(following).get_data(as_text=True)
    following = browser.post(following, DECISION | UNDECIDED, status=303).location
    proposed = browser.get(following).get_data(as_text=True)
    objectives = re.findall(r'name="objectives-\d-text"[^>]*value="([^"]+)"', proposed)
    assert objectives == ["Pouvoir me rendre au travail ou en formation", "Maîtriser mes dettes"]
    form = {
        "goal": DECISION["goal"],
        "review_on": (today() + timedelta(days=60)).strftime("%d/%m/%Y"),
        "objectives-0-text": objectives[0],
        "objectives-0-dimension": "mobility",
        "objectives-0-step": "Demander l'abonnement TEC",
        "objectives-0-who": "agent",
        "objectives-0-due_on": (today() + timedelta(days=10)).strftime("%d/%m/%Y"),
        "objectives-1-who": "person",
        "_version": version_sent_to("", proposed),
    }
    browser.post(following, form, status=303)
    plan = the_plan(agent, person)
    assert plan is not None
    assert [(step.text, step.who) for step in the_steps(agent, plan)] == [("Demander l'abonnement TEC", "agent")]
    with agent.at_work() as session:
        decision = queries.latest_decision(session, person.id)
        bilan = queries.latest_bilan(session, person.id)
        changes = session.scalars(
            select(StateChange).where(StateChange.subject_id == person.id).order_by(StateChange.happened_at)
        )
        moves = [(change.transition, change.actor_name) for change in changes]
        assert session.get_one(Person, (person.tenant_id, person.id)).stage == "in_follow_up"
        verbs = set(session.scalars(select(AuditEvent.verb).where(AuditEvent.person_id == person.id)))
    assert decision is not None
    assert bilan is not None
    assert decision.bilan_id == bilan.id
    assert moves[1:] == [("begin_orientation", "Nadia Lambert"), ("begin_follow_up", "Nadia Lambert")]
    assert {"bilan.create", "orientation.decide", "plan.create"} <= verbs


def test_a_new_decision_says_which_it_replaces_and_rewrites_nothing(federation: Federation, arrive: Arrive) -> None:
    agent = federation.agent()
    person, browser = arrive(agent), agent.browser()
    path = f"/personnes/{person.id}/orientations/nouvelle"
    browser.post(path, DECISION, status=400)
    browser.post(path, DECISION | UNDECIDED, status=303)
    read = {"_version": version_sent_to("", browser.get(path).get_data(as_text=True))}
    browser.post(path, DECISION | read | {"direction": "work_now"}, status=303)
    with agent.at_work() as session:
        directions = [decision.direction for decision in queries.decisions(session, person.id)]
    assert directions == ["work_now", "confirmation_placement"]


@pytest.mark.parametrize("missing", ["direction", "goal", "reasons"])
def test_a_decision_says_where_to_which_goal_and_why(federation: Federation, arrive: Arrive, missing: str) -> None:
    agent = federation.agent()
    person = arrive(agent)
    agent.browser().post(f"/personnes/{person.id}/orientations/nouvelle", DECISION | {missing: ""}, status=422)
    with agent.at_work() as session:
        assert queries.latest_decision(session, person.id) is None


def test_a_decision_sent_twice_is_one_decision(federation: Federation, arrive: Arrive) -> None:
    agent = federation.agent()
    person, browser = arrive(agent), agent.browser()
    for _time in range(2):
        form = DECISION | UNDECIDED | {"_submission": "01890000-0000-7000-8000-00000000000a"}
        browser.post(f"/personnes/{person.id}/orientations/nouvelle", form, status=303)
    with agent.at_work() as session:
        assert len(queries.decisions(session, person.id)) == 1


def test_a_plan_is_to_be_evaluated_within_three_months_and_an_evaluation_sets_the_next(
    federation: Federation, arrive: Arrive
) -> None:
    agent = federation.agent()
    person, browser = arrive(agent), agent.browser()
    plan = a_plan(agent, person)
    assert plan.review_on == working_day_on_or_before(months_after(today(), 3))
    form = {
        "outcome": "continue",
        "in_person": "yes",
        "evaluated_on": today().strftime("%d/%m/%Y"),
        "next_review_on": (today() + timedelta(days=30)).strftime("%d/%m/%Y"),
        "comment": "Elle a tenu trois semaines.",
        "_version": str(plan.version),
    }
    browser.post(f"/personnes/{person.id}/plan/evaluation", form, status=303)
    found = the_plan(agent, person)
    assert found is not None
    assert found.review_on == today() + timedelta(days=30)
    late = form | {"comment": "Elle n'est venue qu'une fois."}
    yours, now = versions_on(browser.post(f"/personnes/{person.id}/plan/evaluation", late, status=409))
    assert "Elle n'est venue qu'une fois." in yours
    assert "Elle a tenu trois semaines." in now
    assert "Nadia Lambert" in now
    reached = form | {"outcome": "reached", "_version": str(found.version)}
    browser.post(f"/personnes/{person.id}/plan/evaluation", reached, status=303)
    assert the_plan(agent, person) is None
    with agent.at_work() as session:
        outcomes = [found.outcome for found in queries.evaluations(session, [plan.id])]
    assert outcomes == ["reached", "continue"]


def test_a_new_plan_closes_the_one_before_and_keeps_it(federation: Federation, arrive: Arrive) -> None:
    agent = federation.agent()
    person = arrive(agent)
    first, second = a_plan(agent, person), a_plan(agent, person)
    with agent.at_work() as session:
        states = {plan.id: plan.state for plan in queries.plans(session, person.id)}
    assert states == {first.id: "closed", second.id: "open"}


def test_a_step_is_done_undone_and_dropped_in_its_row(federation: Federation, arrive: Arrive) -> None:
    agent = federation.agent()
    person, browser = arrive(agent), agent.browser()
    plan = a_plan(agent, person, today() - timedelta(days=2))
    step = the_steps(agent, plan)[0]
    url = f"/personnes/{person.id}/plan/etapes/{step.id}"
    htmx = {"headers": {"HX-Request": "true", "HX-Target": "section#plan-steps"}}
    assert "en retard" in browser.get(f"/personnes/{person.id}").get_data(as_text=True)
    row = browser.post(f"{url}/realisation", status=200, **htmx).get_data(as_text=True)
    assert 'id="plan-steps"' in row
    assert "<html" not in row
    assert "1 étape sur 2" in row
    assert the_steps(agent, plan)[0].done_on == today()
    browser.post(f"{url}/reprise", status=303)
    assert (the_steps(agent, plan)[0].state, the_steps(agent, plan)[0].done_on) == ("to_do", None)
    browser.post(f"{url}/abandon", status=303)
    browser.post(f"{url}/realisation", status=303)
    assert the_steps(agent, plan)[0].state == "dropped", "what was dropped is taken up before it can be done"


def test_a_step_is_added_and_changed_and_a_stale_change_is_refused(federation: Federation, arrive: Arrive) -> None:
    agent = federation.agent()
    person, browser = arrive(agent), agent.browser()
    plan = a_plan(agent, person)
    step = the_steps(agent, plan)[0]
    prefix = f"s{step.objective_id.hex}-"
    add = f"/personnes/{person.id}/plan/objectifs/{step.objective_id}/etapes"
    form = {f"{prefix}text": "Un stage", f"{prefix}who": "partner", "_submission": str(uuid4())}
    browser.post(add, form, status=303)
    browser.post(add, form, status=303)
    assert [found.text for found in the_steps(agent, plan)].count("Un stage") == 1
    own = f"s{step.id.hex}-"
    edit = f"/personnes/{person.id}/plan/etapes/{step.id}/modification"
    change = {f"{own}text": "Passer le test A2", f"{own}who": "person", "_version": str(step.version)}
    due = f"{today() + timedelta(days=90):%d/%m/%Y}"
    browser.post(edit, change | {f"{own}due_on": due}, status=303)
    assert "Passer le test A2" in [found.text for found in the_steps(agent, plan)]
    late = change | {f"{own}text": "Autre chose", f"{own}who": "partner"}
    yours, theirs = versions_on(browser.post(edit, late, status=409))
    assert all(said in yours for said in ("Autre chose", "Un partenaire", "non renseigné"))
    assert all(said in theirs for said in ("Passer le test A2", "La personne", due))


def test_a_step_to_correct_comes_back_to_its_row_with_what_was_typed(federation: Federation, arrive: Arrive) -> None:
    agent = federation.agent()
    person, browser = arrive(agent), agent.browser()
    step = the_steps(agent, a_plan(agent, person))[0]
    form = {f"s{step.id.hex}-text": "", f"s{step.id.hex}-due_on": "32/13/2026", "_version": "1"}
    headers = {"HX-Request": "true", "HX-Target": "section#plan-steps"}
    url = f"/personnes/{person.id}/plan/etapes/{step.id}/modification"
    answer = browser.post(url, form, status=422, headers=headers)
    assert answer.headers["HX-Retarget"] == f"#step-{step.id}"
    assert "32/13/2026" in answer.get_data(as_text=True)


def test_an_objective_is_added_reworded_and_removed_while_it_has_no_step(
    federation: Federation, arrive: Arrive
) -> None:
    agent = federation.agent()
    person, browser = arrive(agent), agent.browser()
    plan = a_plan(agent, person)
    base = f"/personnes/{person.id}/plan/objectifs"
    browser.post(f"{base}/nouveau", {"objective-text": "Un logement stable"}, status=303)
    with agent.at_work() as session:
        kept, added = (objective for objective, _steps in queries.plan_content(session, plan))
    change = {"text": "Un logement à nous", "_version": str(added.version)}
    browser.post(f"{base}/{added.id}/modification", change, status=303)
    late = browser.post(f"{base}/{added.id}/modification", change | {"text": "Un toit"}, status=409)
    yours, theirs = versions_on(late)
    assert "Un toit" in yours
    assert "Un logement à nous" in theirs
    browser.post(f"{base}/{added.id}/retrait", status=303)
    browser.post(f"{base}/{kept.id}/retrait", status=303)
    with agent.at_work() as session:
        assert [objective.text for objective, _steps in queries.plan_content(session, plan)] == ["Parler assez"]


def test_a_signature_stands_for_the_goal_that_was_read(federation: Federation, arrive: Arrive) -> None:
    agent = federation.agent()
    person, browser = arrive(agent), agent.browser()
    plan = a_plan(agent, person)
    sign = {"signed_on": today().strftime("%d/%m/%Y"), "manner": "paper", "_version": str(plan.version)}
    tomorrow = (today() + timedelta(days=1)).strftime("%d/%m/%Y")
    browser.post(f"/personnes/{person.id}/plan/signature", sign | {"signed_on": tomorrow}, status=422)
    browser.post(f"/personnes/{person.id}/plan/signature", sign, status=303)
    signed = the_plan(agent, person)
    assert signed is not None
    assert signed.signed_on == today()
    edit = {"goal": "Un autre but", "review_on": signed.review_on.strftime("%d/%m/%Y"), "_version": str(signed.version)}
    browser.post(f"/personnes/{person.id}/plan/modification", edit, status=303)
    other = edit | {"goal": "Un troisième but"}
    yours, theirs = versions_on(browser.post(f"/personnes/{person.id}/plan/modification", other, status=409))
    assert "Un troisième but" in yours
    assert "Un autre but" in theirs
    yours, now = versions_on(browser.post(f"/personnes/{person.id}/plan/signature", sign, status=409))
    assert "Sur papier" in yours
    assert "Un autre but" in now
    changed = the_plan(agent, person)
    assert changed is not None
    assert (changed.goal, changed.signed_on) == ("Un autre but", None)


def test_what_is_added_after_the_signature_is_to_be_signed_again_on_the_same_day_too(
    federation: Federation, arrive: Arrive
) -> None:
    agent = federation.agent()
    person, browser = arrive(agent), agent.browser()
    plan = a_plan(agent, person)
    page = f"/personnes/{person.id}/plan"
    sign = {"signed_on": today().strftime("%d/%m/%Y"), "manner": "paper", "_version": str(plan.version)}
    browser.post(f"{page}/signature", sign, status=303)
    assert "faites signer à nouveau" not in browser.get(page).get_data(as_text=True)
    with agent.at_work() as session:
        (objective, _steps), *_others = queries.plan_content(session, plan)
    added = {f"s{objective.id.hex}-text": "Téléphoner", f"s{objective.id.hex}-who": "person"}
    browser.post(f"{page}/objectifs/{objective.id}/etapes", added, status=303)
    assert "1 étape a été ajoutée depuis la signature" in browser.get(page).get_data(as_text=True)


def test_the_printed_plan_speaks_in_the_persons_voice_and_leaves_out_what_was_dropped(
    federation: Federation, arrive: Arrive
) -> None:
    agent = federation.agent()
    person, browser = arrive(agent), agent.browser()
    step = the_steps(agent, a_plan(agent, person))[0]
    browser.post(f"/personnes/{person.id}/plan/etapes/{step.id}/abandon", status=303)
    page = browser.get(f"/personnes/{person.id}/plan/imprimer").get_data(as_text=True)
    assert "Ce que je veux atteindre" in page
    assert "Appeler la crèche" in page
    assert step.text not in page


def test_nothing_is_changed_in_a_plan_that_is_closed(federation: Federation, arrive: Arrive) -> None:
    agent = federation.agent()
    person = arrive(agent)
    first = a_plan(agent, person)
    step = the_steps(agent, first)[0]
    a_plan(agent, person)
    agent.browser().post(f"/personnes/{person.id}/plan/etapes/{step.id}/realisation", status=404)
    with agent.at_work() as session:
        closed = session.get_one(ActionPlan, (first.tenant_id, first.id))
        found = session.get_one(PlanStep, (step.tenant_id, step.id))
        with pytest.raises(Refused, match="closed_plan"):
            plan_actions.move_step(session, closed, found, "finish", agent.actor)


def test_my_day_learns_of_overdue_steps_and_plans_to_evaluate_of_ones_own_open_files(
    federation: Federation, arrive: Arrive
) -> None:
    agent, colleague = federation.agent(), federation.agent()
    mine, theirs = arrive(agent), arrive(colleague, "Diallo", "Mariama")
    late = today() - timedelta(days=3)
    plan = a_plan(agent, mine, late)
    a_plan(colleague, theirs, late)
    with agent.at_work() as session:
        mine_to_follow = (agent.actor, federation.app.extensions["clais"].permissions)
        found = queries.overdue_steps(session, *mine_to_follow, today())
        assert [(step.text, step.person_id) for step in found] == [("Passer le test", mine.id)]
        assert queries.overdue_steps(session, *mine_to_follow, late) == [], "due that day is not overdue"
        assert queries.plans_to_review(session, *mine_to_follow, today()) == []
        near = plan.review_on - timedelta(days=queries.REVIEW_NOTICE_DAYS)
        assert [found.id for found in queries.plans_to_review(session, *mine_to_follow, near)] == [plan.id]
    a_plan(agent, mine)
    with agent.at_work() as session:
        assert queries.overdue_steps(session, *mine_to_follow, today()) == [], "a replaced plan asks nothing more"
