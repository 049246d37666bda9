"""The self-assessment of a platform: begun by who leads it, answered by the team, compared, shared or not."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from clais.clock import now, set_to, today
from clais.exchange.assessments.models import AssessmentNotice
from clais.exchange.assessments.queries import received_notices
from clais.exchange.publications.instruments import released_questionnaire
from clais.instruments.rules.definition import Item, ItemKind
from clais.workflow import Refused
from tenants.self_assessments import actions
from tenants.self_assessments.models import SelfAssessment, SelfAssessmentAnswer
from tests.support.federation import Browser, Federation, Member
from tests.support.instruments import Centre
from tests.support.pages import plain
from tests.support.self_assessments import RULE, WORDS, adopted_by, an_instrument, begun_by, finished_by

KIND = "platform_assessment"
MORE = Item("ensemble", ItemKind.SCALE, {"fr": "Nous décidons ensemble."}, list="accord")
YEAR = timedelta(days=366)


class Team:
    """A coordinator and an agent of a platform, with an instrument that it adopted."""

    def __init__(self, federation: Federation) -> None:
        self.coordinator = federation.member(federation.platform, "coordinator", "Paul Hénin")
        self.agent = federation.agent()
        self.centre: Centre = an_instrument(federation, KIND)
        self.asked = adopted_by(self.coordinator, self.centre)

    def row(self, found: SelfAssessment) -> tuple[Browser, str]:
        return self.coordinator.browser(), f"/auto-evaluations/{found.id}"


@pytest.fixture
def team(federation: Federation) -> Team:
    return Team(federation)


def send(browser: Browser, page: str, answers: dict[str, str], act: str = "finish", status: int = 303) -> str:
    version = re.search(r'name="_version" value="(\d+)"', browser.get(page).get_data(as_text=True))
    assert version
    return plain(
        browser.post(page, {"_version": version[1], "act": act, **answers}, status=status).get_data(as_text=True)
    )


def notices(member: Member) -> list[AssessmentNotice]:
    with member.at_work() as session:
        return list(
            session.scalars(
                select(AssessmentNotice).where(
                    (AssessmentNotice.to_tenant_id == member.tenant.id)
                    | (AssessmentNotice.tenant_id == member.tenant.id)
                )
            )
        )


def test_the_coordinator_begins_it_once_a_year_and_an_agent_does_not(team: Team) -> None:
    path = f"/auto-evaluations/plate-forme/{team.centre.instrument}"
    team.agent.browser().post(path, status=403)
    browser = team.coordinator.browser()
    first = browser.post(path, status=303).headers["Location"]
    assert browser.post(path, status=303).headers["Location"] == first
    with set_to(now() + YEAR):
        assert team.coordinator.browser().post(path, status=303).headers["Location"] != first


def test_the_team_answers_together_and_who_leads_it_concludes(team: Team) -> None:
    browser, page = team.row(begun_by(team.coordinator, team.asked))
    agent = team.agent.browser()
    told = agent.post(f"{page}/reponses", {"item": "chainon", "seen": "0", "chainon": "2"}, status=200)
    assert told.get_json()["answered"] == 1
    late = browser.post(f"{page}/reponses", {"item": "chainon", "seen": "0", "chainon": "3"}, status=409)
    assert "quelqu'un a répondu" in late.get_json()["errors"][0]
    assert 'value="finish"' not in agent.get(page).get_data(as_text=True)
    send(agent, page, {"chainon": "2"}, status=409)
    send(browser, page, {"chainon": "2", "mots": "Il manque un lieu d'écoute."})
    shown = plain(agent.get(page).get_data(as_text=True))
    assert "67 %" in shown
    assert "noté par" in shown
    trail = plain(browser.get("/journal-des-acces").get_data(as_text=True))
    assert "a terminé l'auto-évaluation de la plate-forme" in trail


def test_what_was_concluded_is_corrected_on_its_day_and_not_later(team: Team) -> None:
    found = finished_by(team.coordinator, team.asked, {"chainon": "2"})
    browser, page = team.row(found)
    browser.post(f"{page}/correction", status=303)
    send(browser, page, {"chainon": "3"})
    with team.coordinator.at_work() as session, set_to(now() + timedelta(days=1)):
        row = session.get_one(SelfAssessment, (found.tenant_id, found.id))
        with pytest.raises(Refused, match="too_late"):
            actions.correct(session, team.coordinator.actor, row)


def test_it_stands_beside_the_year_before_as_long_as_the_questions_compare(team: Team) -> None:
    finished_by(team.coordinator, team.asked, {"chainon": "1"})
    with set_to(now() + YEAR):
        _browser, page = team.row(finished_by(team.coordinator, team.asked, {"chainon": "3"}))
        shown = plain(team.coordinator.browser().get(page).get_data(as_text=True))
    assert "33 %" in shown
    assert 'class="before"' in shown
    assert "ne se compare pas" not in shown


def test_where_a_question_was_added_the_line_breaks_and_says_so(team: Team) -> None:
    finished_by(team.coordinator, team.asked, {"chainon": "1"})
    team.centre.publish(today(), RULE, MORE, WORDS)
    newer = adopted_by(team.coordinator, team.centre)
    with set_to(now() + YEAR):
        _browser, page = team.row(finished_by(team.coordinator, newer, {"chainon": "3", "ensemble": "3"}))
        shown = plain(team.coordinator.browser().get(page).get_data(as_text=True))
    assert "ne se compare pas" in shown
    assert 'class="before"' not in shown


def test_the_centre_hears_that_it_was_done_and_the_scores_only_if_they_are_shared(team: Team) -> None:
    found = finished_by(team.coordinator, team.asked, {"chainon": "2", "mots": "Entre nous seulement"})
    (told,) = notices(team.centre.author)
    assert (told.number, told.done_on, told.scores) == (1, today(), None)
    browser, page = team.row(found)
    desk = team.centre.author.browser()
    path = f"/outils/{team.centre.instrument}/auto-evaluations"
    assert "67 %" not in plain(desk.get(path).get_data(as_text=True))
    team.agent.browser().post(f"{page}/partage", status=403)
    browser.post(f"{page}/partage", status=303)
    assert [one.scores for one in notices(team.centre.author)] == [{"situation": 67}]
    shown = plain(desk.get(path).get_data(as_text=True))
    assert "67 %" in shown
    assert "Entre nous" not in shown
    browser.post(f"{page}/retrait", status=303)
    assert [one.scores for one in notices(team.centre.author)] == [None]


def test_what_is_taken_up_again_is_shared_no_more(team: Team) -> None:
    found = finished_by(team.coordinator, team.asked, {"chainon": "2"})
    browser, page = team.row(found)
    browser.post(f"{page}/partage", status=303)
    browser.post(f"{page}/correction", status=303)
    assert [one.scores for one in notices(team.coordinator)] == [None]
    with team.coordinator.at_work() as session:
        row = session.get_one(SelfAssessment, (found.tenant_id, found.id))
        asked = released_questionnaire(session, row.content_id)
        assert asked
        with pytest.raises(Refused, match="wrong_state"):
            actions.share(session, row, team.coordinator.federation.keyring, asked)


def test_another_platform_finds_nothing_of_it(team: Team, federation: Federation) -> None:
    _browser, page = team.row(finished_by(team.coordinator, team.asked, {"chainon": "2"}))
    stranger = federation.other_agent()
    stranger.browser().get(page, status=404)
    with stranger.at_work() as session:
        assert session.scalars(select(SelfAssessmentAnswer)).all() == []
        assert received_notices(session, team.centre.instrument) == []


def test_nothing_is_begun_on_what_was_not_adopted_or_is_of_another_kind(team: Team, federation: Federation) -> None:
    other = an_instrument(federation, "agent_assessment")
    browser = team.coordinator.browser()
    browser.post(f"/auto-evaluations/plate-forme/{other.instrument}", status=404)
    adopted_by(team.coordinator, other)
    browser.post(f"/auto-evaluations/plate-forme/{other.instrument}", status=404)
    browser.post(f"/auto-evaluations/moi/{team.centre.instrument}", status=404)
    with team.coordinator.at_work() as session:
        assert session.scalars(select(SelfAssessment)).all() == []
