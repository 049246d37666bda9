"""Certificates as the centre gives them and looks after them: who is given none, what ends, what still counts."""

import re
from datetime import date, timedelta

import pytest

from clais.clock import today
from clais.exchange.training.models import Registration
from support_center.training.actions import certificates
from tests.support.federation import Federation, Member
from tests.support.training import School, a_school, registered

AHEAD = timedelta(days=30)


@pytest.fixture
def school(federation: Federation) -> School:
    return a_school(federation)


def coordinator_of(federation: Federation) -> Member:
    return federation.member(federation.platform, "coordinator", "Paul Henin")


def page_of(member: Member, path: str) -> str:
    text = member.browser().get(path).get_data(as_text=True)
    return re.sub(r"\s+", " ", text.replace("&#39;", "'").replace("\u00a0", " ").replace("\u202f", " "))


def took_over(school: School, registration: Registration, until: date) -> None:
    """A certificate of two years from before, which ends on a day."""
    with school.trainer.at_work() as session:
        begins, words = until - timedelta(days=729), "repris du registre"
        certificates.take_over(session, school.trainer.actor, school.course, registration, begins, until, words)


def test_a_certificate_in_grace_stays_at_the_top_of_what_ends_until_it_is_renewed(school: School) -> None:
    names = ("Ana Soon", "Bea Grace", "Cid Over", "Dan Renewed")
    agents = [school.federation.member(school.federation.platform, "agent", name) for name in names]
    made = registered(coordinator_of(school.federation), school.run(today() + AHEAD, seats=4), *agents)
    for registration, ahead in zip(made, (9, -5, -31, -5), strict=True):
        took_over(school, registration, today() + timedelta(days=ahead))
    with school.trainer.at_work() as session:
        certificates.give(session, school.trainer.actor, school.course, made[-1], today())
    page = page_of(school.trainer, "/formation-des-agents/certificats")
    assert page.index("Bea Grace") < page.index("Ana Soon")
    assert "Cid Over" not in page
    assert "Dan Renewed" not in page
    assert re.search(r'(<td class="num">1</td> ?){4}', page)
