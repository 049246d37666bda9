"""What one member may do in an hour: beyond it they wait, nothing they wrote is lost, and nobody else waits."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from clais.audit.frequency import LIMITS, reached_until
from clais.audit.models import LISTED, AuditEvent
from clais.clock import now, set_to
from clais.database import NIL
from clais.exchange.referrals.models import Referral, ReferralMessage
from clais.limits import LimitReached, Limits, Pauses
from clais.web.routing import Application
from config.settings import Settings
from tests.support.federation import Browser, Federation, Member
from tests.support.referrals import a_person, a_referral, a_scheme, referral_in
from tests.tenants.people.newcomers import registered

TWO = Limits(messages=2, referrals=2, numbers=2, files=2, lists=2)
EACH = ("messages", "referrals", "numbers", "files", "lists")
WRITTEN = "Sofia peut commencer lundi."


@pytest.fixture
def held(app: Application) -> Iterator[Application]:
    """The application with limits that a test reaches."""
    sound = app.extensions["clais"]
    app.extensions["clais"] = replace(sound, limits=TWO, pauses=Pauses())
    yield app
    app.extensions["clais"] = sound


@pytest.fixture
def agent(held: Application, federation: Federation) -> Member:  # noqa: ARG001
    return federation.agent()


def see(browser: Browser, path: str, status: int = 200) -> str:
    """Ask for a page and take it whole, as a browser does: what it listed is counted then."""
    with browser.get(path, status=status) as response:
        return response.get_data(as_text=True)


def a_sent_referral(agent: Member) -> Referral:
    return a_referral(agent, a_person(agent), *a_scheme(agent.federation.officer()))


def messages(agent: Member, referral: Referral) -> int:
    with agent.at_work() as session:
        return len(session.scalars(select(ReferralMessage).where(ReferralMessage.referral_id == referral.id)).all())


def test_beyond_the_limit_a_message_waits_and_its_words_are_given_back(agent: Member) -> None:
    referral = a_sent_referral(agent)
    address = f"/relais/{referral.id}/messages"
    for number in range(2):
        agent.browser().post(address, {"text": f"{WRITTEN} {number}"}, status=303)
    refused = agent.browser().post(address, {"text": WRITTEN}, status=429)
    page = refused.get_data(as_text=True)
    assert WRITTEN in page
    assert "n'est pas parti" in page.replace("&#39;", "'")
    assert 3500 < int(refused.headers["Retry-After"]) <= 3600
    assert messages(agent, referral) == 2


def test_an_hour_later_they_go_on(agent: Member) -> None:
    referral = a_sent_referral(agent)
    address = f"/relais/{referral.id}/messages"
    with set_to(now() - timedelta(minutes=61)):
        agent.browser().post(address, {"text": WRITTEN}, status=303)
    agent.browser().post(address, {"text": WRITTEN}, status=303)
    agent.browser().post(address, {"text": WRITTEN}, status=303)
    agent.browser().post(address, {"text": WRITTEN}, status=429)
    assert messages(agent, referral) == 3


def test_a_colleague_does_not_wait(agent: Member, federation: Federation) -> None:
    referral = a_sent_referral(agent)
    address = f"/relais/{referral.id}/messages"
    for status in (303, 303, 429):
        agent.browser().post(address, {"text": WRITTEN}, status=status)
    federation.member(agent.tenant, "agent", "Marc Lejeune").browser().post(address, {"text": WRITTEN}, status=303)
    assert messages(agent, referral) == 3


def test_referrals_have_a_limit(agent: Member) -> None:
    officer, people = agent.federation.officer(), [a_person(agent, name) for name in ("Amrani", "Bosco", "Ceulemans")]
    schemes = [a_scheme(officer) for _person in people]
    with agent.at_work() as session:
        session.info[LIMITS] = TWO
        for person, scheme in zip(people[:2], schemes[:2], strict=True):
            referral_in(session, agent, person, *scheme)
        with pytest.raises(LimitReached, match="referrals"):
            referral_in(session, agent, people[2], *schemes[2])


def test_national_numbers_are_shown_to_a_limit(agent: Member) -> None:
    people = [a_person(agent, name) for name in ("Amrani", "Bosco", "Ceulemans")]
    statuses = [agent.browser().post(f"/personnes/{person.id}/numero-national").status_code for person in people]
    assert statuses == [200, 200, 429]


def test_lists_and_searches_are_shown_to_a_limit(agent: Member) -> None:
    registered(agent, agent.federation.keyring, family_name="Vandenbroucke")
    browser = agent.browser()
    for _time in range(2):
        assert "Vandenbroucke" in see(browser, "/personnes")
    assert "Vandenbroucke" not in see(browser, "/personnes", 429)
    proposals = browser.post("/personnes/recherche/propositions", {"q": "vandenb"}, status=429)
    assert "Vandenbroucke" not in proposals.get_data(as_text=True)
    with agent.at_work() as session:
        mine = select(AuditEvent).where(
            AuditEvent.membership_id == agent.membership.id, AuditEvent.verb == "people.listed"
        )
        assert len(session.scalars(mine).all()) == 2, "what is not shown is not on record"
    assert agent.federation.member(agent.tenant, "agent", "Marc Lejeune").browser().get("/personnes")


def test_whoever_saw_enough_lists_still_opens_a_file_writes_and_sees_their_day(agent: Member) -> None:
    person = a_person(agent, "Vandenbroucke")
    browser = agent.browser()
    for status in (200, 200, 429):
        see(browser, "/personnes", status)
    assert "Vandenbroucke" in see(browser, f"/personnes/{person.id}")
    browser.post(f"/personnes/{person.id}/notes", {"note-text": "A trouvé une garde."}, status=303)
    see(browser, "/ma-journee")
    see(browser, "/agenda")


def test_files_are_opened_to_a_limit_and_what_is_written_in_one_is_always_taken(agent: Member) -> None:
    people = [a_person(agent, name) for name in ("Amrani", "Bosco", "Ceulemans")]
    browser = agent.browser()
    for _time in range(3):
        assert "Amrani" in see(browser, f"/personnes/{people[0].id}"), "the same file counts once"
    assert "Bosco" in see(browser, f"/personnes/{people[1].id}")
    assert "Ceulemans" not in see(browser, f"/personnes/{people[2].id}", 429)
    browser.post(f"/personnes/{people[0].id}/notes", {"note-text": "A trouvé une garde."}, status=303)


def test_the_programming_interface_says_it_as_a_problem(agent: Member, held: Application) -> None:
    a_person(agent, "Vandenbroucke")
    client, bearer = held.test_client(), agent.bearer("person.list")
    for _time in range(2):
        with client.get("/api/v1/people", headers=bearer) as answer:
            assert "Vandenbroucke" in answer.get_data(as_text=True)
    problem = client.get("/api/v1/people", headers=bearer)
    assert problem.status_code == 429
    assert problem.mimetype == "application/problem+json"
    assert "Vandenbroucke" not in problem.get_data(as_text=True)


@pytest.mark.parametrize("what", EACH)
def test_an_installation_has_limits_of_its_own(what: str) -> None:
    variable = f"CLAIS_{what.upper()}_AN_HOUR"
    assert getattr(Settings.from_environment({variable: "7"}).limits, what) == 7
    assert getattr(Settings.from_environment({}).limits, what) >= 60, "a day of work does not reach them"
    for wrong in ("0", "-1", "soixante", "1.5"):
        with pytest.raises(ValueError, match=f"{variable}={wrong}: a whole number above zero"):
            Settings.from_environment({variable: wrong})


def injected(who: Member, *, user_id: UUID, membership_id: UUID) -> AuditEvent:
    """A record that a statement smuggled into `who`'s requests writes."""
    return AuditEvent(
        tenant_id=who.tenant.id, user_id=user_id, membership_id=membership_id, actor_name="x", verb=LISTED,
        subject_type="list", subject_id=NIL,
    )  # fmt: skip


def test_a_record_that_someone_else_smuggles_in_uses_up_nothing_of_a_members_hour(agent: Member) -> None:
    colleague = agent.federation.member(agent.tenant, "agent", "Marc Lejeune")
    theirs = colleague.membership
    for user_id in (NIL, agent.membership.user_id):
        with agent.at_work() as session:
            session.add_all(injected(agent, user_id=user_id, membership_id=theirs.id) for _ in range(3))
    with pytest.raises(ProgrammingError, match="row-level security"), agent.at_work() as session:
        session.add(injected(agent, user_id=theirs.user_id, membership_id=theirs.id))
    assert until_of(colleague, "lists") is None


def test_a_record_under_their_own_account_uses_it_up(agent: Member) -> None:
    """So it is the account of the record that spares the colleague."""
    mine = agent.membership
    with agent.at_work() as session:
        session.add_all(injected(agent, user_id=mine.user_id, membership_id=mine.id) for _ in range(3))
    assert until_of(agent, "lists") is not None


def until_of(member: Member, what: str) -> datetime | None:
    """Until when a member waits."""
    with member.at_work() as session:
        session.info[LIMITS] = TWO
        return reached_until(session, what)
