"""The lists of the centre: sorted, narrowed, counted, page by page, for its own eyes."""

import html
import re
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, Row, text

from clais.clock import today
from clais.database import ScopedSession
from clais.exchange.publications.models import Scheme, SchemeSession, SeatCount
from clais.exchange.referrals.actions import move
from clais.exchange.referrals.lists import inbox, inbox_cursor
from clais.exchange.referrals.models import Referral
from support_center.routing import lists
from support_center.routing.schemas import ParticipantListSchema, SeatsSchema
from tests.support.federation import Browser, Federation, Member
from tests.support.pages import ids_page_by_page
from tests.support.referrals import a_participant, a_person, a_referral, a_scheme
from tests.support.statements import shapes

PARTIAL = {"HX-Request": "true"}
NAMES = ("Amato", "Bennani", "Caruso", "Dubois", "Elouardi")


def sorts_of(schema: Any) -> tuple[str, ...]:
    """The columns by which a list may be sorted."""
    return tuple(schema().load_fields["sort"].validate.choices)


def named(page: str) -> list[str]:
    """The names of the rows, in order."""
    return re.findall(r'class="who"><a [^>]*>([^<]+)</a>', page)


def shown(browser: Browser, address: str) -> list[str]:
    return named(browser.get(address).get_data(as_text=True))


def counted(browser: Browser, address: str) -> list[str]:
    page = browser.get(address).get_data(as_text=True).partition('id="views"')[2]
    return re.findall(r'<span class="count">(\d+\+?)</span></a></li>', page)


def a_session(officer: Member, scheme: Scheme, **facts: Any) -> SchemeSession:
    day = today() + timedelta(days=10)
    usual = {"starts_on": day, "ends_on": day + timedelta(days=60), "closes_on": day, "place": "Gilly", "seats": 8}
    with officer.at_work() as session:
        owner = {"owner_tenant_id": officer.tenant.id, "basin_id": officer.tenant.basin_id}
        row = SchemeSession(**owner, scheme_id=scheme.id, **(usual | facts))
        session.add(row)
    return row


# Received referrals
# -----------------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(federation: Federation, superuser: Engine) -> tuple[Member, dict[str, Referral]]:
    """Referrals of each degree: late, due today, urgent, within the week, later."""
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer, seats=9)
    days = {"late": -2, "today": 0, "urgent": 9, "week": 5, "later": 9}
    sent = {
        name: a_referral(
            agent, a_person(agent), scheme, scheme_session, urgency="urgent" if name == "urgent" else "normal"
        )
        for name in days
    }
    moved = text("UPDATE referral SET receive_due_on = :due WHERE id = :id")
    with superuser.begin() as connection:
        for name, away in days.items():
            connection.execute(moved, {"id": sent[name].id, "due": today() + timedelta(days=away)})
    return officer, sent


def keys_of(page: str, sent: dict[str, Referral]) -> list[str]:
    names = {str(referral.id): name for name, referral in sent.items()}
    return [names[key] for key in re.findall(r'class="who"><a href="[^"]*/a-traiter/([0-9a-f-]{36})"', page)]


def test_the_inbox_is_grouped_by_the_time_that_is_left(waiting: tuple[Member, dict[str, Referral]]) -> None:
    officer, sent = waiting
    page = officer.browser().get("/a-traiter").get_data(as_text=True)
    assert keys_of(page, sent) == ["late", "today", "urgent", "week", "later"]
    headings = re.findall(r'scope="rowgroup"[^>]*>([^<]+)<', page)
    assert [heading.strip().replace("&#39;", "'") for heading in headings] == [
        "En retard", "Répondre aujourd'hui", "Urgents", "Dans les 7 jours", "Plus tard",
    ]  # fmt: skip
    for words in ("2 j de retard", "dernier jour", "5 jours", "9 jours"):
        assert words in page


def totals(browser: Browser, address: str) -> dict[str, str]:
    """What is counted beside the saved views, by its place on the page."""
    page = browser.get(address, headers=PARTIAL).get_data(as_text=True)
    return dict(re.findall(r'<span id="([\w-]+)" hx-swap-oob="innerHTML">([^<]*)</span>', page))


def test_the_inbox_says_how_many_wait_and_how_many_each_group_has(
    waiting: tuple[Member, dict[str, Referral]],
) -> None:
    browser = waiting[0].browser()
    page = browser.get("/a-traiter").get_data(as_text=True)
    found = totals(browser, "/a-traiter/vues")
    assert found.pop("found") == "5 relais"
    assert found == {f"pressing-{group}": "1" for group in range(5)}
    assert all(f'id="{place}"' in page for place in found)
    assert totals(browser, "/a-traiter/vues?urgency=urgent") == {"found": "1 sur 5", "pressing-2": "1"}


@pytest.mark.parametrize(
    ("sort", "names"),
    [("need", ["a", "b", "c"]), ("need&order=turned", ["c", "b", "a"]), ("seats", ["b", "a", "c"])],
)
def test_the_inbox_is_sorted_by_its_columns(federation: Federation, sort: str, names: list[str]) -> None:
    agent, officer = federation.agent(), federation.officer()
    sent = {}
    for name, days in (("c", None), ("b", 3), ("a", 9)):
        scheme, _usual = a_scheme(officer, name=f"Dispositif {name}")
        held = a_session(officer, scheme, starts_on=today() + timedelta(days=days)) if days else None
        sent[name] = a_referral(agent, a_person(agent), scheme, held)
    page = officer.browser().get(f"/a-traiter?sort={sort}").get_data(as_text=True)
    assert keys_of(page, sent) == names
    assert 'class="group-row"' not in page
    assert page.count("aria-sort") == 1


@pytest.mark.parametrize("sort", ["need", "person", "seats"])
def test_pages_hold_every_received_referral_once_in_any_order(federation: Federation, sort: str) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer, seats=99)
    sent = {str(a_referral(agent, a_person(agent), scheme, scheme_session).id) for _number in range(27)}
    browser, address, seen = officer.browser(), f"/a-traiter?sort={sort}", list[str]()
    while address:
        page = browser.get(address).get_data(as_text=True)
        seen += re.findall(r'class="who"><a href="[^"]*/a-traiter/([0-9a-f-]{36})"', page)
        following = re.search(r'rel="next" href="[^"]*(/a-traiter[^"]*after=[^"]*)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(sent)
    assert set(seen) == sent


def test_a_row_of_the_inbox_says_what_is_missing_and_never_a_name(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer)
    a_referral(agent, a_person(agent), scheme, scheme_session)
    with officer.at_work() as session:
        # The centre asks for more than when this was sent.
        asked = ["name", "phone", "email", "schooling", "driving"]
        session.query(Scheme).filter(Scheme.id == scheme.id).update({"required_fields": asked})
    page = officer.browser().get("/a-traiter").get_data(as_text=True)
    assert "à demander\xa0: E-mail, Scolarité + 1" in page.replace("&#39;", "'")
    assert "Femme" in page
    assert "30–34 ans" in page
    assert "Marchetti" not in page
    assert "10 libres sur 10" in page


def test_the_views_and_filters_of_the_inbox_combine(federation: Federation) -> None:
    agent, other, officer = federation.agent(), federation.other_agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer, seats=9)
    mentoring, _none = a_scheme(officer, name="Parrainage")
    sent = {
        "one": a_referral(agent, a_person(agent), scheme, scheme_session, urgency="urgent"),
        "two": a_referral(agent, a_person(agent), mentoring),
        "three": a_referral(other, a_person(other), scheme, scheme_session),
    }
    with officer.at_work() as session:
        move(session, officer.actor, session.get_one(Referral, (agent.tenant.id, sent["one"].id)), "receive")
    browser = officer.browser()

    def keys(arguments: str) -> set[str]:
        return set(keys_of(browser.get(f"/a-traiter?{arguments}").get_data(as_text=True), sent))

    assert keys("group=requested") == {"two", "three"}
    assert keys("group=received") == {"one"}
    assert keys(f"scheme_id={scheme.id}") == {"one", "three"}
    assert keys(f"scheme_id={scheme.id}&sender={agent.tenant.id}") == {"one"}
    assert keys("urgency=urgent&group=requested") == set()
    # To answer, new, answer awaited; nothing is incomplete or under way, and nobody waits for news.
    assert counted(browser, "/a-traiter/vues") == ["3", "2", "1", "0", "0", "0"]
    assert counted(browser, f"/a-traiter/vues?sender={agent.tenant.id}") == ["2", "1", "1", "0", "0", "0"]
    menu = browser.get(f"/a-traiter/filtres?scheme_id={scheme.id}").get_data(as_text=True)
    assert f'value="{scheme.id}" selected' in menu
    chips = browser.get(f"/a-traiter?scheme_id={scheme.id}&urgency=urgent").get_data(as_text=True)
    assert chips.count('class="chip"') == 2


def test_the_pages_of_the_inbox_hold_every_referral_once(waiting: tuple[Member, dict[str, Referral]]) -> None:
    officer, sent = waiting
    found, after = [], None
    with officer.at_work() as session:
        for _page in range(5):
            page = inbox(session, after, limit=2)
            found += [line.referral.id for line in page[:2]]
            if len(page) < 3:
                break
            after = inbox_cursor(page[1].referral)
    assert found == [sent[name].id for name in ("late", "today", "urgent", "week", "later")]


# Participants
# -----------------------------------------------------------------------------------------------------


@pytest.fixture
def received(federation: Federation) -> tuple[Member, Member, Scheme]:
    """Five participants: three with a seat, one on the waiting list, one of another platform without a seat."""
    agent, other, officer = federation.agent(), federation.other_agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer)
    for place, name in enumerate(NAMES[:4]):
        a_participant(agent, officer, name, "Ana", scheme, scheme_session, waiting=place == 3)
    a_participant(other, officer, NAMES[4], "Ana")
    return officer, agent, scheme


def test_participants_are_sorted_narrowed_and_counted(received: tuple[Member, Member, Scheme]) -> None:
    officer, agent, _scheme = received
    browser = officer.browser()
    whole = [f"Ana {name}" for name in NAMES]
    assert shown(browser, "/participants") == whole
    assert shown(browser, "/participants?order=turned") == whole[::-1]
    assert shown(browser, "/participants?sort=state")[0] == "Ana Dubois"
    assert shown(browser, "/participants?sort=session")[-1] == "Ana Elouardi"
    assert shown(browser, "/participants?state=waiting") == ["Ana Dubois"]
    assert shown(browser, f"/participants?from_tenant_id={agent.tenant.id}&state=enrolled") == whole[:3]
    assert counted(browser, "/participants/vues") == ["5", "4", "1", "0", "0", "0"]
    assert counted(browser, f"/participants/vues?from_tenant_id={agent.tenant.id}")[0] == "4"


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", sorts_of(ParticipantListSchema))
def test_pages_hold_every_participant_once_in_any_order(
    received: tuple[Member, Member, Scheme], sort: str, *, descending: bool
) -> None:
    def read(session: ScopedSession, after: Any, limit: int) -> list[lists.ParticipantLine]:
        return lists.participants_page(session, {}, sort, after, descending=descending, limit=limit)

    with received[0].at_work() as session:
        whole = [row[0].id for row in read(session, None, 50)]
        assert ids_page_by_page(partial(read, session)) == whole
    assert len(whole) == len(NAMES)


# Sessions
# -----------------------------------------------------------------------------------------------------


@pytest.fixture
def planned(federation: Federation) -> tuple[Member, Scheme]:
    """Five sessions of two schemes: one of them full, one with somebody who waits, one that is over."""
    agent, officer = federation.agent(), federation.officer()
    scheme, held = a_scheme(officer, seats=2, name="Alternance")
    other, _session = a_scheme(officer, seats=3, name="Parrainage")
    a_participant(agent, officer, "Amato", "Ana", scheme, held, waiting=True)
    a_session(officer, scheme, starts_on=today() + timedelta(days=5), seats=4, seats_taken=4)
    a_session(officer, other, starts_on=today() + timedelta(days=7), seats=9)
    past = today() - timedelta(days=90)
    a_session(officer, other, starts_on=past, closes_on=past, ends_on=today() - timedelta(days=1))
    return officer, scheme


def test_sessions_are_sorted_narrowed_and_counted(planned: tuple[Member, Scheme]) -> None:
    officer, scheme = planned
    browser = officer.browser()
    assert shown(browser, "/places") == ["Alternance", "Parrainage", "Alternance", "Parrainage"]
    assert shown(browser, "/places?sort=scheme") == ["Alternance", "Alternance", "Parrainage", "Parrainage"]
    assert shown(browser, "/places?seats=full") == ["Alternance"]
    assert shown(browser, "/places?seats=waited") == ["Alternance"]
    assert shown(browser, f"/places?scheme={scheme.id}&seats=free") == ["Alternance"]
    assert shown(browser, "/places?seats=over") == ["Parrainage"]
    assert counted(browser, "/places") == ["4", "3", "1", "1", "1"]
    assert counted(browser, f"/places?scheme={scheme.id}") == ["2", "1", "1", "1", "0"]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", sorts_of(SeatsSchema))
def test_pages_hold_every_session_once_in_any_order(
    planned: tuple[Member, Scheme], sort: str, *, descending: bool
) -> None:
    def read(session: ScopedSession, after: Any, limit: int) -> list[Row[Any]]:
        return lists.sessions_page(session, {}, sort, after, descending=descending, limit=limit)

    with planned[0].at_work() as session:
        whole = [row[0].id for row in read(session, None, 50)]
        assert ids_page_by_page(partial(read, session)) == whole
    assert len(whole) == 4


# Schemes
# -----------------------------------------------------------------------------------------------------


@pytest.fixture
def published(federation: Federation) -> Member:
    """Three schemes: one with free seats, one that is full, one that takes nobody any more."""
    officer = federation.officer()
    a_scheme(officer, name="Alternance", seats=5)
    _full, held = a_scheme(officer, name="Parrainage", seats=1)
    shut, _session = a_scheme(officer, name="Zinguerie")
    with officer.at_work() as session:
        session.query(SeatCount).filter(SeatCount.scheme_session_id == held.id).update({"seats_taken": 1})
        session.query(Scheme).filter(Scheme.id == shut.id).update({"state": "closed"})
    return officer


def test_schemes_are_sorted_narrowed_and_counted(published: Member, federation: Federation) -> None:
    browser = published.browser()
    assert shown(browser, "/dispositifs") == ["Alternance", "Parrainage", "Zinguerie"]
    assert shown(browser, "/dispositifs?order=turned") == ["Zinguerie", "Parrainage", "Alternance"]
    assert shown(browser, "/dispositifs?sort=free")[0] == "Parrainage"
    assert shown(browser, "/dispositifs?state=open&seats=none") == ["Parrainage"]
    assert counted(browser, "/dispositifs") == ["3", "0", "2", "0", "1"]
    agent = federation.agent().browser()
    assert shown(agent, "/offre-du-bassin") == ["Alternance", "Parrainage"]
    assert shown(agent, "/offre-du-bassin?seats=free") == ["Alternance"]
    assert shown(agent, "/offre-du-bassin?kind=mentoring") == []
    assert counted(agent, "/offre-du-bassin") == ["2", "1", "1"]


def test_many_schemes_are_read_with_the_statements_that_read_few(published: Member, federation: Federation) -> None:
    readers = {"/dispositifs": published.browser(), "/offre-du-bassin": federation.agent().browser()}
    read = ["SELECT scheme_session", "SELECT seat_count", "SELECT scheme", "SELECT usual_delay"]
    for _times in range(2):
        told = {page: shapes(federation.engine, browser, page) for page, browser in readers.items()}
        # The last one counts what is new, for the rail.
        assert told == {
            "/dispositifs": [*read, "SELECT referral"],
            "/offre-du-bassin": [*read, "WITH referral_event"],
        }
        for number in range(5):
            a_scheme(published, name=f"Formation {number}")


def test_the_scheme_of_another_basin_is_not_read(published: Member, federation: Federation) -> None:
    elsewhere = Federation(federation.app, federation.engine)
    foreign, _session = a_scheme(elsewhere.officer(), name="Ailleurs")
    agent = federation.agent().browser()
    agent.get(f"/offre-du-bassin/{foreign.id}", status=404)
    assert "Ailleurs" not in shown(agent, "/offre-du-bassin") + shown(published.browser(), "/dispositifs")


# All of them
# -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "wrong"),
    [("/a-traiter?group=running", ("group=x", "scheme_id=x")), ("/participants", ("sort=phone", "order=down")),
     ("/places", ("seats=some", "after=abc")), ("/dispositifs", ("kind=x", "colour=red"))],
)  # fmt: skip
def test_an_address_that_no_page_has_is_not_understood_and_lists_nothing(
    received: tuple[Member, Member, Scheme], address: str, wrong: tuple[str, ...]
) -> None:
    browser = received[0].browser()
    assert shown(browser, address)
    for argument in wrong:
        page = browser.get(f"{address.partition('?')[0]}?{argument}", status=400).get_data(as_text=True)
        assert "Cette demande n'a pas été comprise" in html.unescape(page)
        assert named(page) == []


def test_the_lists_of_another_centre_hold_nothing(
    received: tuple[Member, Member, Scheme], waiting: tuple[Member, dict[str, Referral]], federation: Federation
) -> None:
    assert shown(received[0].browser(), "/a-traiter")
    assert waiting
    theirs = Federation(federation.app, federation.engine).officer().browser()
    for address in ("/a-traiter", "/a-traiter?group=running", "/participants", "/places", "/dispositifs"):
        assert shown(theirs, address) == []
        assert shown(received[0].browser(), address), address
    assert set(counted(theirs, "/a-traiter/vues") + counted(theirs, "/participants/vues")) == {"0"}


def test_more_rows_cost_no_more_statements(engine: Engine, federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    browser = officer.browser()
    addresses = ("/a-traiter", "/a-traiter?group=running", "/participants", "/places", "/dispositifs")

    def grown(by: int) -> dict[str, list[str]]:
        for number in range(by):
            scheme, scheme_session = a_scheme(officer, name=f"Dispositif {number} de {by}")
            a_participant(agent, officer, f"Nom{number}", "Ana", scheme, scheme_session)
            a_referral(agent, a_person(agent), scheme, scheme_session)
        return {address: shapes(engine, browser, address) for address in addresses}

    assert grown(1) == grown(7)
    assert len(shapes(engine, browser, "/a-traiter/vues", headers=PARTIAL)) == 2
    # The participants lie here, and whether their consents stand with who sent them.
    assert shapes(engine, browser, "/participants/vues", headers=PARTIAL) == ["SELECT participant", "SELECT referral"]
