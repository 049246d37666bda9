"""An appointment is to come until its hour, on every screen alike."""

from collections.abc import Iterator
from datetime import time

import pytest

from clais import clock
from clais.clock import today
from clais.dates import moment_of
from tests.support.federation import Federation, Member
from tests.tenants.agenda.days import a_file, an_appointment
from tests.tenants.people.newcomers import words

HOURS = (time(10, 30), time(14, 15), time(15, 45))


@pytest.fixture
def agent(federation: Federation) -> Member:
    """An agent with three appointments today, two of the same person."""
    agent = federation.agent()
    person, other = a_file(agent), a_file(agent, "Amato", "Maria")
    for hour, who in zip(HOURS, (person, other, person), strict=True):
        an_appointment(agent, who, moment_of(today(), hour))
    return agent


@pytest.fixture(params=(("09:00", 3), ("12:00", 2), ("22:40", 0)), ids=lambda param: param[0])
def left(request: pytest.FixtureRequest) -> Iterator[int]:
    """How many of them are to come at an hour of the clock."""
    hour, number = request.param
    with clock.set_to(moment_of(today(), time.fromisoformat(hour))):
        yield number


def test_my_day_counts_those_whose_hour_has_not_come(agent: Member, left: int) -> None:
    page = words(agent.browser().get("/ma-journee"))
    said = f"{left} rendez-vous à venir" if left else "rendez-vous du jour sont"
    assert said in page.partition('class="lead-line"')[2].partition("</div>")[0]


def test_the_file_and_the_list_of_files_agree(agent: Member, left: int) -> None:
    browser = agent.browser()
    person = (
        words(browser.get("/personnes?referent=mine")).partition(">Sofia Marchetti")[0].rpartition("/personnes/")[2]
    )
    following = words(browser.get(f"/personnes/{person[:36]}")).partition('id="next"')[2].partition("</section>")[0]
    assert following.count("<small>passé</small>") == {3: 0, 2: 1, 0: 2}[left]
    assert ("Aucun rendez-vous" in following) is (left == 0)
    files = words(browser.get("/personnes?referent=mine&appointment=none")).partition("<tbody")[2]
    assert ("Sofia Marchetti" in files) is (left == 0)
