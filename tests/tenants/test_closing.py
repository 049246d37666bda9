"""Closing a file asks what becomes of what is still open; a closed file takes nothing new until it is reopened."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import inspect, select

from clais.clock import now, today
from clais.database import Base, ScopedSession, new_id
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.consents import Agreement
from clais.exchange.referrals.models import Referral
from clais.registry.queries import support_centre_of
from clais.workflow import Refused, StateChange
from tenants.agenda import actions as agenda
from tenants.agenda.models import Appointment
from tenants.orientation import queries as orientation
from tenants.orientation.actions import bilans, plans
from tenants.orientation.actions.plans import NewObjective, NewStep
from tenants.orientation.models import ActionPlan, PlanObjective, PlanStep
from tenants.people import actions
from tenants.people.models import Person
from tenants.people.queries import stage_steps
from tenants.referrals.actions import send
from tests.support.federation import Federation, Member
from tests.support.pages import versions_on
from tests.support.referrals import OFFERS, TICKED, a_person, a_referral, a_scheme
from tests.tenants.agenda.days import an_appointment, form_of, state_of, working_day
from tests.tenants.people.newcomers import words


def a_busy_file(agent: Member, officer: Member) -> tuple[Person, Appointment, Referral, PlanStep]:
    """A person with an appointment to come, a referral without answer and a plan with one step to do."""
    person = a_person(agent)
    appointment = an_appointment(agent, person, now() + timedelta(days=3))
    an_appointment(agent, person, now() - timedelta(days=3))
    referral = a_referral(agent, person, *a_scheme(officer))
    with agent.at_work() as session:
        row = session.get_one(Person, (person.tenant_id, person.id))
        objective = NewObjective("Parler assez", "languages", (NewStep("Passer le test"), NewStep("Appeler la crèche")))
        plan = plans.start_plan(session, row, agent.actor, goal="Un emploi", objectives=[objective])
        ((_objective, (first, second)),) = orientation.plan_content(session, plan)
        plans.move_step(session, plan, first, "finish", agent.actor)
    return person, appointment, referral, second


ENDS = {"appointments": "cancel", "referrals": "cancel", "steps": "drop", "plan": "close"}


def asked_on(page: str) -> set[str]:
    """The fields of the open items."""
    return set(re.findall(r'name="(settle_[a-z]+_[0-9a-f]{32})"', page))


def chosen_on(page: str) -> dict[str, str]:
    """Field of an open item → what is chosen for it already."""
    return dict(re.findall(r'name="(settle_[a-z]+_[0-9a-f]{32})" id="[^"]+" value="([a-z]+)" checked', page))


def answers_to(page: str) -> dict[str, str]:
    """Field of an open item → the choice that ends it."""
    return {field: ENDS[field.split("_")[1]] for field in asked_on(page)}


def states(agent: Member, appointment: Appointment, referral: Referral, step: PlanStep) -> tuple[str, str, str]:
    with agent.at_work() as session:
        return (
            state_of(agent, appointment),
            session.get_one(Referral, (referral.tenant_id, referral.id)).state,
            session.get_one(PlanStep, (step.tenant_id, step.id)).state,
        )


def plan_id_of(agent: Member, person: Person) -> UUID:
    with agent.at_work() as session:
        plan = orientation.current_plan(session, person.id)
        assert plan is not None
        return plan.id


def test_closing_lists_what_is_still_open_and_asks_what_becomes_of_it(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    person, appointment, referral, step = a_busy_file(agent, officer)
    page = words(agent.browser().get(f"/personnes/{person.id}/cloture"))
    assert "4 éléments encore ouverts" in page
    assert "Appeler la crèche" in page
    assert referral.reference in page
    assert "Passer le test" not in page, "what is done is not asked about"
    fields = {
        f"settle_appointments_{appointment.id.hex}",
        f"settle_referrals_{referral.id.hex}",
        f"settle_steps_{step.id.hex}",
        f"settle_plan_{plan_id_of(agent, person).hex}",
    }
    assert asked_on(page) == fields
    assert chosen_on(page) == {}, "it asks: nothing is chosen beforehand"
    page = words(agent.browser().post(f"/personnes/{person.id}/cloture", {"reason": "job"}, status=422))
    summary = page.partition('role="alert"')[2].partition("</ul>")[0]
    named = re.findall(r"Dites ce que devient «\s(.+?)\s»\.", summary)
    assert len(set(named)) == len(fields), "each of them is named"
    for word in ("Appeler la crèche", referral.reference, "Rendez-vous", "Plan"):
        assert any(word in item for item in named), word
    assert states(agent, appointment, referral, step) == ("planned", "requested", "to_do")


@pytest.mark.parametrize(
    ("choices", "left"),
    [
        (("cancel", "cancel", "drop", "close"), ("cancelled", "cancelled", "dropped", "closed")),
        (("keep", "keep", "keep", "keep"), ("planned", "requested", "to_do", "open")),
        (("cancel", "keep", "finish", "close"), ("cancelled", "requested", "done", "closed")),
    ],
)
def test_each_open_thing_becomes_what_was_chosen(
    federation: Federation, choices: tuple[str, ...], left: tuple[str, ...]
) -> None:
    agent, officer = federation.agent(), federation.officer()
    person, *found = a_busy_file(agent, officer)
    things: list[Any] = list(found)
    names = ("appointments", "referrals", "steps", "plan")
    plan_id = plan_id_of(agent, person)
    keys = [*(thing.id for thing in things), plan_id]
    chosen = {f"settle_{name}_{key.hex}": choice for name, key, choice in zip(names, keys, choices, strict=True)}
    agent.browser().post(f"/personnes/{person.id}/cloture", {"reason": "job", **chosen}, status=303)
    assert states(agent, *things) == left[:3]
    with agent.at_work() as session:
        assert session.get_one(Person, (person.tenant_id, person.id)).stage == "closed"
        assert session.get_one(ActionPlan, (person.tenant_id, plan_id)).state == left[3]
        if left[1] == "cancelled":
            assert session.get_one(Referral, (person.tenant_id, things[1].id)).reason == "found_work"


def test_what_was_opened_meanwhile_is_asked_too_and_what_is_gone_is_not(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    person, appointment, referral, step = a_busy_file(agent, officer)
    browser, path = agent.browser(), f"/personnes/{person.id}/cloture"
    chosen: dict[str, Any] = answers_to(words(browser.get(path)))
    with agent.at_work() as session:
        agenda.cancel(session, session.get_one(Appointment, (person.tenant_id, appointment.id)), agent.actor)
    late = an_appointment(agent, person, now() + timedelta(days=5))
    page = words(browser.post(path, {"reason": "moved", "comment": "À Namur", **chosen}, status=422))
    assert "À Namur" in page
    assert asked_on(page) - set(chosen_on(page)) == {f"settle_appointments_{late.id.hex}"}
    assert chosen_on(page).items() <= chosen.items(), "what was chosen for the others stays"
    assert "Dites ce que devient «" in page
    assert states(agent, late, referral, step) == ("planned", "requested", "to_do")
    browser.post(path, {"reason": "moved", **answers_to(page)}, status=303)
    assert states(agent, late, referral, step) == ("cancelled", "cancelled", "dropped")


def closed(agent: Member, person: Person) -> Person:
    with agent.at_work() as session:
        row = session.get_one(Person, (person.tenant_id, person.id))
        actions.move(session, agent.actor, row, "close", reason="moved")
    return row


NEW = ("rendez-vous/nouveau", "orienter", "bilans/nouveau", "orientations/nouvelle", "plan/nouveau")
OF_THE_PLAN = ("plan/evaluation", "plan/modification", "plan/objectifs/nouveau")


@pytest.mark.parametrize("path", [*NEW, *OF_THE_PLAN])
def test_a_closed_file_says_so_and_offers_to_reopen_it(federation: Federation, path: str) -> None:
    agent = federation.agent()
    person, _plan = with_plan(agent)
    page = words(agent.browser().get(f"/personnes/{person.id}/{path}", status=409))
    assert "Ce dossier est clôturé" in page
    assert "A déménagé" in page
    assert "Rouvrir le dossier" in page


def test_the_reception_is_told_whom_to_ask(federation: Federation) -> None:
    person = closed(agent := federation.agent(), a_person(federation.agent()))
    desk = federation.member(agent.tenant, "receptionist", "Julie Ska")
    page = words(desk.browser().get(f"/personnes/{person.id}/rendez-vous/nouveau", status=409))
    assert "Rouvrir le dossier" not in page
    assert "Demandez à un agent de le rouvrir" in page


def test_what_was_typed_for_a_file_that_was_closed_meanwhile_is_given_back(federation: Federation) -> None:
    agent = federation.agent()
    person = closed(agent, a_person(agent))
    form = form_of(agent, working_day()) | {"note": "Apporter le contrat", "_submission": str(new_id())}
    answer = agent.browser().post(f"/personnes/{person.id}/rendez-vous/nouveau", form, status=409)
    yours, _now = versions_on(answer)
    assert "Apporter le contrat" in yours


def with_plan(agent: Member) -> tuple[Person, ActionPlan]:
    person = a_person(agent)
    with agent.at_work() as session:
        row = session.get_one(Person, (person.tenant_id, person.id))
        plan = plans.start_plan(session, row, agent.actor, goal="Un emploi")
        plans.add_objective(session, plan, NewObjective("Parler assez", "languages", (NewStep("Passer le test"),)))
    return closed(agent, row), plan


def request_of(session: ScopedSession, agent: Member) -> dict[str, Any]:
    """What the form of a referral sends."""
    centre = support_centre_of(session, agent.tenant.basin_id)
    assert centre is not None
    return {
        "to": centre,
        "scheme": None,
        "scheme_session": None,
        "purpose": "Trouver une place",
        "urgency": "normal",
        "offers": OFFERS,
        "ticked": TICKED,
        "agreement": Agreement("fr-facile", "screen", today() + timedelta(days=180)),
    }


def objective_of(session: Any, plan: ActionPlan) -> PlanObjective:
    objective, _steps = orientation.plan_content(session, plan)[0]
    return objective


def step_of(session: Any, plan: ActionPlan) -> PlanStep:
    _objective, (step,) = orientation.plan_content(session, plan)[0]
    return step


WRITES: dict[str, Callable[[Any, Member, Person, ActionPlan], Base | None]] = {
    "appointment": lambda session, agent, person, _plan: agenda.make_appointment(
        session, person, agent.membership, starts_at=now(), minutes=30, purpose="follow_up"
    ),
    "bilan": lambda session, agent, person, _plan: bilans.make_bilan(
        session, person, agent.actor, {}, agent.federation.keyring
    ),
    "plan": lambda session, agent, person, _plan: plans.start_plan(session, person, agent.actor, goal="Un autre"),
    "objective": lambda session, _agent, _person, plan: plans.add_objective(session, plan, NewObjective("Encore")),
    "referral": lambda session, agent, person, _plan: send(
        session, agent.actor, person, agent.federation.keyring, phone=None, **request_of(session, agent)
    ),
    "step": lambda session, _agent, _person, plan: plans.add_step(
        session, plan, objective_of(session, plan), NewStep("Encore")
    ),
    "evaluation": lambda session, agent, _person, plan: plans.evaluate_plan(
        session, plan, agent.actor, outcome="continue", in_person=True
    ),
    "day of the evaluation": lambda session, _agent, _person, plan: plans.change_plan(
        session, plan, goal=plan.goal, review_on=today() + timedelta(days=30)
    ),
    "signature": lambda session, _agent, _person, plan: plans.sign_plan(
        session, plan, signed_on=today(), manner="paper"
    ),
    "text of an objective": lambda session, _agent, _person, plan: plans.change_objective(
        session, plan, objective_of(session, plan), text="Parler mieux"
    ),
    "day of a step": lambda session, _agent, _person, plan: plans.change_step(
        session, plan, step_of(session, plan), NewStep("Passer le test", due_on=today())
    ),
}


@pytest.mark.parametrize("what", WRITES)
def test_nothing_new_is_written_for_a_closed_file(federation: Federation, what: str) -> None:
    agent = federation.agent()
    person, plan = with_plan(agent)
    with agent.at_work() as session:
        row = session.get_one(Person, (person.tenant_id, person.id))
        found = session.get_one(ActionPlan, (plan.tenant_id, plan.id))
        with pytest.raises(Refused, match="closed_file"):
            WRITES[what](session, agent, row, found)


@pytest.mark.parametrize("what", WRITES)
def test_the_same_is_written_once_it_is_reopened(federation: Federation, what: str) -> None:
    """The twin: without the guard nothing else would stop these."""
    agent = federation.agent()
    person, plan = with_plan(agent)
    with agent.at_work() as session:
        row = session.get_one(Person, (person.tenant_id, person.id))
        actions.move(session, agent.actor, row, "reopen")
        written = WRITES[what](session, agent, row, session.get_one(ActionPlan, (plan.tenant_id, plan.id)))
    assert written is None or inspect(written).has_identity, "it is in the database"


def test_a_reception_says_first_that_it_reopens_the_file_or_whom_to_ask(federation: Federation) -> None:
    agent = federation.agent()
    desk = federation.member(agent.tenant, "receptionist", "Julie Ska")
    person = a_person(agent)
    path = f"/personnes/{person.id}/accueils/nouveau"
    assert "Ce dossier est clôturé" not in words(desk.browser().get(path))
    closed(agent, person)
    page = words(agent.browser().get(path))
    assert "Ce dossier est clôturé" in page
    assert "le rouvre" in page
    page = words(desk.browser().get(path, status=409))
    assert "Demandez à un agent de le rouvrir" in page
    assert "<textarea" not in page


def test_a_refusal_taken_back_after_the_file_was_closed_asks_what_becomes_of_the_referral(
    federation: Federation,
) -> None:
    agent, officer = federation.agent(), federation.officer()
    person = a_person(agent)
    referral = a_referral(agent, person, *a_scheme(officer))
    with officer.at_work() as session:
        for step, reason in (("receive", None), ("decline", "session_full")):
            referral_actions.move(session, officer.actor, referral, step, reason=reason)
    closed(agent, person)
    path = f"/relais/{referral.id}"
    assert "rouvrez-le" not in words(agent.browser().get(path))
    with officer.at_work() as session:
        referral_actions.take_back(session, officer.actor, referral, "Il reste une place")
    assert "rouvrez-le, ou annulez ce relais" in words(agent.browser().get(path))


def test_an_appointment_that_was_cancelled_does_not_come_back_on_a_closed_file(federation: Federation) -> None:
    agent = federation.agent()
    person = a_person(agent)
    appointment = an_appointment(agent, person, now() + timedelta(days=3))
    with agent.at_work() as session:
        agenda.cancel(session, session.get_one(Appointment, (person.tenant_id, appointment.id)), agent.actor)
    closed(agent, person)
    browser = agent.browser()
    browser.post(f"/rendez-vous/{appointment.id}/retour", {"back": "appointment"}, status=303)
    assert state_of(agent, appointment) == "cancelled"
    page = words(browser.get(f"/rendez-vous/{appointment.id}"))
    assert "rouvrez-le" in page
    assert "Autre rendez-vous" not in page
    assert "/retour" not in page
    browser.post(f"/personnes/{person.id}/etapes", {"transition": "reopen"}, status=303)
    assert "Autre rendez-vous" in words(browser.get(f"/rendez-vous/{appointment.id}"))


def test_a_closed_file_announces_no_evaluation_and_asks_for_no_bilan(federation: Federation) -> None:
    agent = federation.agent()
    person, _plan = with_plan(agent)
    without = closed(agent, a_person(agent, "Lenoir", "Paul"))
    browser = agent.browser()
    with_it, bare = f"/personnes/{person.id}", f"/personnes/{without.id}"

    def read() -> tuple[bool, bool, bool]:
        return (
            "Plan à évaluer" in words(browser.get(with_it)),
            "à évaluer d'ici le" in words(browser.get(f"{with_it}/plan")),
            "Faites-le ensemble" in words(browser.get(bare)),
        )

    assert read() == (False, False, False)
    for path in (with_it, bare):
        browser.post(f"{path}/etapes", {"transition": "reopen"}, status=303)
    assert read() == (True, True, True), "an open file says it"


def test_a_step_that_was_left_to_do_is_not_overdue_in_a_closed_file(federation: Federation) -> None:
    agent = federation.agent()
    person = a_person(agent)
    with agent.at_work() as session:
        row = session.get_one(Person, (person.tenant_id, person.id))
        steps = (NewStep("Passer le test", due_on=today() - timedelta(days=3)), NewStep("Rappeler", due_on=today()))
        objective = NewObjective("Parler assez", "languages", steps)
        plans.start_plan(session, row, agent.actor, goal="Un emploi", objectives=[objective])
    browser, paths = agent.browser(), (f"/personnes/{person.id}", f"/personnes/{person.id}/plan")

    def late() -> list[bool]:
        return [re.search(r"late-text|en retard|bientôt", words(browser.get(path))) is not None for path in paths]

    assert late() == [True, True]
    closed(agent, person)
    assert late() == [False, False]


def test_a_file_that_was_closed_at_once_went_through_no_orientation(federation: Federation) -> None:
    agent = federation.agent()
    person = closed(agent, a_person(agent))
    page = words(agent.browser().get(f"/personnes/{person.id}"))
    path = re.search(r'<ol class="path.*?</ol>', page, re.DOTALL)
    assert path is not None
    assert "Sortie" in path[0]
    assert "Orientation" not in path[0]


def closed_in_orientation(agent: Member) -> Person:
    """Someone whose file came as far as the orientation and is closed."""
    person = a_person(agent)
    with agent.at_work() as session:
        row = session.get_one(Person, (person.tenant_id, person.id))
        bilans.advance_to(session, row, "in_orientation", agent.actor)
    closed(agent, row)
    return row


def test_the_stages_that_were_gone_through_stay_on_the_path(federation: Federation) -> None:
    agent = federation.agent()
    person = closed_in_orientation(agent)
    page = words(agent.browser().get(f"/personnes/{person.id}"))
    path = re.search(r'<ol class="path.*?</ol>', page, re.DOTALL)
    assert path is not None
    assert "Orientation" in path[0]
    assert "Suivi" not in path[0]


def test_what_is_ahead_of_a_reopened_file_has_no_date(federation: Federation) -> None:
    agent = federation.agent()
    person = closed_in_orientation(agent)
    with agent.at_work() as session:
        row = session.get_one(Person, (person.tenant_id, person.id))
        actions.move(session, agent.actor, row, "reopen")
        moves = session.scalars(select(StateChange).order_by(StateChange.happened_at.desc())).all()
    steps = stage_steps(row, moves)
    assert {step.code for step in steps if step.state == "ahead"} >= {"in_orientation", "closed"}
    assert [step.code for step in steps if step.state == "ahead" and step.since] == []
    assert all(step.since for step in steps if step.state != "ahead")
