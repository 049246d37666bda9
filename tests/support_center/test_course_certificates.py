"""Certificates as the centre gives them and looks after them: who is given none, what ends, what still counts."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from clais.clock import now, set_to, today
from clais.exchange.training.models import Certificate
from support_center.training.actions import certificates
from tests.support.federation import Federation, Member
from tests.support.training import School, a_school, registered, renewing, took_over, yesterday

AHEAD = timedelta(days=30)


@pytest.fixture
def school(federation: Federation) -> School:
    return a_school(federation)


def coordinator_of(federation: Federation) -> Member:
    return federation.member(federation.platform, "coordinator", "Paul Henin")


def page_of(member: Member, path: str) -> str:
    text = member.browser().get(path).get_data(as_text=True)
    return re.sub(r"\s+", " ", text.replace("&#39;", "'").replace("\u00a0", " ").replace("\u202f", " "))


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


def test_a_renewal_certifies_nobody_who_had_nothing_to_renew_on_its_first_day(school: School) -> None:
    coordinator, renewal = coordinator_of(school.federation), renewing(school)
    names = ("Ana Renews", "Bea Revoked")
    agents = [school.federation.member(school.federation.platform, "agent", name) for name in names]
    earlier = registered(coordinator, school.run(today() + AHEAD), *agents)
    kept, gone = (took_over(school, one, today() + timedelta(days=20)) for one in earlier)
    run = renewal.run(yesterday())
    registered(coordinator, run, *agents)
    with set_to(now() - timedelta(days=2)):
        school.give_seats()
    with school.trainer.at_work() as session:
        # It was found to be false after she was registered.
        off = {"revoked_on": today() - timedelta(days=40), "revoked_reason": "Faux"}
        session.execute(update(Certificate).where(Certificate.id == gone.id).values(off))
    renewal.mark(run)
    page = page_of(school.trainer, f"/formation-des-agents/sessions/{run.id}/cloture")
    told = page[page.index("mais ne reçoit pas de certificat") :]
    assert "Bea Revoked" in told
    assert "Il a été retiré : la première formation est à refaire." in told
    assert "Ana Renews" not in told.partition("Pas assez suivi")[0]
    outcome = renewal.close(run)
    assert (outcome.attended, [one.membership_id for one in outcome.certificates]) == (2, [agents[0].membership.id])
    assert outcome.certificates[0].valid_from == kept.valid_until + timedelta(days=1)
