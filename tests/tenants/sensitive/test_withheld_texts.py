"""A goal or an objective that tells of health is sealed in place of its column."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from clais.clock import today
from clais.encryption import Keyring
from tenants.agenda.models import Appointment
from tenants.orientation import queries
from tenants.orientation.actions import bilans, plans
from tenants.orientation.actions.plans import NewObjective
from tenants.orientation.actions.signatures import note_signature
from tenants.orientation.models import ActionPlan, OrientationDecision, PlanObjective
from tenants.people.models import Person
from tenants.sensitive.actions import erase_old
from tenants.sensitive.queries import facts_of, told_by
from tests.isolation.canaries import holding
from tests.support.federation import Federation, Member
from tests.support.pages import version_sent_to
from tests.support.referrals import a_scheme, address, ticked_in
from tests.tenants.agenda.days import form_of, working_day
from tests.tenants.people.newcomers import registered, words

GOAL = "Retrouver du souffle après la chimiothérapie"
OBJECTIVE = "Purger la peine de travail sans perdre le stage"
NEUTRAL, NEUTRAL_OBJECTIVE = "But confidentiel", "Objectif confidentiel"


@pytest.fixture
def agent(federation: Federation) -> Member:
    """The referent of the file."""
    return federation.agent()


@pytest.fixture
def colleague(federation: Federation) -> Member:
    return federation.member(federation.platform, "agent", "Luc Delhaye")


@pytest.fixture
def person(agent: Member, keyring: Keyring) -> Person:
    return registered(agent, keyring)


def why(**more: Any) -> dict[str, Any]:
    kept = (today() + timedelta(days=90)).strftime("%d/%m/%Y")
    return {"withheld": "true", "kind": "health", "reason": "fitting", "told": "spoken", "keep_until": kept, **more}


def begun(member: Member, person: Person, **more: Any) -> None:
    """A plan that is begun in the page, with a sealed goal and a sealed objective."""
    form = {
        "goal": GOAL, "review_on": (today() + timedelta(days=60)).strftime("%d/%m/%Y"),
        "objectives-0-text": OBJECTIVE, "objectives-0-withheld": "true", "objectives-0-who": "person",
        "_version": "none", **why(), **more,
    }  # fmt: skip
    member.browser().post(f"/personnes/{person.id}/plan/nouveau", form, status=303)


def in_clear(member: Member, person: Person, goal: str = GOAL) -> ActionPlan:
    """A signed plan in clear, whose goal was decided on and is its objective too."""
    with member.at_work() as session:
        here = session.get_one(Person, (person.tenant_id, person.id))
        bilans.decide(
            session, here, member.actor, direction="confirmation_placement", goal=goal, reasons="Elle y tient"
        )
        return plans.start_plan(session, here, member.actor, goal=goal, objectives=[NewObjective(goal)])


def stored(member: Member, person: Person) -> tuple[ActionPlan, list[PlanObjective]]:
    with member.at_work() as session:
        plan = queries.current_plan(session, person.id)
        assert plan is not None
        return plan, [objective for objective, _steps in queries.plan_content(session, plan)]


def changed(member: Member, person: Person, status: int = 303, **typed: Any) -> str:
    """The plan is changed in its page; gives what the page answers."""
    browser, path = member.browser(), f"/personnes/{person.id}/plan/modification"
    page = browser.get(path).get_data(as_text=True)
    day = (today() + timedelta(days=50)).strftime("%d/%m/%Y")
    return words(browser.post(path, {"_version": version_sent_to("", page), "review_on": day, **typed}, status=status))


def test_a_plan_that_is_begun_with_sealed_words_says_them_to_who_reads_them_alone(
    agent: Member, colleague: Member, person: Person, superuser: Engine, keyring: Keyring
) -> None:
    begun(agent, person)
    plan, (objective,) = stored(agent, person)
    assert (plan.goal, objective.text) == (NEUTRAL, NEUTRAL_OBJECTIVE)
    with superuser.connect() as connection:
        assert not holding(connection, GOAL) + holding(connection, OBJECTIVE)
    with agent.at_work() as session:
        told = [told_by(keyring, fact) for fact in facts_of(session, person.id)]
    assert {(one.text, one.kind, one.reason, one.told) for one in told if one} == {
        (GOAL, "health", "fitting", "spoken"),
        (OBJECTIVE, "health", "fitting", "spoken"),
    }
    read = words(agent.browser().get(f"/personnes/{person.id}/plan"))
    assert GOAL in read
    assert OBJECTIVE in read
    unread = words(colleague.browser().get(f"/personnes/{person.id}/plan"))
    assert NEUTRAL in unread
    assert GOAL not in unread
    assert OBJECTIVE not in unread
    assert "Ouvrir une heure" in unread


def test_a_colleague_reads_it_for_an_hour_with_a_reason_and_changes_nothing(
    agent: Member, colleague: Member, person: Person
) -> None:
    begun(agent, person)
    browser = colleague.browser()
    reason = {"reason": "Je remplace Nadia à l'entretien"}
    browser.post(f"/personnes/{person.id}/donnees-sensibles/ouverture", reason, status=303)
    assert GOAL in words(browser.get(f"/personnes/{person.id}/plan"))
    form = words(browser.get(f"/personnes/{person.id}/plan/modification"))
    assert GOAL not in form
    changed(colleague, person)
    _plan, (objective,) = stored(agent, person)
    path = f"/personnes/{person.id}/plan/objectifs/{objective.id}"
    browser.get(f"{path}/modification", status=303)
    browser.post(f"{path}/retrait", {})
    assert GOAL in words(agent.browser().get(f"/personnes/{person.id}/plan"))
    assert OBJECTIVE in words(agent.browser().get(f"/personnes/{person.id}/plan"))


def test_marking_a_goal_takes_its_words_out_of_all_that_said_them(
    agent: Member, colleague: Member, person: Person, superuser: Engine
) -> None:
    plan = in_clear(agent, person)
    with agent.at_work() as session:
        found = session.get_one(ActionPlan, (plan.tenant_id, plan.id))
        note_signature(session, found, agent.actor, agent.federation.keyring, signed_on=today(), manner="paper")
    assert GOAL in words(colleague.browser().get(f"/personnes/{person.id}/plan"))
    changed(agent, person, goal=GOAL, **why())
    with superuser.connect() as connection:
        assert not holding(connection, GOAL)
    kept, (objective,) = stored(agent, person)
    assert (kept.goal, objective.text, kept.signed_on) == (NEUTRAL, NEUTRAL_OBJECTIVE, None)
    with agent.at_work() as session:
        assert session.scalars(select(OrientationDecision.goal)).all() == [NEUTRAL]
    page = words(colleague.browser().get(f"/personnes/{person.id}/plan"))
    assert GOAL not in page
    assert "contient un texte devenu confidentiel" in page
    assert GOAL in words(agent.browser().get(f"/personnes/{person.id}/plan"))


def test_a_goal_that_is_sealed_no_more_stands_in_clear_and_its_fact_is_erased(agent: Member, person: Person) -> None:
    begun(agent, person)
    changed(agent, person, goal="Travailler près de l'école")
    plan, _objectives = stored(agent, person)
    assert (plan.goal, plan.goal_withheld_at) == ("Travailler près de l'école", None)
    with agent.at_work() as session:
        assert [fact.subject for fact in facts_of(session, person.id)] == ["plan_objective.text"]


def test_other_words_are_sealed_anew_and_the_plan_is_to_be_signed_again(
    agent: Member, person: Person, keyring: Keyring
) -> None:
    begun(agent, person)
    with agent.at_work() as session:
        plan = queries.current_plan(session, person.id)
        assert plan is not None
        note_signature(session, plan, agent.actor, keyring, signed_on=today(), manner="paper")
    changed(agent, person, goal=GOAL, **why())
    assert stored(agent, person)[0].signed_on == today(), "the same words, for the same reason"
    _plan, (objective,) = stored(agent, person)
    path = f"/personnes/{person.id}/plan/objectifs/{objective.id}/modification"
    browser = agent.browser()
    version = version_sent_to("", browser.get(path).get_data(as_text=True))
    other = {"_version": version, "text": f"{OBJECTIVE} de Namur", **why(kind="conviction")}
    browser.post(path, other, status=303)
    assert stored(agent, person)[0].signed_on is None
    assert f"{OBJECTIVE} de Namur" in words(browser.get(f"/personnes/{person.id}/plan"))


def test_who_marks_a_text_says_why_and_loses_nothing_that_was_typed(agent: Member, person: Person) -> None:
    in_clear(agent, person, "Un emploi")
    answer = changed(agent, person, status=422, goal="Vivre avec ma sclérose", withheld="true")
    assert "Vivre avec ma sclérose" in answer
    assert "Dites pourquoi" in answer
    assert stored(agent, person)[0].goal == "Un emploi"


def test_after_its_last_day_the_neutral_word_stays_and_another_text_is_written(agent: Member, person: Person) -> None:
    begun(agent, person)
    with agent.federation.app.app_context(), agent.at_work() as session:
        assert erase_old(session, today() + timedelta(days=91), agent.federation.keyring) == 2
    page = words(agent.browser().get(f"/personnes/{person.id}/plan"))
    assert NEUTRAL in page
    assert "On n'en garde plus rien" in page
    changed(agent, person, goal="Un emploi")
    assert stored(agent, person)[0].goal == "Un emploi"


def test_the_plan_that_is_printed_for_the_person_says_it_when_made_by_who_reads_it(
    agent: Member, colleague: Member, person: Person
) -> None:
    begun(agent, person)
    path = f"/personnes/{person.id}/plan/imprimer"
    assert GOAL in words(agent.browser().get(path))
    assert GOAL not in words(colleague.browser().get(path))


NOTE = "Apporter le rapport du psychiatre"


def booked(agent: Member, person: Person, **more: Any) -> Appointment:
    """An appointment whose note is sealed."""
    form = form_of(agent, working_day(3), note=NOTE, **why(), **more)
    agent.browser().post(f"/personnes/{person.id}/rendez-vous/nouveau", form, status=303)
    with agent.at_work() as session:
        return session.scalars(select(Appointment).where(Appointment.person_id == person.id)).one()


def test_the_note_of_an_appointment_is_sealed_from_the_reception_and_from_letters(
    federation: Federation, agent: Member, person: Person, superuser: Engine
) -> None:
    appointment = booked(agent, person)
    assert appointment.note == "Motif confidentiel"
    with superuser.connect() as connection:
        assert not holding(connection, NOTE)
    desk = federation.member(federation.platform, "receptionist", "Rita Sel").browser()
    path = f"/rendez-vous/{appointment.id}"
    assert NOTE in words(agent.browser().get(path))
    assert "Motif confidentiel" in words(desk.get(path))
    assert NOTE not in words(desk.get(path)) + words(desk.get(f"{path}/modification"))
    assert NOTE not in words(agent.browser().get(f"{path}/lettre"))
    # The reception moves it, and the sealed note stays.
    page = desk.get(f"{path}/modification").get_data(as_text=True)
    moved = form_of(agent, working_day(4)) | {"_version": version_sent_to(f"{path}/modification", page)}
    moved.pop("note", None)
    desk.post(f"{path}/modification", moved, status=303)
    assert NOTE in words(agent.browser().get(path))


def test_the_reception_that_had_the_form_open_before_loses_nothing_and_writes_over_nothing(
    federation: Federation, agent: Member, person: Person
) -> None:
    desk = federation.member(federation.platform, "receptionist", "Rita Sel").browser()
    agent.browser().post(f"/personnes/{person.id}/rendez-vous/nouveau", form_of(agent, working_day(3)), status=303)
    with agent.at_work() as session:
        key = session.scalars(select(Appointment.id)).one()
    path = f"/rendez-vous/{key}/modification"
    page = desk.get(path).get_data(as_text=True)
    mine = agent.browser()
    version = version_sent_to(path, mine.get(path).get_data(as_text=True))
    mine.post(path, form_of(agent, working_day(3), note=NOTE, **why()) | {"_version": version}, status=303)
    stale = form_of(agent, working_day(3), note="Passer au guichet 2") | {"_version": version_sent_to(path, page)}
    answer = words(desk.post(path, stale, status=409))
    assert "Passer au guichet 2" in answer
    assert NOTE not in answer
    assert NOTE in words(mine.get(f"/rendez-vous/{key}"))


def test_a_note_that_is_emptied_or_put_in_clear_leaves_no_fact(agent: Member, person: Person) -> None:
    appointment = booked(agent, person)
    path = f"/rendez-vous/{appointment.id}/modification"
    browser = agent.browser()
    page = browser.get(path).get_data(as_text=True)
    assert NOTE in page
    empty = form_of(agent, working_day(3)) | {"_version": version_sent_to(path, page)}
    browser.post(path, empty, status=303)
    with agent.at_work() as session:
        assert facts_of(session, person.id) == []
        assert session.scalars(select(Appointment.note)).all() == [None]


def test_a_sealed_goal_is_offered_to_a_referral_by_who_reads_it_alone_and_never_ticked(
    federation: Federation, agent: Member, colleague: Member, person: Person
) -> None:
    begun(agent, person)
    url = address(person, *a_scheme(federation.officer(), required=("name", "goal")))
    page = agent.browser().get(url)
    assert GOAL in words(page)
    assert "goal" not in ticked_in(page.get_data(as_text=True))
    assert GOAL not in words(colleague.browser().get(url))
    assert NEUTRAL not in words(colleague.browser().get(url))
