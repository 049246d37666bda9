"""What a member answers about themselves is read by their account alone; what crosses, by the centre it is for."""

from uuid import UUID

import pytest
from sqlalchemy import Engine

from clais.clock import today
from clais.database import Base, new_id
from clais.exchange.assessments.models import AssessmentBallot, AssessmentNotice
from clais.web.routing import Application
from tenants.self_assessments.models import SelfAssessment, SelfAssessmentAnswer
from tests.isolation.catalogue import faulty_world
from tests.isolation.told import rows_of, touched, tries_of, tries_on_ones_own
from tests.isolation.world import World
from tests.support.federation import Member

COLUMNS = {"assessment_ballot": "sealed", "assessment_notice": "number"}
"""Table → a column that is written."""
TOLD = {name: one for table, column in COLUMNS.items() for name, one in tries_of(table, column).items()}
ANSWER = "self_assessment_answer"
COLUMNS_OF_ANSWER = "tenant_id, id, self_assessment_id, user_id, item, revision, given_by, created_at, updated_at"
VALUES = ":owner, :new, :of, :user, 'autre', 1, '', now(), now()"
OF_COLLEAGUES = tries_on_ones_own(ANSWER, "revision = 9", COLUMNS_OF_ANSWER, VALUES)
"""What a coordinator tries with a colleague's own answer, and what would let it pass."""


def told(table: str, reader: UUID) -> Base:
    """A row that is told to a centre."""
    if table == "assessment_ballot":
        return AssessmentBallot(
            to_tenant_id=reader, instrument_id=new_id(), number=1, year=2026, course_run_id=new_id(), sealed=b"x"
        )
    return AssessmentNotice(to_tenant_id=reader, instrument_id=new_id(), number=1, year=2026, done_on=today())


def touched_of(world: World, name: str) -> int:
    """How many rows a try touches in a world."""
    near, table = world.federation, name.partition(":")[0]
    platform, centre = near.member(near.platform, "coordinator"), near.member(near.support_centre, "supervisor")
    return touched(TOLD[name], platform, centre, near.other_agent(), told(table, centre.tenant.id))


def own_answer(agent: Member) -> SelfAssessmentAnswer:
    """An answer of a member about themselves."""
    key = {"centre_id": new_id(), "instrument_id": new_id(), "instrument_version_id": new_id(), "content_id": new_id()}
    assessment = SelfAssessment(
        tenant_id=agent.tenant.id, id=new_id(), membership_id=agent.membership.id, user_id=agent.membership.user_id,
        number=1, kind="agent_assessment", name="Moi", year=2026, **key,
    )  # fmt: skip
    with agent.at_work() as session:
        session.add(assessment)
        session.flush()
        answer = assessment.new_answer("aise")
        answer.value, answer.revision, answer.given_by = "1", 1, ""
        session.add(answer)
    return answer


def reached(world: World, name: str) -> int:
    """How many rows of an agent's own answers a coordinator of the same platform touches."""
    near = world.federation
    agent, coordinator = near.agent(), near.member(near.platform, "coordinator")
    answer = own_answer(agent)
    facts = {
        "owner": agent.tenant.id, "id": answer.id, "new": new_id(), "of": answer.self_assessment_id,
        "user": agent.membership.user_id,
    }  # fmt: skip
    return rows_of(coordinator, OF_COLLEAGUES[name][0], facts)


@pytest.mark.parametrize("name", TOLD)
def test_nobody_reads_or_writes_it_who_may_not(name: str, standing_world: World) -> None:
    assert touched_of(standing_world, name) == 0


@pytest.mark.parametrize("name", TOLD)
def test_what_would_let_a_try_pass_is_found(name: str, app: Application, superuser: Engine) -> None:
    with faulty_world(app, superuser, TOLD[name].fault) as broken:
        assert touched_of(broken, name) > 0


@pytest.mark.parametrize("name", OF_COLLEAGUES)
def test_a_coordinator_reaches_no_answer_of_a_colleague(name: str, standing_world: World) -> None:
    assert reached(standing_world, name) == 0


@pytest.mark.parametrize("name", OF_COLLEAGUES)
def test_a_policy_that_forgets_whose_it_is_is_found(name: str, app: Application, superuser: Engine) -> None:
    with faulty_world(app, superuser, OF_COLLEAGUES[name][1]) as broken:
        assert reached(broken, name) == 1
