"""What one wants to do by a day: noted, put off, done with a click and undone; on a file it goes with it."""

import re
from datetime import timedelta
from html import unescape

from sqlalchemy import select, update

from clais import clock
from clais.audit.models import AuditEvent
from clais.clock import now, today
from clais.identity.models import Membership
from clais.workflow import StateChange
from tenants.people.actions import hand_over
from tenants.people.models import Person
from tenants.tasks.models import OwnTask
from tests.support.exits import CLOSING
from tests.support.federation import Federation, Member
from tests.support.tasks import a_task, finished
from tests.tenants.agenda.days import a_file
from tests.tenants.agenda.test_day_and_week import day_of, rows

IN_TWO_DAYS = timedelta(days=2)


def stored(member: Member, task: OwnTask) -> OwnTask | None:
    with member.at_work() as session:
        return session.get(OwnTask, (task.tenant_id, task.id))


def typed(days: int) -> str:
    return (today() + timedelta(days=days)).strftime("%d/%m/%Y")


def path_of(page: str, what: str) -> str:
    """The address of the first act on tasks of this kind on a page."""
    found = re.search(rf'action="([^"]*/taches/[^"]*/{what}/[^"]*)"', page)
    assert found is not None
    return unescape(found[1])


def test_a_task_is_noted_with_two_fields_and_stands_on_the_day(federation: Federation) -> None:
    agent = federation.agent()
    browser = agent.browser()
    assert "/taches/nouvelle" in day_of(agent)
    form = browser.get("/taches/nouvelle").get_data(as_text=True)
    assert re.findall(r'name="(text|due_on)"', form) == ["text", "due_on"]
    browser.post("/taches/nouvelle", {"text": "Rappeler le CPAS", "due_on": typed(0)}, status=303)
    assert "Rappeler le CPAS" in rows(day_of(agent), "today")
    for wrong in ({"text": "", "due_on": typed(0)}, {"text": "x" * 201, "due_on": typed(0)}, {"text": "x"}):
        browser.post("/taches/nouvelle", wrong, status=422)


def test_the_late_ones_come_first_then_today_then_the_week(federation: Federation) -> None:
    agent = federation.agent()
    for text, days in (("Bientôt", 1), ("Aujourd", 0), ("Retard", -3), ("Plustard", 40)):
        a_task(agent, text, due_in=days)
    page = day_of(agent)
    assert list(dict.fromkeys(re.findall(r"Retard|Aujourd|Bientôt", rows(page, "today")))) == ["Retard", "Aujourd"]
    assert "Bientôt" in rows(page, "week")
    assert "Plustard" not in page
    listed = agent.browser().get("/taches").get_data(as_text=True)
    order = [listed.index(text) for text in ("Retard", "Aujourd", "Bientôt", "Plustard")]
    assert order == sorted(order)


def test_one_click_does_it_and_one_undoes_it(federation: Federation) -> None:
    agent = federation.agent()
    task = a_task(agent)
    browser = agent.browser()
    for _click in range(2):  # The second of two clicks changes nothing.
        browser.post(path_of(day_of(agent), "fait") if _click == 0 else f"/taches/{task.id}/fait/jour", status=303)
    page = browser.get("/ma-journee").get_data(as_text=True)
    assert "Fait : Rappeler le CPAS" in page.replace("\xa0", " ")
    assert "Rappeler" not in rows(page, "today")
    assert "Rappeler" in browser.get("/taches").get_data(as_text=True)
    browser.post(path_of(page, "retour"), status=303)
    assert "Rappeler" in rows(day_of(agent), "today")
    done = stored(agent, task)
    assert done is not None
    assert (done.done_at, done.done_by) == (None, None)


def test_what_was_done_for_oneself_is_forgotten_after_two_weeks_and_what_was_done_on_a_file_is_not(
    federation: Federation,
) -> None:
    agent = federation.agent()
    own, on_file, later = a_task(agent, "Pour moi"), a_task(agent, "Pour Sofia", a_file(agent)), a_task(agent, "Après")
    finished(agent, own)
    finished(agent, on_file)
    with clock.set_to(now() + timedelta(days=15)):
        assert "Pour moi" not in agent.browser().get("/taches").get_data(as_text=True)
        finished(agent, later)
    assert stored(agent, own) is None
    assert stored(agent, on_file) is not None
    assert stored(agent, later) is not None


def test_put_off_on_the_day_it_is_put_to_that_day(federation: Federation) -> None:
    agent = federation.agent()
    task = a_task(agent)
    until = today() + timedelta(days=3)
    sent = {"source": "own_tasks", "subject": str(task.id), "until": until.isoformat()}
    agent.browser().post("/ma-journee/report", sent, status=303)
    page = day_of(agent)
    assert "Rappeler" in rows(page, "week")
    assert 'id="postponed-items"' not in page
    moved = stored(agent, task)
    assert moved is not None
    assert moved.due_on == until


def test_it_is_said_otherwise_and_who_comes_too_late_sees_both(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    task = a_task(agent, person=person)
    form = {"text": "Écrire au CPAS", "due_on": typed(2), "_version": str(task.version)}
    agent.browser().post(f"/taches/{task.id}", form, status=303)
    late = federation.agent().browser().post(f"/taches/{task.id}", form | {"text": "Autre"}, status=409)
    assert "Écrire au CPAS" in late.get_data(as_text=True)


def test_on_a_file_the_colleagues_read_it_and_without_one_nobody_else(federation: Federation) -> None:
    agent, colleague = federation.agent(), federation.agent()
    reception = federation.member(federation.platform, "receptionist", "Samia Ben Ali")
    person = a_file(agent)
    on_file, own = a_task(agent, "Pour Sofia", person), a_task(agent, "Pour moi")
    browser = colleague.browser()
    assert "Pour Sofia" in browser.get(f"/personnes/{person.id}").get_data(as_text=True)
    assert "Pour Sofia" in browser.get(f"/personnes/{person.id}/fil").get_data(as_text=True)
    assert "Pour Sofia" not in day_of(colleague)
    browser.get(f"/taches/{on_file.id}", status=200)
    for who in (colleague, reception, federation.member(federation.platform, "coordinator"), federation.other_agent()):
        who.browser().get(f"/taches/{own.id}", status=404)
        who.browser().post(f"/taches/{own.id}/fait/jour", status=404)
    reception.browser().get(f"/taches/{on_file.id}", status=404)
    federation.other_agent().browser().get(f"/taches/{on_file.id}", status=404)
    assert stored(colleague, own) is None
    assert stored(agent, own) is not None


def test_without_a_file_it_is_on_no_record(federation: Federation) -> None:
    agent = federation.agent()
    on_file, own = a_task(agent, person=a_file(agent)), a_task(agent)
    for task in (on_file, own):
        agent.browser().post(f"/taches/{task.id}/fait/jour", status=303)
    with agent.at_work() as session:
        seen = session.execute(select(AuditEvent.verb, AuditEvent.subject_id)).all()
        changes = session.scalars(select(StateChange.subject_id)).all()
    assert [row.verb for row in seen if row.subject_id == on_file.id] == ["task.add", "task.finish"]
    assert own.id not in {*(row.subject_id for row in seen), *changes}


def test_with_a_file_that_changes_hands_its_task_goes_along(federation: Federation) -> None:
    agent, colleague, other = (federation.agent() for _number in range(3))
    person = a_file(agent)
    a_task(agent, "Pour Sofia", person)
    a_task(other, "De côté", person)
    for giver, taker in ((agent, colleague), (colleague, agent)):
        assert "Pour Sofia" in day_of(giver)
        assert "Pour Sofia" not in day_of(taker)
        with giver.at_work() as session:
            file = session.get_one(Person, (person.tenant_id, person.id))
            hand_over(session, giver.actor, file, taker.membership)
        assert "Pour Sofia" in day_of(taker)
        assert "Pour Sofia" not in day_of(giver)
    assert "De côté" in day_of(other)
    assert "De côté" not in day_of(agent)


def test_what_a_colleague_who_left_meant_to_do_comes_to_who_follows_the_file(federation: Federation) -> None:
    agent, gone = federation.agent(), federation.agent()
    a_task(gone, "Restée là", a_file(agent))
    assert "Restée là" not in day_of(agent)
    with gone.at_work() as session:
        session.execute(update(Membership).where(Membership.id == gone.membership.id).values(ended_at=now()))
    assert "Restée là" in day_of(agent)


def test_who_closes_a_file_says_what_becomes_of_its_tasks(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    done, dropped, kept = (a_task(agent, text, person) for text in ("Finie", "Lâchée", "Gardée"))
    path = f"/personnes/{person.id}/cloture"
    assert "Tâche" in agent.browser().get(path).get_data(as_text=True)
    said = zip((done, dropped, kept), ("finish", "drop", "keep"), strict=True)
    answers = {f"settle_tasks_{task.id.hex}": choice for task, choice in said}
    agent.browser().post(path, CLOSING | answers, status=303)
    finished = stored(agent, done)
    assert finished is not None
    assert finished.done_at is not None
    assert stored(agent, dropped) is None
    assert "Gardée" in day_of(agent)
    agent.browser().get(f"/personnes/{person.id}/taches/nouvelle", status=409)


def test_a_receptionist_has_tasks_of_their_own_and_none_on_a_file(federation: Federation) -> None:
    reception = federation.member(federation.platform, "receptionist", "Samia Ben Ali")
    person = a_file(federation.agent())
    a_task(reception, "Commander du papier")
    assert "Commander du papier" in day_of(reception)
    reception.browser().get(f"/personnes/{person.id}/taches/nouvelle", status=403)


def test_who_noted_it_takes_it_away_and_nobody_else(federation: Federation) -> None:
    agent, colleague = federation.agent(), federation.agent()
    task = a_task(agent, person=a_file(colleague))
    colleague.browser().post(f"/taches/{task.id}/retrait", status=403)
    assert "/retrait" not in colleague.browser().get(f"/taches/{task.id}").get_data(as_text=True)
    agent.browser().post(f"/taches/{task.id}/retrait", status=303)
    assert stored(agent, task) is None
