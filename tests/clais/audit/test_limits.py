"""What one member may do in an hour: beyond it they wait, nothing they wrote is lost, and nobody else waits."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from clais.audit.frequency import LIMITS, reached_until
from clais.audit.models import LISTED, AuditEvent
from clais.clock import now, set_to, today
from clais.database import NIL
from clais.exchange.referrals.models import Referral, ReferralMessage
from clais.limits import LimitReached, Limits, Pauses
from clais.web.routing import Application
from config.settings import Settings
from tenants.agenda.actions import make_appointment
from tenants.people.models import Person
from tests.support.federation import Browser, Federation, Member
from tests.support.referrals import a_person, a_referral, a_scheme, referral_in
from tests.tenants.people.newcomers import registered, typed

TWO = Limits(messages=2, referrals=2, numbers=2, exports=2, files=2, lists=2)
EACH = ("messages", "referrals", "numbers", "files", "lists")
ALIKE: dict[str, Any] = {"family_name": "Delcourtois", "given_names": "Karim"}
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
    a_person(agent, "Vandenbroucke")
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


def test_a_form_that_is_not_taken_shows_no_more_files_and_gives_the_words_back(
    agent: Member, held: Application
) -> None:
    people = [a_person(agent, name) for name in ("Amrani", "Bosco", "Ceulemans")]
    browser, client = agent.browser(), held.test_client()
    for person in people[:2]:
        see(browser, f"/personnes/{person.id}")
    late = {"family_name": "Vandenbroucke", "given_names": "Lea", "_version": "99"}
    address = f"/personnes/{people[2].id}"
    for path, form, word in (
        ("coordonnees", late, "Vandenbroucke"),
        ("coordonnees", {"given_names": "Lea"}, "Lea"),
        ("notes", {"note-text": "", "_version": "99"}, ""),
        ("notes/recherche", {"q": "A trouvé une garde."}, "A trouvé une garde."),
    ):
        refused = browser.post(f"{address}/{path}", form, status=429).get_data(as_text=True)
        assert word in refused
        assert "Ceulemans" not in refused
        assert "0470" not in refused
    bearer = agent.bearer("person.read", "person.edit")
    for version in (people[2].version, 99):
        body = {"version": version, "family_name": "Vandenbroucke"}
        answer = client.patch(f"/api/v1/people/{people[2].id}", headers=bearer, json=body)
        assert answer.status_code == 429
        assert "Ceulemans" not in answer.get_data(as_text=True)


def test_whoever_searched_enough_is_told_of_nobody_by_a_card(agent: Member, held: Application) -> None:
    registered(agent, agent.federation.keyring, **ALIKE, birth_date=date(1995, 3, 8))
    mine = a_person(agent, "Amrani")
    browser = agent.browser()
    for status in (200, 429):
        see(browser, "/personnes", status)
    form = typed(**ALIKE | {"birth_date": "08/03/1995"})
    card = {**{name: form[name] for name in ALIKE}, "_version": str(mine.version), "dated_change": "wrong"}
    newcomer = {**ALIKE, "birth_date": "1995-03-08", "registration_consent_manner": "spoken"}
    bearer = agent.bearer("person.create")
    for answer in (
        browser.post("/accueil/nouveau", form, status=429),
        browser.post(f"/personnes/{mine.id}/coordonnees", card, status=429),
        held.test_client().post("/api/v1/people", headers=bearer, json=newcomer),
    ):
        assert answer.status_code == 429
        assert "-00001" not in answer.get_data(as_text=True)
    assert "Delcourtois" in browser.post("/accueil/nouveau", form, status=429).get_data(as_text=True)


def test_a_card_that_matches_nobody_uses_up_searches(agent: Member) -> None:
    mine, browser = a_person(agent, "Amrani"), agent.browser()
    guesses = [
        {"family_name": "Amrani", "given_names": "Sofia", "phone": f"0475 00 00 0{number}", "_version": str(version)}
        | {"dated_change": "wrong"}
        for number, version in enumerate(range(mine.version, mine.version + 3))
    ]
    statuses = [browser.post(f"/personnes/{mine.id}/coordonnees", guess).status_code for guess in guesses]
    assert statuses == [303, 303, 429]


def test_of_the_agenda_only_ones_own_present_week_stands_above_the_limit(agent: Member) -> None:
    marc = agent.federation.member(agent.tenant, "agent", "Marc Lejeune")
    next_week = today() + timedelta(days=7)
    for who, day in ((agent, today()), (agent, next_week), (marc, today())):
        with agent.at_work() as session:
            person = session.get_one(Person, (agent.tenant.id, a_person(agent, "Amrani").id))
            starts_at = datetime.combine(day, time(10), UTC)
            make_appointment(session, person, who.membership, starts_at=starts_at, minutes=30, purpose="follow_up")
    browser = agent.browser()
    for status in (200, 200, 429):
        see(browser, "/personnes", status)
    assert "Amrani" in see(browser, "/agenda?view=week")
    for query in ("agent=all", f"agent={marc.membership.id}", f"day={next_week}"):
        assert "Amrani" not in see(browser, f"/agenda?view=week&{query}", 429)


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
    with agent.at_work() as session:
        session.add_all(injected(agent, user_id=agent.membership.user_id, membership_id=theirs.id) for _ in range(3))
    for user_id in (NIL, theirs.user_id):
        with pytest.raises(ProgrammingError, match="row-level security"), agent.at_work() as session:
            session.add(injected(agent, user_id=user_id, membership_id=theirs.id))
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
