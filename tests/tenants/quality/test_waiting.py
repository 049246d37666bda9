"""The rail counts the requests that wait: with the platform those to answer, with the supervisor those to read."""

from tests.support.federation import Federation
from tests.support.quality import (
    a_coordinator,
    a_draw,
    a_request,
    a_supervisor,
    all_written,
    asked_of,
    files_with_a_contact,
    sent,
)
from tests.support.rail import waiting
from tests.support.statements import statements

DESK, OFFICE = "/qualite", "/supervision"


def test_a_request_waits_for_one_side_at_a_time(federation: Federation) -> None:
    supervisor, coordinator = a_supervisor(federation), a_coordinator(federation)
    files_with_a_contact(coordinator, 11)
    desk, office = supervisor.browser(), coordinator.browser()
    assert (waiting(desk, DESK), waiting(office, OFFICE)) == (0, 0)
    first, second = a_request(supervisor), a_request(supervisor)
    assert (waiting(desk, DESK), waiting(office, OFFICE)) == (0, 2)
    a_draw(coordinator, first)
    all_written(coordinator, first)
    sent(coordinator, asked_of(coordinator, first))
    assert (waiting(desk, DESK), waiting(office, OFFICE)) == (1, 1)
    office.post(f"/supervision/{second.id}/refus", {"refusal": "Trop peu de monde en novembre."}, status=303)
    assert (waiting(desk, DESK), waiting(office, OFFICE)) == (2, 0)
    for request in (first, second):
        desk.post(f"/qualite/{request.id}/cloture", status=303)
    assert (waiting(desk, DESK), waiting(office, OFFICE)) == (0, 0)


def test_what_is_asked_of_one_platform_waits_for_no_other_one(federation: Federation) -> None:
    supervisor = a_supervisor(federation)
    a_request(supervisor)
    other = federation.member(federation.other_platform, "coordinator", "Rosa Lenoir")
    assert waiting(other.browser(), OFFICE) == 0
    agent = federation.agent()
    assert waiting(agent.browser(), OFFICE, "/ma-journee") == 0, "whoever does not answer is not told"


def test_all_that_the_rail_counts_is_one_statement_and_of_what_one_may_do(federation: Federation) -> None:
    supervisor, coordinator, agent = a_supervisor(federation), a_coordinator(federation), federation.agent()
    found = {}
    for member in (supervisor, coordinator, agent):
        browser = member.browser()
        browser.get("/notifications")
        with statements(federation.engine) as seen:
            browser.get("/notifications")
        counting = [one for one in seen if "count(*)" in one]
        assert len(counting) == 1, counting
        tables = ("quality_request", "instrument_version", "practice_question", "course_run", "registration")
        found[member.membership.role] = {table for table in tables if f"FROM {table}" in counting[0]}
    assert found == {
        "supervisor": {"quality_request", "instrument_version", "practice_question"},
        "coordinator": {"quality_request", "registration"},
        "agent": set(),
    }
