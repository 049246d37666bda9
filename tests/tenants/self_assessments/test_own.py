"""The self-assessment of a member: nobody else reads it; the team is counted, from five answers on told together."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from clais.audit.models import AuditEvent
from clais.clock import now, set_to, today
from clais.database import Scope, unit_of_work
from clais.dates import moment_of
from clais.exchange.assessments.models import AssessmentBallot
from clais.exchange.assessments.queries import own_ballots
from clais.identity.models import Membership
from clais.sealing import unseal
from clais.web.submissions.models import Submission
from clais.workflow import Refused, StateChange
from tenants.self_assessments import actions
from tenants.self_assessments.models import SelfAssessment, SelfAssessmentAnswer
from tests.support.federation import Federation, Member
from tests.support.pages import plain
from tests.support.self_assessments import (
    adopted_by,
    an_instrument,
    begun_by,
    every_assessment,
    finish,
    finished_by,
    finished_by_each,
)

KIND = "agent_assessment"
WORDS = "Je doute parfois de mes orientations."


class Team:
    """A platform whose coordinator adopted an instrument for its agents, and five of these."""

    def __init__(self, federation: Federation) -> None:
        self.coordinator = federation.member(federation.platform, "coordinator", "Paul Hénin")
        self.agents = [federation.agent() for _ in range(5)]
        centre = an_instrument(federation, KIND)
        self.asked = adopted_by(self.coordinator, centre)
        self.figures = f"/auto-evaluations/equipe/{centre.instrument}"

    def page(self) -> str:
        return plain(self.coordinator.browser().get(self.figures).get_data(as_text=True))


@pytest.fixture
def team(federation: Federation) -> Team:
    return Team(federation)


def answers_read_by(member: Member) -> int:
    with member.at_work() as session:
        here = SelfAssessmentAnswer.tenant_id == member.tenant.id
        return session.scalar(select(func.count()).select_from(SelfAssessmentAnswer).where(here)) or 0


def test_nobody_else_reads_the_answers_nor_finds_the_page(team: Team) -> None:
    agent, colleague = team.agents[:2]
    found = finished_by(agent, team.asked, {"chainon": "1", "mots": WORDS})
    path = f"/auto-evaluations/{found.id}"
    assert WORDS in plain(agent.browser().get(path).get_data(as_text=True))
    for other in (colleague, team.coordinator):
        other.browser().get(path, status=404)
        other.browser().post(f"{path}/abandon", status=404)
        assert answers_read_by(other) == 0
    assert answers_read_by(agent) == 2


def test_no_record_says_who_did_it(team: Team) -> None:
    agent = team.agents[0]
    found = finished_by(agent, team.asked, {"chainon": "1"})
    with team.coordinator.at_work() as session:
        about = AuditEvent.tenant_id == found.tenant_id, AuditEvent.subject_id == found.id
        assert session.scalars(select(AuditEvent).where(*about)).all() == []
        steps = session.scalars(
            select(StateChange).where(StateChange.tenant_id == found.tenant_id, StateChange.subject_id == found.id)
        ).all()
        assert [(step.actor_name, step.membership_id.int) for step in steps] == [("", 0)]


def test_no_row_says_in_which_order_they_finished(team: Team) -> None:
    """Neither a moment nor a key that is made of one: beside the ballots that would say whose is whose."""
    finished_by_each(team.agents[:2], team.asked, "1", "2")
    midnight = moment_of(today(), time.min)
    assert {(one.updated_at, one.finished_on) for one in every_assessment(team.coordinator)} == {(midnight, today())}
    with team.coordinator.at_work() as session:
        here = StateChange.tenant_id == team.coordinator.tenant.id, StateChange.subject_type == "self_assessment"
        steps = session.scalars(select(StateChange).where(*here)).all()
        assert {(step.happened_at, step.id.version) for step in steps} == {(midnight, 4)}
        submitted = Submission.tenant_id == team.coordinator.tenant.id
        assert session.scalars(select(Submission).where(submitted)).all() == []
        read = own_ballots(session, team.asked.instrument_id, today().year)
    assert [one.id for one in read] == sorted(one.id for one in read)


def test_who_begins_in_december_and_finishes_in_january_is_counted_with_december(team: Team) -> None:
    """Else the next year would have two ballots of one person, and five would be of three people."""
    begins = datetime(2026, 12, 30, 9, tzinfo=UTC)
    with set_to(begins):
        begun = {agent.email: begun_by(agent, team.asked) for agent in team.agents[:3]}
    with set_to(begins + timedelta(days=6)):
        for agent in team.agents[:3]:
            finish(agent, begun[agent.email], {"chainon": "1"})
            finished_by(agent, team.asked, {"chainon": "2"})
    with team.coordinator.at_work() as session:
        found = [len(own_ballots(session, team.asked.instrument_id, year)) for year in (2026, 2027)]
    assert found == [3, 3]


def test_who_chose_nothing_casts_no_ballot(team: Team) -> None:
    finished_by(team.agents[0], team.asked, {"mots": WORDS})
    with team.coordinator.at_work() as session:
        assert own_ballots(session, team.asked.instrument_id, today().year) == []
    assert "1 personne de l'équipe" in team.page()


def test_the_coordinator_reads_how_many_and_from_five_on_what_they_say_together(team: Team) -> None:
    finished_by_each(team.agents[:4], team.asked, "0", "0", "3", "3")
    page = team.page()
    assert "4 personnes de l'équipe de 6" in page
    assert "cinquième réponse" in page
    assert "Niveau" not in page
    finished_by_each(team.agents[4:], team.asked, "3")
    page = team.page()
    assert "5 personnes de l'équipe de 6" in page
    assert "en moyenne au milieu entre « Niveau 0 » et « Niveau 3 »" in page
    assert "%" not in page
    assert "secret" not in page
    team.agents[0].browser().get(team.figures, status=403)


def test_what_is_counted_has_no_text_no_name_and_no_moment(team: Team) -> None:
    agent = team.agents[0]
    finished_by(agent, team.asked, {"chainon": "1", "mots": WORDS})
    with team.coordinator.at_work() as session:
        (ballot,) = session.scalars(select(AssessmentBallot).where(AssessmentBallot.tenant_id == agent.tenant.id))
        assert unseal(agent.federation.keyring, ballot) == {"chainon": "1"}
        assert ballot.id.version == 4
        named = {str(value) for name, value in vars(ballot).items() if not name.startswith("_")}
    assert not named & {str(agent.membership.id), str(agent.membership.user_id)}


def test_it_is_finished_for_good_and_one_a_year(team: Team) -> None:
    agent = team.agents[0]
    found = finished_by(agent, team.asked, {"chainon": "1"})
    assert begun_by(agent, team.asked).id == found.id
    with agent.at_work() as session:
        row = session.get_one(SelfAssessment, (found.tenant_id, found.id))
        for act in (actions.erase, lambda one, it: actions.correct(one, agent.actor, it)):
            with pytest.raises(Refused, match="wrong_state"):
                act(session, row)


def test_what_is_open_is_erased_on_ones_word(team: Team) -> None:
    agent = team.agents[0]
    found = begun_by(agent, team.asked)
    browser, path = agent.browser(), f"/auto-evaluations/{found.id}"
    browser.post(f"{path}/reponses", {"item": "mots", "seen": "0", "mots": WORDS}, status=200)
    browser.post(f"{path}/abandon", status=303)
    assert every_assessment(agent) == []
    assert answers_read_by(agent) == 0


def test_what_is_about_who_left_goes_and_what_was_counted_stays(team: Team) -> None:
    agent, stays = team.agents[:2]
    finished_by_each((agent, stays), team.asked, "1", "2")
    with team.coordinator.at_work() as session:
        session.get_one(Membership, (agent.tenant.id, agent.membership.id)).ended_at = now()
    nobody = Scope(tenant_id=agent.tenant.id, basin_id=agent.tenant.basin_id)
    with unit_of_work(agent.federation.engine, nobody) as session:
        assert actions.forget_who_left(session, team.coordinator.actor) == 1
    assert [one.membership_id for one in every_assessment(stays)] == [stays.membership.id]
    assert answers_read_by(agent) == 0
    assert answers_read_by(stays) == 2
    assert "1 personne de l'équipe" in team.page()
    with team.coordinator.at_work() as session:
        found = select(func.count()).select_from(AssessmentBallot).where(AssessmentBallot.year == today().year)
        assert session.scalar(found.where(AssessmentBallot.tenant_id == agent.tenant.id)) == 2
