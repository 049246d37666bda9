"""Templates of plans: written by who leads the platform, chosen when a plan is begun, changed with the person."""

import re
from datetime import date, timedelta
from html import unescape
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clais.clock import today
from clais.dates import is_working_day
from clais.workflow import Refused
from tenants.note_templates import keeping
from tenants.orientation import queries as orientation
from tenants.orientation.models import PlanObjective, PlanStep
from tenants.plan_templates import actions, queries
from tenants.plan_templates.models import PlanTemplate
from tenants.plan_templates.rules.filling import by_objective, due_on, in_order
from tests.support.federation import Federation, Member
from tests.support.obstacles import an_obstacle
from tests.support.plan_templates import STEPS, a_plan_template
from tests.tenants.agenda.days import a_file
from tests.tenants.people.newcomers import words

FORM = {
    "label": "Garde des enfants",
    "dimension": "childcare",
    "steps-0-objective": "Faire garder les enfants",
    "steps-0-step": "Appeler l'ONE",
    "steps-0-who": "person",
    "steps-0-days": "7",
    "steps-1-step": "Écrire à la crèche",
    "steps-1-who": "agent",
}


def lead(federation: Federation) -> Member:
    return federation.member(federation.platform, "coordinator", "Paul Henin")


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.integers(0, 365))
def test_a_step_is_due_on_a_working_day_and_never_before_the_start(start: date, days: int) -> None:
    day = due_on(start, days)
    assert start <= day <= start + timedelta(days=days)
    assert is_working_day(day) or day == start


def test_those_about_what_hinders_come_first() -> None:
    every = [SimpleNamespace(label=name, dimension=code) for name, code in (("A", None), ("B", "debts"), ("C", "work"))]
    assert [one.label for one in in_order(every, {"work"})] == ["C", "A", "B"]


def test_the_coordinator_writes_one_and_a_step_follows_the_objective_above(federation: Federation) -> None:
    coordinator, agent = lead(federation), federation.agent()
    coordinator.browser().post("/modeles-de-plans/nouveau", FORM, status=303)
    with agent.at_work() as session:
        (template,) = queries.templates_here(session)
        assert {row["objective"] for row in template.steps} == {"Faire garder les enfants"}
        assert [row["days"] for row in template.steps] == [7, None]
    assert "Écrire à la crèche" in words(agent.browser().get("/modeles-de-plans"))
    agent.browser().get("/modeles-de-plans/nouveau", status=403)


@pytest.mark.parametrize(
    "wrong", [{"label": ""}, {"steps-0-step": ""}, {"steps-0-days": "400"}, {"dimension": "health"}]
)
def test_what_is_missing_or_sensitive_is_refused(federation: Federation, wrong: dict[str, str]) -> None:
    coordinator = lead(federation)
    answer = coordinator.browser().post("/modeles-de-plans/nouveau", FORM | wrong, status=422)
    assert f'id="field-{next(iter(wrong))}-error"' in answer.get_data(as_text=True)
    with coordinator.at_work() as session:
        assert queries.templates_here(session) == []


def test_who_comes_too_late_sees_both_and_a_name_is_used_once(federation: Federation) -> None:
    coordinator = lead(federation)
    template = a_plan_template(coordinator)
    browser, path = coordinator.browser(), f"/modeles-de-plans/{template.id}"
    sent = FORM | {"_version": str(template.version)}
    browser.post(path, sent, status=303)
    assert "Garde des enfants" in words(browser.post(path, sent | {"label": "Autre"}, status=409))
    with pytest.raises(Refused, match="named_so"):
        a_plan_template(coordinator, FORM["label"])


def test_the_platform_has_forty_at_most(federation: Federation) -> None:
    coordinator = lead(federation)
    with coordinator.at_work() as session:
        session.add_all(PlanTemplate(label=f"Modèle {number}", steps=STEPS) for number in range(queries.MOST))
    with pytest.raises(Refused, match="too_many"):
        a_plan_template(coordinator)


def test_a_plan_that_begins_with_a_template_has_its_objectives_and_steps(federation: Federation) -> None:
    coordinator, agent = lead(federation), federation.agent()
    template = a_plan_template(coordinator)
    a_plan_template(coordinator, "Autre sujet", dimension="debts")
    person = a_file(agent)
    an_obstacle(agent, person, "mobility")
    browser, path = agent.browser(), f"/personnes/{person.id}/plan/nouveau"
    page = browser.get(path).get_data(as_text=True)
    assert page.index("Permis de conduire") < page.index("Autre sujet")
    page = browser.get(f"{path}?modele={template.id}").get_data(as_text=True)
    filled = dict(re.findall(r'name="(objectives-\d-\w+)"[^>]*value="([^"]*)"', page))
    sent = {name: unescape(value) for name, value in filled.items() if not name.endswith("who")}
    sent |= {f"objectives-{place}-who": row["who"] or "" for place, row in enumerate(STEPS)}
    sent |= {
        "goal": "Travailler à Charleroi",
        "review_on": (today() + timedelta(days=60)).isoformat(),
        "_version": "none",
    }
    sent["objectives-1-step"] = "Demander l'aide au permis au CPAS"
    browser.post(path, sent, status=303)
    with agent.at_work() as session:
        found = orientation.open_plan(session, person.id)
        assert found is not None
        content: list[tuple[PlanObjective, list[PlanStep]]] = found[1]
        assert [(one.text, one.dimension, len(steps)) for one, steps in content] == [
            ("Pouvoir me rendre au travail", "mobility", 2),
            ("Garder mes papiers en ordre", "mobility", 1),
        ]
        assert {step.text for step in content[0][1]} == {
            "S'inscrire à l'auto-école",
            "Demander l'aide au permis au CPAS",
        }
        assert {step.who for _one, steps in content for step in steps} == {"person", "agent", "partner"}
    with coordinator.at_work() as session:
        keeping.remove(session, actions.KIND, session.get_one(PlanTemplate, (template.tenant_id, template.id)))
    assert "Permis de conduire" not in words(browser.get(path))


def test_objectives_are_rows_that_follow_each_other() -> None:
    assert [(text, len(rows)) for text, rows in by_objective(STEPS, "objective")] == [
        ("Pouvoir me rendre au travail", 2),
        ("Garder mes papiers en ordre", 1),
    ]
