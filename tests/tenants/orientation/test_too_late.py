"""Two people on one file: whoever comes second reads what stands there now, and keeps every word of their own."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from clais.clock import today
from clais.database import ScopedSession
from tenants.orientation import queries
from tenants.orientation.actions import plans as plan_actions
from tenants.orientation.actions.plans import NewObjective, NewStep
from tenants.orientation.models import ActionPlan, PlanObjective, PlanStep
from tenants.people.models import Person
from tenants.people.workflow import STAGE
from tests.support.federation import Federation, Member
from tests.support.pages import version_sent_to, versions_on

Arrive = Callable[..., Person]
REVIEW = today() + timedelta(days=60)
REVIEW_ON = f"{REVIEW:%d/%m/%Y}"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "section#plan-steps"}


def a_plan(member: Member, person: Person, goal: str = "Un emploi") -> tuple[ActionPlan, PlanObjective, PlanStep]:
    with member.at_work() as session:
        person = session.get_one(Person, (person.tenant_id, person.id))
        objective = NewObjective("Parler assez", "languages", (NewStep("Passer le test"),))
        plan = plan_actions.start_plan(session, person, member.actor, goal=goal, objectives=[objective])
        [(kept, [step])] = queries.plan_content(session, plan)
    return plan, kept, step


def colleague_of(federation: Federation) -> Member:
    return federation.member(federation.platform, "agent", "Luc Delhaye")


def reached(plan: ActionPlan, comment: str) -> dict[str, str]:
    return {
        "outcome": "reached",
        "in_person": "yes",
        "evaluated_on": today().strftime("%d/%m/%Y"),
        "comment": comment,
        "_version": str(plan.version),
    }


def test_what_is_written_for_a_plan_that_a_colleague_closed_comes_back_with_who_closed_it(
    federation: Federation, arrive: Arrive
) -> None:
    agent, colleague = federation.agent(), colleague_of(federation)
    person = arrive(agent)
    plan, objective, step = a_plan(agent, person)
    base = f"/personnes/{person.id}/plan"
    colleague.browser().post(f"{base}/evaluation", reached(plan, "Engagée au Germoir."), status=303)
    browser = agent.browser()
    for path, form, said in (
        ("evaluation", reached(plan, "Elle cherche toujours."), "Elle cherche toujours."),
        ("modification", {"goal": "Un autre but", "review_on": REVIEW_ON, "_version": "1"}, "Un autre but"),
        ("signature", {"signed_on": today().strftime("%d/%m/%Y"), "manner": "paper", "_version": "1"}, "Sur papier"),
        ("objectifs/nouveau", {"objective-text": "Un logement"}, "Un logement"),
        (f"objectifs/{objective.id}/modification", {"text": "Parler mieux", "_version": "1"}, "Parler mieux"),
        (f"objectifs/{objective.id}/etapes", {f"s{objective.id.hex}-text": "Un stage"}, "Un stage"),
        (f"etapes/{step.id}/modification", {f"s{step.id.hex}-text": "Un test", "_version": "1"}, "Un test"),
    ):
        yours, now = versions_on(browser.post(f"{base}/{path}", form, status=409))
        assert said in yours, path
        assert all(told in now for told in ("Plan clos", "Engagée au Germoir.", "Luc Delhaye")), path
    browser.post(f"{base}/etapes/{step.id}/realisation", status=404)


def test_a_plan_that_a_colleague_started_meanwhile_is_not_closed_unseen(federation: Federation, arrive: Arrive) -> None:
    agent, colleague = federation.agent(), colleague_of(federation)
    person = arrive(agent)
    path = f"/personnes/{person.id}/plan/nouveau"
    browser = agent.browser()
    blank = version_sent_to("", browser.get(path).get_data(as_text=True))
    plan, _objective, _step = a_plan(colleague, person, "Le but de Luc")
    form = {
        "goal": "Mon but",
        "review_on": (today() + timedelta(days=60)).strftime("%d/%m/%Y"),
        "objectives-0-text": "Passer le permis",
        "objectives-0-step": "S'inscrire",
        "objectives-0-who": "agent",
        "_version": blank,
    }
    yours, now = versions_on(browser.post(path, form, status=409))
    assert all(said in yours for said in ("Mon but", "Passer le permis · S'inscrire · L'agent"))
    assert all(said in now for said in ("Plan en cours", "Le but de Luc", "Luc Delhaye"))
    with agent.at_work() as session:
        current = queries.current_plan(session, person.id)
    assert current is not None
    assert current.id == plan.id
    read = version_sent_to("", browser.get(path).get_data(as_text=True))
    browser.post(path, form | {"_version": read}, status=303)


def test_of_two_who_decide_on_an_orientation_the_second_is_asked(federation: Federation, arrive: Arrive) -> None:
    agent, colleague = federation.agent(), colleague_of(federation)
    person = arrive(agent)
    path = f"/personnes/{person.id}/orientations/nouvelle"
    browser, other = agent.browser(), colleague.browser()
    read = version_sent_to("", browser.get(path).get_data(as_text=True))
    first = {"direction": "work_now", "goal": "Aide-ménagère", "reasons": "Le métier lui plaît.", "_version": read}
    other.post(path, first, status=303)
    late = first | {"direction": "training", "goal": "Aide-soignante", "reasons": "Elle veut apprendre."}
    yours, now = versions_on(browser.post(path, late, status=409))
    assert all(said in yours for said in ("Aide-soignante", "Elle veut apprendre."))
    assert all(told in now for told in ("Aide-ménagère", "Le métier lui plaît.", "Luc Delhaye"))
    read = version_sent_to("", browser.get(path).get_data(as_text=True))
    browser.post(path, late | {"_version": read}, status=303)
    with agent.at_work() as session:
        assert [one.goal for one in queries.decisions(session, person.id)] == ["Aide-soignante", "Aide-ménagère"]


@pytest.mark.parametrize(
    ("path", "form", "said"),
    [
        (
            "orientations/nouvelle",
            {"direction": "work_now", "goal": "But", "reasons": "Trois pages", "_version": "none"},
            "Trois pages",
        ),
        ("plan/nouveau", {"goal": "Un emploi stable", "review_on": REVIEW_ON, "_version": "none"}, "emploi stable"),
    ],
)
def test_what_is_written_for_a_file_that_was_closed_comes_back_with_where_it_stands(
    federation: Federation, arrive: Arrive, path: str, form: dict[str, str], said: str
) -> None:
    agent = federation.agent()
    person = arrive(agent)
    with agent.at_work() as session:
        found = session.get_one(Person, (person.tenant_id, person.id))
        STAGE.apply(session, found, "close", colleague_of(federation).actor, reason="moved")
    yours, now = versions_on(agent.browser().post(f"/personnes/{person.id}/{path}", form, status=409))
    assert said in yours
    assert all(told in now for told in ("Sortie", "Luc Delhaye"))


def test_a_step_that_was_done_meanwhile_is_said_to_be_done(federation: Federation, arrive: Arrive) -> None:
    agent, colleague = federation.agent(), colleague_of(federation)
    person = arrive(agent)
    _plan, _objective, step = a_plan(agent, person)
    url = f"/personnes/{person.id}/plan/etapes/{step.id}"
    colleague.browser().post(f"{url}/realisation", status=303)
    form = {f"s{step.id.hex}-text": "Passer le test A2", "_version": str(step.version)}
    yours, now = versions_on(agent.browser().post(f"{url}/modification", form, status=409))
    assert "Passer le test A2" in yours
    assert all(told in now for told in ("Fait", "Luc Delhaye"))


def test_an_objective_that_a_colleague_added_does_not_stand_in_the_way_of_rewording_another(
    federation: Federation, arrive: Arrive
) -> None:
    agent = federation.agent()
    person, browser = arrive(agent), agent.browser()
    plan, objective, _step = a_plan(agent, person)
    base = f"/personnes/{person.id}/plan/objectifs"
    browser.post(f"{base}/nouveau", {"objective-text": "Un logement"}, status=303)
    change = {"text": "Parler mieux", "_version": str(objective.version)}
    browser.post(f"{base}/{objective.id}/modification", change, status=303)
    with agent.at_work() as session:
        found = [each.text for each, _steps in queries.plan_content(session, plan)]
    assert found == ["Parler mieux", "Un logement"]


def test_a_form_to_correct_keeps_the_version_that_was_read(federation: Federation, arrive: Arrive) -> None:
    """Otherwise a mistake in a field would be a way around the colleague who saved meanwhile."""
    agent = federation.agent()
    person, browser = arrive(agent), agent.browser()
    plan, _objective, _step = a_plan(agent, person)
    path = f"/personnes/{person.id}/plan/modification"
    form = {"goal": "Le but de Luc", "review_on": REVIEW_ON, "_version": str(plan.version)}
    browser.post(path, form, status=303)
    wrong = form | {"goal": "Mon but", "review_on": "31/02/2027"}
    page = browser.post(path, wrong, status=422).get_data(as_text=True)
    yours, theirs = versions_on(browser.post(path, form | {"goal": "Mon but", "_version": version_sent_to("", page)}))
    assert "Mon but" in yours
    assert "Le but de Luc" in theirs


def test_two_who_wrote_the_same_are_told_that_nothing_is_missing(federation: Federation, arrive: Arrive) -> None:
    agent = federation.agent()
    person, browser = arrive(agent), agent.browser()
    plan, _objective, _step = a_plan(agent, person)
    form = {"goal": "Le même but", "review_on": REVIEW_ON, "_version": str(plan.version)}
    browser.post(f"/personnes/{person.id}/plan/modification", form, status=303)
    same = form | {"review_on": f"{REVIEW.day}-{REVIEW.month}-{REVIEW.year}"}
    page = browser.post(f"/personnes/{person.id}/plan/modification", same, status=409).get_data(as_text=True)
    assert "les mêmes réponses que vous" in page
    assert "ci-dessous" not in page


def test_a_save_that_falls_into_the_same_moment_as_another_shows_both_versions(
    federation: Federation, arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: a colleague saves between the check of the version and the write."""
    agent, colleague = federation.agent(), colleague_of(federation)
    person = arrive(agent)
    plan, _objective, _step = a_plan(agent, person)
    change = plan_actions.change_plan

    def overtaken(session: ScopedSession, found: ActionPlan, **facts: Any) -> None:
        with colleague.at_work() as other:
            change(other, other.get_one(ActionPlan, (plan.tenant_id, plan.id)), goal="Le but de Luc", review_on=today())
        change(session, found, **facts)

    monkeypatch.setattr(plan_actions, "change_plan", overtaken)
    form = {"goal": "Mon but", "review_on": REVIEW_ON, "_version": str(plan.version)}
    yours, theirs = versions_on(agent.browser().post(f"/personnes/{person.id}/plan/modification", form, status=409))
    assert "Mon but" in yours
    assert all(said in theirs for said in ("Le but de Luc", "Luc Delhaye"))


def test_htmx_gets_both_versions_in_the_place_of_the_page(federation: Federation, arrive: Arrive) -> None:
    agent, colleague = federation.agent(), colleague_of(federation)
    person = arrive(agent)
    _plan, _objective, step = a_plan(agent, person)
    url = f"/personnes/{person.id}/plan/etapes/{step.id}/modification"
    form = {f"s{step.id.hex}-text": "Passer le test A2", "_version": str(step.version)}
    colleague.browser().post(url, form, status=303)
    late = form | {f"s{step.id.hex}-text": "Autre chose"}
    answer = agent.browser().post(url, late, status=409, headers=HTMX)
    assert answer.headers["HX-Retarget"] == answer.headers["HX-Reselect"] == "#main"
    yours, theirs = versions_on(answer)
    assert "Autre chose" in yours
    assert all(said in theirs for said in ("Passer le test A2", "Luc Delhaye"))


def test_a_click_that_comes_too_late_shows_the_plan_as_it_is(federation: Federation, arrive: Arrive) -> None:
    agent = federation.agent()
    person, browser = arrive(agent), agent.browser()
    _plan, _objective, step = a_plan(agent, person)
    url = f"/personnes/{person.id}/plan/etapes/{step.id}"
    browser.post(f"{url}/abandon", status=303)
    part = browser.post(f"{url}/realisation", status=200, headers=HTMX).get_data(as_text=True)
    assert "Un·e collègue l'a fait entre-temps" in unescape(part)
    assert "abandonné" in part
