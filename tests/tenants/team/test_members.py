"""When members work and when they are away: kept by each for themselves, and by the coordinator for all."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from clais.clock import today
from tenants.team.actions.members import Overlaps, note_absence
from tenants.team.models import Absence
from tests.support.federation import Federation, Member
from tests.tenants.people.newcomers import words
from tests.tenants.team.teams import a_coordinator, an_agent, with_pattern


def typed(first: int, last: int, kind: str = "leave") -> dict[str, str]:
    days = [(today() + timedelta(days=number)).strftime("%d/%m/%Y") for number in (first, last)]
    return {"starts_on": days[0], "ends_on": days[1], "kind": kind}


def absences(member: Member) -> list[Absence]:
    with member.at_work() as session:
        return list(session.scalars(select(Absence).where(Absence.membership_id == member.membership.id)))


def test_each_notes_their_own_absences_and_takes_them_away(federation: Federation) -> None:
    luc = an_agent(federation, "Luc Delhaye")
    browser = luc.browser()
    path = f"/equipe/membres/{luc.membership.id}"
    browser.post(f"{path}/absence", typed(3, 5), status=303)
    (absence,) = absences(luc)
    assert "Congé" in words(browser.get("/equipe/moi"))
    browser.post(f"/equipe/absences/{absence.id}/retrait", status=303)
    assert absences(luc) == []


@pytest.mark.parametrize("days", [(3, 5), (5, 9), (1, 3), (4, 4), (0, 20)])
def test_two_absences_of_one_member_do_not_overlap(federation: Federation, days: tuple[int, int]) -> None:
    luc, nadia = an_agent(federation, "Luc Delhaye"), an_agent(federation, "Nadia Lambert")
    browser, path = luc.browser(), f"/equipe/membres/{luc.membership.id}/absence"
    browser.post(path, typed(3, 5), status=303)
    refused = words(browser.post(path, typed(*days), status=422))
    assert "Une autre absence est déjà notée ces jours-là." in refused
    assert typed(*days)["starts_on"] in refused, "nothing typed is lost"
    browser.post(path, typed(6, 9), status=303)
    nadia.browser().post(f"/equipe/membres/{nadia.membership.id}/absence", typed(*days), status=303)
    assert len(absences(luc)) == 2


def test_the_database_refuses_what_overlaps(federation: Federation) -> None:
    luc = an_agent(federation, "Luc Delhaye")
    values = {"membership_id": luc.membership.id, "kind": "leave", "noted_by": "Luc Delhaye"}
    with luc.at_work() as session:
        session.add(Absence(starts_on=today(), ends_on=today() + timedelta(days=3), **values))
        session.flush()
        session.add(Absence(starts_on=today() + timedelta(days=3), ends_on=today() + timedelta(days=4), **values))
        with pytest.raises(IntegrityError, match="ex_absence_overlap"):
            session.flush()
        session.rollback()


def test_of_two_at_once_one_is_noted(federation: Federation) -> None:
    luc = an_agent(federation, "Luc Delhaye")
    days: dict[str, Any] = {"starts_on": today(), "ends_on": today(), "kind": "other"}
    ready, told = threading.Barrier(2), []

    def note() -> None:
        with luc.at_work() as session:
            ready.wait()
            try:
                note_absence(session, luc.actor, luc.membership, **days)
                told.append("noted")
            except Overlaps:
                told.append("overlaps")

    both = [threading.Thread(target=note) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(told) == ["noted", "overlaps"]
    assert len(absences(luc)) == 1


@pytest.mark.parametrize(("first", "last", "why"), [(5, 3, "précède"), (0, 900, "dépasse un an")])
def test_days_out_of_order_and_years_are_refused(federation: Federation, first: int, last: int, why: str) -> None:
    luc = an_agent(federation, "Luc Delhaye")
    path = f"/equipe/membres/{luc.membership.id}/absence"
    assert why in words(luc.browser().post(path, typed(first, last), status=422))


def test_a_member_says_their_days_and_the_coordinator_their_ceiling(federation: Federation) -> None:
    paul, luc = a_coordinator(federation), an_agent(federation, "Luc Delhaye")
    path = f"/equipe/membres/{luc.membership.id}/horaire"
    mine, his = luc.browser(), paul.browser()
    assert "Plafond" not in words(mine.get(path))
    mine.post(path, {"half_days": ["monday_am", "monday_pm", "tuesday_am"], "_version": "none"}, status=303)
    mine.post(path, {"ceiling": "900", "_version": "none"}, status=400)
    assert "lundi, mardi matin" in words(mine.get("/equipe/moi"))
    page = his.get(path).get_data(as_text=True)
    version = page.partition('name="_version" value="')[2].partition('"')[0]
    form = {"half_days": ["monday_am"], "ceiling": "30", "request_kinds": ["french"], "_version": version}
    his.post(path, form, status=303)
    assert "0 dossier sur 30" in words(mine.get("/equipe/moi"))
    late = words(mine.post(path, {"half_days": ["friday_am"], "_version": version}, status=409))
    assert "vendredi matin" in late


def test_nobody_but_the_coordinator_looks_after_others(federation: Federation) -> None:
    paul, luc, nadia = a_coordinator(federation), an_agent(federation, "Luc Delhaye"), an_agent(federation, "Nadia L")
    with_pattern(nadia, ceiling=12)
    nadia.browser().post(f"/equipe/membres/{nadia.membership.id}/absence", typed(1, 1), status=303)
    (absence,) = absences(nadia)
    browser = luc.browser()
    for path in ("", "/horaire", "/absence"):
        browser.get(f"/equipe/membres/{nadia.membership.id}{path}", status=404)
    browser.post(f"/equipe/absences/{absence.id}/retrait", status=404)
    browser.get("/equipe/membres", status=403)
    shown = words(paul.browser().get("/equipe/membres"))
    assert "Nadia L" in shown
    assert "12" in shown
    paul.browser().post(f"/equipe/absences/{absence.id}/retrait", status=303)
