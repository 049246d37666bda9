"""The list of presences: one click a half-day, saved at once; nobody's mark is lost, and none is made of the future."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text

from clais.clock import now, today
from clais.exchange.publications.models import SchemeSession
from clais.exchange.referrals.models import PresenceSummary, Referral
from clais.exchange.training.rules.half_days import HalfDay
from support_center.presence.forms import cell_key, click_of, half_day_of
from support_center.presence.rules.tally import tally_of
from support_center.presence.rules.timetable import half_days_of_session
from support_center.routing.models import Participant, PresenceMark
from tests.support.federation import Browser, Federation, Member
from tests.support.statements import shapes
from tests.support_center.test_groups import NAMES, a_group
from tests.tenants.people.newcomers import words

Group = tuple[Member, Member, SchemeSession, list[tuple[Referral, Participant]]]
PART = {"HX-Request": "true", "HX-Target": "section#grid"}


def a_running_group(federation: Federation, superuser: Engine, names: tuple[str, ...] = NAMES) -> Group:
    """A session that has been held every day of the week for two weeks."""
    agent, officer, session, members = a_group(federation, superuser, names)
    with superuser.begin() as connection:
        days = {"first": today() - timedelta(days=14), "id": session.id}
        connection.execute(
            text("UPDATE scheme_session SET starts_on = :first, timetable = 'du lundi au dimanche' WHERE id = :id"),
            days,
        )
    return agent, officer, session, members


def past_half_days(session: SchemeSession) -> list[HalfDay]:
    """The half-days of the days before today, the last one first."""
    days = half_days_of_session(today() - timedelta(days=14), session.ends_on, "du lundi au dimanche")
    return [one for one in reversed(days) if one.day < today()]


def last_half_day(session: SchemeSession) -> HalfDay:
    """The last one of them."""
    return past_half_days(session)[0]


def click(
    browser: Browser, session: SchemeSession, person: Participant, half_day: HalfDay, mark: str, read: str = "none",
    status: int = 303, **more: str,
) -> str:  # fmt: skip
    """Press one button of the list."""
    said = f"{cell_key(person.id, half_day)}:{mark}:{read}"
    return words(browser.post(f"/places/{session.id}/presences/marque", {"said": said, **more}, status=status))


def marks(officer: Member, session: SchemeSession) -> dict[tuple[UUID, date, str], tuple[str, str | None]]:
    """What is stored of a session."""
    with officer.at_work() as work:
        rows = work.scalars(select(PresenceMark).where(PresenceMark.scheme_session_id == session.id))
        return {(row.participant_id, row.day, row.half): (row.mark, row.note) for row in rows}


@pytest.mark.parametrize(
    ("timetable", "days", "halves"),
    [
        ("lundi, mardi et jeudi, 09:00–15:30", {0, 1, 3}, {"am", "pm"}),
        ("Du lundi au vendredi, de 9h à 12h30", {0, 1, 2, 3, 4}, {"am"}),
        ("les mercredis après-midi de mars", {2}, {"pm"}),
        ("lun.-jeu. 13h30 à 16h", {0, 1, 2, 3}, {"pm"}),
        ("Le samedi matin", {5}, {"am"}),
        ("Tous les jours", {0, 1, 2, 3, 4}, {"am", "pm"}),
        (None, {0, 1, 2, 3, 4}, {"am", "pm"}),
    ],
)
def test_the_half_days_are_those_of_the_timetable(timetable: str | None, days: set[int], halves: set[str]) -> None:
    found = half_days_of_session(date(2026, 11, 16), date(2026, 11, 22), timetable)
    assert {one.day.weekday() for one in found} == days
    assert {one.half for one in found} == halves
    assert found == sorted(found)


def test_a_holiday_has_no_half_day() -> None:
    found = half_days_of_session(date(2026, 11, 9), date(2026, 11, 13), "lundi et mercredi")
    assert {one.day for one in found} == {date(2026, 11, 9)}, "11 November is a holiday"


def test_what_is_called_off_here_counts_for_nobody() -> None:
    tally = tally_of(["present", "late", "absent", "excused", "unexcused", "unexcused", "ours"])
    assert (tally.attended, tally.held, tally.missed, tally.said) == (2, 6, 5, 7)


@pytest.mark.parametrize("typed", ["", "x", "12:2026-12-01-am:present:none", f"{'0' * 32}:2026-13-01-am:present:none"])
def test_what_no_button_says_is_none(typed: str) -> None:
    assert click_of(typed) is None
    assert half_day_of(typed) is None


def test_one_click_says_that_someone_was_there_and_is_saved(federation: Federation, superuser: Engine) -> None:
    _agent, officer, session, members = a_running_group(federation, superuser)
    browser, half_day, person = officer.browser(), last_half_day(session), members[0][1]
    click(browser, session, person, half_day, "present")
    assert marks(officer, session) == {(person.id, half_day.day, half_day.half): ("present", None)}
    page = words(browser.get(f"/places/{session.id}/presences?demi={half_day.code}"))
    assert "1 présent, 0 absent, 2 à dire" in page
    assert "Les 2 qui restent sont là" in page


def test_an_absence_asks_why_in_its_row(federation: Federation, superuser: Engine) -> None:
    _agent, officer, session, members = a_running_group(federation, superuser)
    browser, half_day, person = officer.browser(), last_half_day(session), members[1][1]
    said = {"said": f"{cell_key(person.id, half_day)}:absent:none"}
    part = words(
        browser.post(f"/places/{session.id}/presences/marque?demi={half_day.code}", said, headers=PART, status=200)
    )
    assert "Test Banza, " in part
    assert "pourquoi" in part
    assert "<h1" not in part, "a part of the page alone"
    click(browser, session, person, half_day, "excused", "1", note="Rendez-vous chez Actiris")
    assert marks(officer, session)[person.id, half_day.day, half_day.half] == ("excused", "Rendez-vous chez Actiris")
    page = words(browser.get(f"/places/{session.id}/presences"))
    assert "1 valable" in page
    assert "Rendez-vous chez Actiris" in page


def test_of_two_who_say_it_the_late_one_sees_what_stands(federation: Federation, superuser: Engine) -> None:
    _agent, officer, session, members = a_running_group(federation, superuser)
    half_day, person = last_half_day(session), members[0][1]
    click(officer.browser(), session, person, half_day, "unexcused")
    late = officer.browser()
    page = click(late, session, person, half_day, "present", status=409)
    assert "absent·e, sans raison" in page
    assert "présent·e" in page
    assert marks(officer, session)[person.id, half_day.day, half_day.half] == ("unexcused", None)
    click(late, session, person, half_day, "unexcused")
    click(late, session, members[1][1], half_day, "present")
    assert len(marks(officer, session)) == 2, "another's mark is not in the way"


def test_no_half_day_of_the_future_and_no_other_day_is_marked(federation: Federation, superuser: Engine) -> None:
    _agent, officer, session, members = a_running_group(federation, superuser)
    browser = officer.browser()
    for day in (today() + timedelta(days=1), today() - timedelta(days=20)):
        click(browser, session, members[0][1], HalfDay(day, "am"), "present", status=409)
        rest = {"half_day": f"{day}-am"}
        browser.post(f"/places/{session.id}/presences/tous", rest, status=409)
    assert marks(officer, session) == {}


def test_all_who_are_left_were_there_and_it_can_be_taken_back(federation: Federation, superuser: Engine) -> None:
    _agent, officer, session, members = a_running_group(federation, superuser)
    browser, half_day = officer.browser(), last_half_day(session)
    click(browser, session, members[0][1], half_day, "unexcused")
    browser.post(f"/places/{session.id}/presences/tous", {"half_day": half_day.code}, status=303)
    found = marks(officer, session)
    assert sorted(mark for mark, _note in found.values()) == ["present", "present", "unexcused"]
    page = words(browser.get(f"/places/{session.id}/presences"))
    undo = re.search(r'action="/[^/]+(/places/[^"]+/annulation/[^"]+)"', page)
    assert undo is not None
    click(browser, session, members[1][1], half_day, "late", "1")
    browser.post(undo[1], {}, status=303)
    left = marks(officer, session)
    assert sorted(mark for mark, _note in left.values()) == ["late", "unexcused"], "what was changed since stays"


def test_who_has_no_seat_any_more_is_not_marked(federation: Federation, superuser: Engine) -> None:
    _agent, officer, session, members = a_running_group(federation, superuser)
    person = members[0][1]
    browser = officer.browser()
    browser.post(f"/places/{session.id}/presences/marque", {"said": "quelque chose"}, status=422)
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE enrolment SET state = 'released' WHERE participant_id = :id"), {"id": person.id}
        )
    page = click(browser, session, person, last_half_day(session), "present", status=422)
    assert "n'a plus de place" in page


def test_what_the_sender_reads_is_counted_at_once(federation: Federation, superuser: Engine) -> None:
    _agent, officer, session, members = a_running_group(federation, superuser)
    browser, person = officer.browser(), members[0][1]
    halves = past_half_days(session)[:5]
    for half_day, mark in zip(halves, ("present", "late", "excused", "unexcused", "ours"), strict=True):
        click(browser, session, person, half_day, mark)
    with officer.at_work() as work:
        row = work.scalars(select(PresenceSummary).where(PresenceSummary.referral_id == members[0][0].id)).one()
        assert (row.held, row.attended, row.excused, row.unexcused) == (4, 2, 1, 1)
        assert row.last_on == halves[0].day
        assert row.consent_until > now()


def test_more_participants_and_marks_cost_no_more_statements(
    federation: Federation, superuser: Engine, engine: Engine
) -> None:
    _agent, officer, few, _members = a_running_group(federation, superuser)
    _agent, other, many, _members = a_running_group(federation, superuser, tuple(f"Nom{n}" for n in range(7)))
    half_day = last_half_day(few)
    for member, session in ((officer, few), (other, many)):
        member.browser().post(f"/places/{session.id}/presences/tous", {"half_day": half_day.code}, status=303)

    def read(found: list[str]) -> list[str]:
        return [shape for shape in found if not shape.startswith("INSERT")]

    cost = read(shapes(engine, officer.browser(), f"/places/{few.id}/presences"))
    assert read(shapes(engine, other.browser(), f"/places/{many.id}/presences")) == cost
    assert sum("presence_mark" in shape for shape in cost) == 1
