"""What those who attended a session say of it: once, when it was held; the centre reads numbers from ten answers on."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from clais.clock import now, set_to, today
from clais.exchange.assessments.models import AssessmentBallot
from clais.exchange.training.models import Course, CourseRun
from clais.instruments.rules.definition import Choice, Item, ItemKind
from tenants.self_assessments.sessions import ASKED_FOR, to_evaluate_of
from tests.support.federation import Federation, Member
from tests.support.instruments import Centre
from tests.support.pages import plain
from tests.support.self_assessments import AGREED, RULE, WORDS, an_instrument, finished_by, published
from tests.support.training import School, a_school, registered, yesterday

SAID = "La salle était trop petite."
USEFUL = Item("utile", ItemKind.YES_NO, {"fr": "Était-ce utile ?"})


def answers_counted(page: str) -> list[int]:
    """How many answers a page says that its questions have."""
    return [int(number) for number in re.findall(r"· (\d+) réponse", page)]


class Held:
    """A session that some agents attended, of a course that is evaluated; half of them are of the other platform."""

    def __init__(self, federation: Federation, of_each: int = 2, *items: Item) -> None:
        self.centre: Centre = an_instrument(federation, "satisfaction", *items)
        self.school: School = a_school(federation, evaluation_id=self.centre.instrument)
        self.coordinators = [
            federation.member(place, "coordinator") for place in (federation.platform, federation.other_platform)
        ]
        self.agents: list[Member] = [
            federation.member(coordinator.tenant, "agent") for coordinator in self.coordinators for _ in range(of_each)
        ]
        self.run = self.held()

    def held(self, *, there: bool = True) -> CourseRun:
        run = self.school.run(yesterday(), seats=19)
        with set_to(now() - timedelta(days=2)):
            for coordinator in self.coordinators:
                mine = [agent for agent in self.agents if agent.tenant.id == coordinator.tenant.id]
                registered(coordinator, run, *mine)
            self.school.give_seats()
        self.school.hold(run, there)
        return run

    def evaluate(self, agent: Member, code: str, run: CourseRun | None = None, **more: str) -> None:
        session_id = (run or self.run).id
        chosen = {"chainon": code} if code != "-" else {}
        finished_by(agent, published(agent, self.centre), {**chosen, **more, "mots": SAID}, session_id)

    def evaluate_each(self, codes: str, run: CourseRun | None = None) -> None:
        """As many as there are codes evaluate, each with their own; who has a dash says something in words alone."""
        for agent, code in zip(self.agents, codes, strict=False):
            self.evaluate(agent, code, run)

    def course(self) -> str:
        return self.desk(f"/formation-des-agents/cours/{self.school.course.id}")

    def desk(self, path: str) -> str:
        return plain(self.school.trainer.browser().get(path).get_data(as_text=True))

    def page(self) -> str:
        return self.desk(f"/formation-des-agents/sessions/{self.run.id}")


@pytest.fixture
def held(federation: Federation) -> Held:
    return Held(federation)


@pytest.fixture
def full(federation: Federation) -> Held:
    """A session that twelve attended."""
    return Held(federation, 6)


def test_who_attended_is_asked_once_it_is_held_and_once_only(held: Held) -> None:
    agent = held.agents[0]
    browser = agent.browser()
    for path in ("/formations", "/ma-journee", "/auto-evaluations"):
        assert "Évaluer" in plain(browser.get(path).get_data(as_text=True))
    begun = f"/formations/sessions/{held.run.id}/evaluation"
    page = browser.post(begun, status=303).headers["Location"]
    assert browser.post(begun, status=303).headers["Location"] == page
    held.evaluate(agent, "3")
    for path in ("/formations", "/ma-journee", "/auto-evaluations"):
        assert "Évaluer" not in plain(browser.get(path).get_data(as_text=True))
    browser.post(begun, status=404)
    assert SAID in plain(browser.get(page).get_data(as_text=True))


def test_who_was_absent_or_comes_too_late_is_not_asked(held: Held) -> None:
    missed = held.held(there=False)
    agent = held.agents[0]
    agent.browser().post(f"/formations/sessions/{missed.id}/evaluation", status=404)
    with agent.at_work() as session, set_to(now() + ASKED_FOR):
        assert [one.run.id for one in to_evaluate_of(session, agent.membership.id)] == []


def test_a_course_that_is_not_evaluated_asks_for_nothing(federation: Federation) -> None:
    school, coordinator = a_school(federation), federation.member(federation.platform, "coordinator")
    run = school.run(yesterday())
    with set_to(now() - timedelta(days=2)):
        registered(coordinator, run, coordinator)
        school.give_seats()
    school.hold(run)
    assert "Évaluer" not in plain(coordinator.browser().get("/formations").get_data(as_text=True))


def test_the_trainer_reads_how_many_from_five_on_a_third_and_from_ten_on_numbers(full: Held) -> None:
    assert "Personne n'a encore évalué" in full.page()
    for agent, code in zip(full.agents[:4], "3333", strict=True):
        full.evaluate(agent, code)
    page = full.page()
    assert "4 évaluations, pour 12 personnes présentes." in page
    assert "Niveau 3" not in page
    full.evaluate(full.agents[4], "0")
    page = full.page()
    assert "en moyenne plutôt vers « Niveau 3 »" in page
    assert "%" not in page
    for agent, code in zip(full.agents[5:], "3300000", strict=True):
        full.evaluate(agent, code)
    page = full.page()
    assert "50 %" in page
    assert SAID not in page


def test_no_percentage_of_a_session_is_one_person(full: Held) -> None:
    full.evaluate_each("333333333330")
    page = full.page()
    assert "tous ou presque" in page
    assert "%" not in page


def test_the_centre_reads_neither_a_word_nor_a_name(held: Held) -> None:
    for agent in held.agents:
        held.evaluate(agent, "3")
    with held.school.trainer.at_work() as session:
        here = AssessmentBallot.to_tenant_id == held.school.trainer.tenant.id
        rows = session.scalars(select(AssessmentBallot).where(here)).all()
        assert len(rows) == 4
        assert all(SAID.encode() not in row.sealed and b"chainon" not in row.sealed for row in rows)
    told = {str(value) for row in rows for name, value in vars(row).items() if not name.startswith("_")}
    assert not told & {str(key) for agent in held.agents for key in (agent.membership.id, agent.membership.user_id)}


def test_a_course_adds_up_what_the_page_of_each_session_shows(full: Held) -> None:
    full.evaluate_each("333333000000")
    again = full.held()
    full.evaluate_each("0000", again)
    page = full.course()
    assert "Résultats de 1 session." in page
    assert page.count("50 %") == 2
    full.evaluate(full.agents[4], "0", again)
    page = full.course()
    assert "Résultats de 2 sessions réunies." in page
    assert page.count("50 %") == 2
    assert "1 session de moins de dix réponses : en moyenne plutôt vers « Niveau 0 »" in page
    for agent, code in zip(full.agents[5:], "3333333", strict=True):
        full.evaluate(agent, code, again)
    page = full.course()
    assert "54 %" in page
    assert "46 %" in page


def test_a_course_does_not_tell_what_few_of_a_session_answered_to_a_question(federation: Federation) -> None:
    """Five ballots of which one answers the question: the sum less the other session would be that answer."""
    full = Held(federation, 6, RULE, USEFUL, WORDS)
    full.evaluate_each("333333000000")
    assert answers_counted(full.course()) == [12, 0]
    again = full.held()
    for number, agent in enumerate(full.agents[:5]):
        full.evaluate(agent, "3" if number == 0 else "-", again, utile="yes")
    page = full.course()
    assert "Résultats de 2 sessions réunies." in page
    assert answers_counted(page) == [12, 5]
    assert page.count("50 %") == 2


def test_who_says_something_in_words_alone_is_not_counted(held: Held) -> None:
    held.evaluate_each("-3")
    assert "1 évaluation, pour 4 personnes présentes." in held.page()


def test_answers_to_other_choices_are_not_added_up(full: Held) -> None:
    full.evaluate_each("333333000000")
    full.centre.use({"accord": (*AGREED["accord"], Choice("4", {"fr": "Niveau 4"}, score=4))})
    full.centre.publish(today(), RULE, WORDS)
    again = full.held()
    full.evaluate_each("444444000000", again)
    page = full.course()
    assert "les réponses d'avant ne s'y additionnent pas" in page
    assert page.count("50 %") == 4
    assert "25 %" not in page


def test_the_trainer_chooses_the_instrument_on_the_course(held: Held) -> None:
    browser = held.school.trainer.browser()
    page = browser.get(f"/formation-des-agents/cours/{held.school.course.id}/modification").get_data(as_text=True)
    assert f'<option value="{held.centre.instrument}" selected' in page
    with held.school.trainer.at_work() as session:
        key = (held.school.course.owner_tenant_id, held.school.course.id)
        assert session.get_one(Course, key).evaluation_id == held.centre.instrument
