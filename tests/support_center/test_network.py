"""The supervisor's page: the platforms of the basin, what each number counts, and nobody's file."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from io import StringIO

import pytest
from sqlalchemy import Engine, text

from clais.clock import now, set_to, today
from clais.database import Scope, unit_of_work
from clais.dates import moment_of, working_days_between
from clais.exchange.referrals.actions import move
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import received_referral
from clais.registry.actions import open_tenant
from support_center.network import answers, queries
from support_center.network.figures import network_of
from support_center.network.rules.periods import period_of, periods_until
from support_center.network.rules.signals import Rhythm, Trend, is_rising, is_silent, rhythm_of, the_first, trend_of
from tests.support.federation import Federation, Member
from tests.support.instruments import a_centre
from tests.support.pages import plain
from tests.support.referrals import a_participant, a_person, a_referral, a_scheme
from tests.support.statements import statements
from tests.support.training import a_school, registered, yesterday

HERE = period_of(today())
"""The current period."""


def supervisor(federation: Federation) -> Member:
    return federation.member(federation.support_centre, "supervisor", "Philippe Andries")


def sent_by(agent: Member, count: int) -> list[Referral]:
    return [a_referral(agent, a_person(agent, f"Test {number}")) for number in range(count)]


def answer(officer: Member, referrals: Sequence[Referral], *steps: str) -> None:
    """Let the officer take these steps on some referrals."""
    for referral in referrals:
        with officer.at_work() as session:
            for step in steps:
                held = received_referral(session, referral.id)
                assert held is not None
                reason = {"decline": "other", "complete": "hired"}.get(step)
                move(session, officer.actor, held, step, reason=reason)


def page_of(member: Member, path: str = "/reseau") -> str:
    return plain(member.browser().get(path).get_data(as_text=True).partition("<main")[2])


def row_of(page: str, name: str) -> list[str]:
    """The cells of a platform as they are seen."""
    row = page.partition(f'title="{name}"')[2].partition("</tr>")[0]
    return [re.sub(r"<span.*?</span>|<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row)]


def test_the_page_counts_what_each_platform_sent_and_how_far_it_is(federation: Federation) -> None:
    officer = federation.officer()
    referrals = sent_by(federation.agent(), 11)
    answer(officer, referrals[:6], "receive")
    answer(officer, referrals[6:], "receive", "accept")
    few = sent_by(federation.other_agent(), 3)
    answer(officer, few[:1], "receive", "decline")
    page = page_of(supervisor(federation))
    _days, sent, arrived, started, finished, seated, _instruments, certified, last = row_of(
        page, federation.platform.name
    )
    assert [sent, arrived, started, finished, seated, certified] == ["11", "11", "0", "0", "0", "0"]
    assert last == "aujourd'hui"
    assert row_of(page, federation.other_platform.name)[1:4] == ["moins de 5", "moins de 5", "0"]
    assert "2 plates-formes · relais depuis le" in page
    assert ": au moins 12, arrivés : au moins 12, commencés : 0" in page
    assert not {"Test 1", referrals[0].reference} & set(re.findall(r"Test \d|R-[\w-]+", page))


def test_seats_are_counted_by_where_their_holders_come_from(federation: Federation) -> None:
    officer, agent = federation.officer(), federation.agent()
    scheme, scheme_session = a_scheme(officer)
    for number in range(5):
        a_participant(agent, officer, f"Test {number}", "Sam", scheme, scheme_session)
    a_participant(federation.other_agent(), officer, "Ailleurs", "Sam", scheme, scheme_session)
    page = page_of(supervisor(federation), f"/reseau?plateforme={federation.platform.id}&chiffre=seated")
    assert row_of(page, federation.platform.name)[5] == "5"
    assert row_of(page, federation.other_platform.name)[5] == "moins de 5"
    assert "Sur 5 acceptés, ne comptent pas ici : 0." in page


def test_what_closed_since_is_counted_by_its_notice(federation: Federation, superuser: Engine) -> None:
    officer = federation.officer()
    referrals = sent_by(federation.agent(), 6)
    answer(officer, referrals, "receive", "decline")
    at_work = supervisor(federation)
    with at_work.at_work() as session:
        before = queries.referral_counts(session, [HERE])[federation.platform.id, HERE.first]
    with superuser.begin() as connection:
        tenant = {"tenant": federation.platform.id}
        connection.execute(text("SET CONSTRAINTS ALL DEFERRED"))
        for table in ("referral", "parcel", "referral_event"):
            statement = f"UPDATE {table} SET withdrawn_at = now(), in_force = false WHERE tenant_id = :tenant"
            connection.execute(text(statement), tenant)
        connection.execute(
            text(
                "INSERT INTO withdrawal"
                " (tenant_id, id, to_tenant_id, referral_id, reference, withdrawn_at, cause, outcome)"
                " SELECT tenant_id, gen_random_uuid(), to_tenant_id, id, reference, now(), 'unused', state"
                " FROM referral WHERE tenant_id = :tenant"
            ),
            tenant,
        )
    with at_work.at_work() as session:
        after = queries.referral_counts(session, [HERE])[federation.platform.id, HERE.first]
    assert {name: before[name] for name in ("sent", "arrived", "answered")} == dict.fromkeys(
        ("sent", "arrived", "answered"), 6
    )
    assert {name: after.get(name, 0) for name in before} == before


def test_days_to_answer_are_working_days_and_their_median(federation: Federation, superuser: Engine) -> None:
    officer, agent = federation.officer(), federation.agent()
    referrals = sent_by(agent, 5)
    answer(officer, referrals, "receive", "accept")
    back = [1, 3, 6, 12, 20]
    with superuser.begin() as connection:
        for referral, days in zip(referrals, back, strict=True):
            sent = moment_of(today() - timedelta(days=days), referral.requested_at.timetz().replace(tzinfo=None))  # type: ignore[union-attr]
            connection.execute(
                text("UPDATE referral SET requested_at = :sent WHERE id = :id"), {"sent": sent, "id": referral.id}
            )
    at_work = supervisor(federation)
    everything = period_of(today() - timedelta(days=6))._replace(
        first=today() - timedelta(days=40), last=today() + timedelta(days=1)
    )
    with at_work.at_work() as session:
        found = answers.days_to_answer(session, [everything], [])
    expected = working_days_between(today() - timedelta(days=6), today())
    assert found.by_platform == {(federation.platform.id, everything.first): (expected, 5)}
    assert found.of_basin == {everything.first: expected}


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2026, 11, 9), date(2026, 11, 12), 2),  # The 11th is a holiday.
        (date(2026, 11, 6), date(2026, 11, 9), 1),
        (date(2026, 11, 7), date(2026, 11, 8), 0),
        (date(2026, 11, 9), date(2026, 11, 6), 0),
    ],
)
def test_weekends_and_holidays_are_no_working_days(first: date, last: date, days: int) -> None:
    assert working_days_between(first, last) == days


def test_each_number_opens_its_explanation_with_and_without_a_script(federation: Federation) -> None:
    member = supervisor(federation)
    sent_by(federation.agent(), 7)
    address = f"/reseau?plateforme={federation.platform.id}&chiffre=arrived"
    whole = page_of(member, address)
    part = member.browser().get(address, headers={"HX-Request": "true", "HX-Target": "section#explained"})
    fragment = part.get_data(as_text=True).replace("\u00a0", " ")
    assert fragment.lstrip().startswith('<section id="explained"')
    for page in (whole, fragment):
        assert "Sur 7 envoyés, ne comptent pas ici : 7." in page
        assert "Définition, version 1, depuis le 1er septembre 2026." in page
        assert "Que deviennent ceux qui n" in page
    assert whole.count('aria-current="true"') == 2, "the period and the cell"


def test_an_explanation_keeps_back_what_its_cell_keeps_back(federation: Federation) -> None:
    referrals = sent_by(federation.agent(), 7)
    answer(federation.officer(), referrals[:3], "receive", "accept")
    member = supervisor(federation)
    page = page_of(member, f"/reseau?plateforme={federation.platform.id}&chiffre=arrived")
    assert row_of(page, federation.platform.name)[1:3] == ["7", "caché"]
    assert "Sur 7 envoyés, ne comptent pas ici : caché." in page
    days = page_of(member, f"/reseau?plateforme={federation.platform.id}&chiffre=days")
    assert row_of(days, federation.platform.name)[0] == "trop peu"
    assert "Un sur deux" not in days


def test_the_file_hides_what_the_page_hides(federation: Federation) -> None:
    sent_by(federation.agent(), 5)
    sent_by(federation.other_agent(), 2)
    answered = supervisor(federation).browser().get("/reseau/export.csv")
    assert answered.mimetype == "text/csv"
    rows = list(csv.reader(StringIO(answered.get_data(as_text=True).lstrip("\ufeff")), delimiter=";"))
    assert [len(row) for row in rows] == [12, 12, 12]
    assert [row[4] for row in rows[1:]] == ["5", "moins de 5"]


def test_many_platforms_cost_as_many_statements_as_few(federation: Federation) -> None:
    member = supervisor(federation)
    sent_by(federation.agent(), 2)
    with member.at_work() as session, statements(federation.engine) as few:
        network_of(session, member.actor, HERE)
    for number in range(6):
        with unit_of_work(federation.engine, Scope(administers=True)) as session:
            tenant = open_tenant(
                session,
                federation.basin,
                kind="local_platform",
                name=f"Plate-forme {number}",
                slug=f"pf{number}-{federation.tag}",
                code=f"P{number}X",
            )
        sent_by(federation.member(tenant, "agent"), 2)
    with member.at_work() as session, statements(federation.engine) as many:
        network = network_of(session, member.actor, HERE)
    assert len(network.lines) == 8
    print(f"statements of the network: {len(many)}")  # noqa: T201 - asked for by whoever measures.
    assert len(many) == len(few)


def test_a_supervisor_counts_nothing_of_another_basin(federation: Federation) -> None:
    sent_by(federation.agent(), 6)
    elsewhere = supervisor(Federation(federation.app, federation.engine))
    with elsewhere.at_work() as session:
        assert queries.referral_counts(session, [HERE]) == {}
        assert queries.signs(session) == {}
        assert answers.days_to_answer(session, [HERE], []).by_platform == {}


def test_platforms_stand_in_alphabetical_order_and_cannot_be_sorted(federation: Federation) -> None:
    page = page_of(supervisor(federation))
    names = re.findall(r'<th scope="row" title="([^"]+)"', page)
    assert names == sorted(names)
    assert "<a" not in page.partition("<thead>")[2].partition("</thead>")[0]


def test_a_platform_that_adopted_late_is_looked_at(federation: Federation) -> None:
    a_centre(federation).publish(today() - timedelta(days=10))
    page = page_of(supervisor(federation))
    todo = page.partition('id="to-look-at"')[2].partition("</section>")[0]
    assert todo.count("<li>") == 2
    assert "10 j de retard" in todo.replace("jours", "j")
    assert row_of(page, federation.platform.name)[6] == "0 sur 1"


def test_a_supervisor_lands_on_the_network(federation: Federation) -> None:
    member = supervisor(federation)
    landed = member.browser().client.get("/")
    assert landed.headers["Location"].endswith(f"/{member.tenant.slug}/reseau")


def test_another_basin_and_other_periods_do_not_exist(federation: Federation) -> None:
    member = supervisor(federation)
    browser, elsewhere = member.browser(), Federation(federation.app, federation.engine)
    answered = [
        browser.get(f"/reseau?{asked}", status=status).get_data(as_text=True)
        for asked, status in (
            ("periode=2026-10", 404),
            ("periode=1999-01", 404),
            (f"plateforme={federation.support_centre.id}&chiffre=sent", 404),
            (f"plateforme={elsewhere.platform.id}&chiffre=sent", 404),
            ("chiffre=sent", 404),
            (f"plateforme={federation.platform.id}&chiffre=autre", 400),
        )
    ]
    assert not any("<table" in page or federation.platform.name in page for page in answered)
    offered = re.findall(r"periode=(\d{4}-\d{2})", page_of(member))
    assert set(offered) == {period.code for period in periods_until(today())}


@pytest.mark.parametrize("role", ["support_officer", "trainer"])
def test_the_network_is_the_supervisors(federation: Federation, role: str) -> None:
    member, who_may = federation.member(federation.support_centre, role).browser(), supervisor(federation).browser()
    for path in ("/reseau", "/reseau/export.csv"):
        refused = member.get(path, status=403).get_data(as_text=True)
        assert federation.platform.name not in refused
        assert member.url("/reseau") not in refused
        assert federation.platform.name in who_may.get(path).get_data(as_text=True)


def test_silence_is_measured_against_what_is_usual() -> None:
    assert not is_silent(5, 120)
    assert is_silent(6, 120)
    assert not is_silent(12, 25)
    assert is_silent(16, 25)
    assert not is_silent(40, 2)
    assert is_silent(41, 2)
    assert [rhythm_of(days) for days in (100, 20, 3)] == [Rhythm.DAILY, Rhythm.WEEKLY, Rhythm.SELDOM]


def test_a_delay_is_looked_at_when_it_is_longer_than_promised_and_rises() -> None:
    assert is_rising([7, None, 11, 12], 10)
    assert not is_rising([12, 12, 12, 12], 10)
    assert not is_rising([7, 8, 8, 9], 10)
    assert not is_rising([None, 7, 8, 12], 10)
    assert not is_rising([7, 12], 10)
    assert [trend_of(months) for months in ([7, None, 12], [12, 8], [6, 5], [None, 4])] == [
        Trend.LONGER,
        Trend.SHORTER,
        Trend.STABLE,
        Trend.UNKNOWN,
    ]


def test_three_things_at_most_are_looked_at_of_each_kind_in_turn() -> None:
    assert the_first([["a1", "a2"], ["b1"], ["c1"]]) == ["a1", "b1", "c1"]
    assert the_first([["a1", "a2", "a3", "a4"], [], []]) == ["a1", "a2", "a3"]
    assert the_first([[], [], []]) == []


@pytest.mark.parametrize(("days", "middle"), [([3], 3), ([1, 9], 1), ([5, 1, 9], 5), ([2, 2, 8, 8, 8], 8)])
def test_the_median_is_the_one_in_the_middle(days: list[int], middle: int) -> None:
    assert answers.median_of(Counter(days)) == middle


def test_agents_who_hold_a_certificate_are_counted_once_for_their_platform(federation: Federation) -> None:
    school, agent = a_school(federation), federation.agent()
    run = school.run(yesterday(), closes_on=today())
    registered(federation.member(federation.platform, "coordinator"), run, agent)
    with set_to(now() - timedelta(days=2)):
        school.give_seats()
    school.hold(run)
    page = page_of(supervisor(federation))
    assert [row_of(page, one.name)[7] for one in (federation.platform, federation.other_platform)] == ["1", "0"]
