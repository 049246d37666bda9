"""A platform draws by chance, tells without a name, and the supervisor reads the summaries and nothing else."""

from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import delete, select

from clais import clock
from clais.clock import today
from clais.exchange.quality.jobs import FORGET
from clais.exchange.quality.models import QualityReply, QualitySummary
from clais.exchange.quality.queries import LIFE, summaries_of
from clais.web.routing import Application
from clais.workflow import Refused
from tenants.people.models import Person
from tenants.quality.models import QualityDraw
from tenants.quality.queries import drawn_files, eligible_files
from tenants.quality.rules.drawing import drawn
from tests.support.federation import Federation
from tests.support.mistakes import file_aside
from tests.support.quality import (
    WORDS,
    a_coordinator,
    a_draw,
    a_request,
    a_supervisor,
    all_written,
    asked_of,
    draws,
    files_with_a_contact,
    sent,
)
from tests.support.work import run_due
from tests.tenants.mistakes.test_mistakes import restored


def test_a_request_goes_from_the_supervisor_to_summaries_and_back(federation: Federation) -> None:
    supervisor, coordinator = a_supervisor(federation), a_coordinator(federation)
    files_with_a_contact(coordinator, 6)
    desk, office = supervisor.browser(), coordinator.browser()
    answer = {
        "platforms": str(federation.platform.id), "theme": "follow_up", "files": "1", "reason": "Les silences.",
        "first_on": (today() - timedelta(days=30)).isoformat(), "last_on": (today() - timedelta(days=1)).isoformat(),
        "answer_by": (today() + timedelta(days=5)).isoformat(),
    }  # fmt: skip
    desk.post("/qualite/nouvelle", answer | {"last_on": today().isoformat()}, status=422)
    desk.post("/qualite/nouvelle", answer, status=303)
    assert "Suivi" in office.get("/ma-journee").get_data(as_text=True)
    with coordinator.at_work() as session:
        assert session.scalars(select(QualityReply)).all() == [], "nothing is said to the centre before the draw"
    page = office.get("/supervision").get_data(as_text=True)
    request_id = page.split("/supervision/")[1][:36]
    office.post(f"/supervision/{request_id}/tirage", status=303)
    (row,) = draws(coordinator)
    page = office.get(f"/supervision/{request_id}").get_data(as_text=True)
    assert "1 sur 1 tirés au sort" in page.replace("\u00a0", " ")
    path = f"/supervision/dossiers/{row.id}"
    named = {**WORDS, "hard": "Sofia ne venait plus.", "_version": "1"}
    refused = office.post(path, named, status=422).get_data(as_text=True)
    assert "Sofia" in refused.split('id="field-hard-error"')[1].partition("</p>")[0]
    office.post(path, {**WORDS, "_version": "1"}, status=303)
    office.post(f"/supervision/{request_id}/envoi", status=303)
    page = desk.get(f"/qualite/{request_id}").get_data(as_text=True)
    assert WORDS["hard"] in page
    assert "1 contact" in page.replace("\u00a0", " ")
    assert "Dossier" not in page.replace("Dossiers", "")
    desk.post(f"/qualite/{request_id}/a-discuter", {"text": "Les relances.", "_version": "none"}, status=303)
    desk.post(f"/qualite/{request_id}/cloture", status=303)
    page = office.get(f"/supervision/{request_id}").get_data(as_text=True)
    assert "Clôturée" in page
    assert "Les relances" not in page


def test_the_draw_is_on_record_and_can_be_done_again_from_it_but_not_for_nicer_files(federation: Federation) -> None:
    coordinator = a_coordinator(federation)
    people = files_with_a_contact(coordinator, 11)
    request = a_request(a_supervisor(federation), 2)
    a_draw(coordinator, request)
    rows = sorted(draws(coordinator), key=lambda row: row.letter)
    assert [(row.letter, row.eligible, row.drawn_by) for row in rows] == [
        ("A", 11, coordinator.membership.display_name),
        ("B", 11, coordinator.membership.display_name),
    ]
    assert drawn([person.id for person in people], 2, rows[0].seed) == [row.person_id for row in rows]
    with pytest.raises(Refused, match="wrong_state"):
        a_draw(coordinator, request)
    coordinator.browser().post(f"/supervision/{request.id}/tirage", status=409)


def test_too_few_eligible_files_draw_fewer_and_say_so_or_none_at_all(federation: Federation) -> None:
    supervisor, coordinator = a_supervisor(federation), a_coordinator(federation)
    files_with_a_contact(coordinator, 4)
    request = a_request(supervisor, 3)
    browser = coordinator.browser()
    browser.post(f"/supervision/{request.id}/tirage", status=303)
    assert "moins de cinq" in browser.get(f"/supervision/{request.id}").get_data(as_text=True)
    assert draws(coordinator) == []
    assert asked_of(coordinator, request).reply is None
    files_with_a_contact(coordinator, 2)
    browser.post(f"/supervision/{request.id}/tirage", status=303)
    assert len(draws(coordinator)) == 1
    page = supervisor.browser().get(f"/qualite/{request.id}").get_data(as_text=True).replace("\u00a0", " ")
    assert "1 sur 3 tirés au sort" in page
    assert "Trop peu de dossiers" in page


def test_a_file_is_drawn_once_a_year(federation: Federation) -> None:
    supervisor, coordinator = a_supervisor(federation), a_coordinator(federation)
    files_with_a_contact(coordinator, 6)
    a_draw(coordinator, a_request(supervisor))
    (row,) = draws(coordinator)
    later = a_request(supervisor)
    with coordinator.at_work() as session:
        assert row.person_id not in eligible_files(session, later)
        session.get_one(QualityDraw, (row.tenant_id, row.id)).drawn_at -= timedelta(days=366)
        session.flush()
        assert row.person_id in eligible_files(session, later)


def test_another_file_is_drawn_for_a_reason_and_the_supervisor_sees_how_often(federation: Federation) -> None:
    supervisor, coordinator = a_supervisor(federation), a_coordinator(federation)
    files_with_a_contact(coordinator, 7)
    request = a_request(supervisor)
    a_draw(coordinator, request)
    (row,) = draws(coordinator)
    browser = coordinator.browser()
    path = f"/supervision/dossiers/{row.id}/remplacement"
    browser.post(path, {"replaced_because": ""}, status=422)
    browser.post(path, {"replaced_because": "La personne est une voisine."}, status=303)
    browser.get(path, status=404)
    old, new = draws(coordinator)
    assert (old.replaced_because, new.letter, new.eligible) == ("La personne est une voisine.", "A", 6)
    assert old.person_id != new.person_id
    assert asked_of(coordinator, request).reply.redraws == 1  # type: ignore[union-attr]
    page = supervisor.browser().get(f"/qualite/{request.id}").get_data(as_text=True).replace("\u00a0", " ")
    assert "1 dossier a été remplacé" in page
    assert "voisine" not in page


@pytest.mark.parametrize("theme", ["intake", "bilan", "plan", "referral", "exit"])
def test_files_without_the_theme_in_the_period_are_not_eligible(theme: str, federation: Federation) -> None:
    coordinator = a_coordinator(federation)
    files_with_a_contact(coordinator, 1)
    request = a_request(a_supervisor(federation), theme=theme)
    with coordinator.at_work() as session:
        assert eligible_files(session, request) == []


def test_nothing_is_sent_before_all_is_written_nor_with_a_name_that_came_since(federation: Federation) -> None:
    coordinator = a_coordinator(federation)
    files_with_a_contact(coordinator, 6)
    request = a_request(a_supervisor(federation))
    a_draw(coordinator, request)
    with pytest.raises(Refused, match="unwritten"):
        sent(coordinator, asked_of(coordinator, request))
    all_written(coordinator, request)
    (row,) = draws(coordinator)
    with coordinator.at_work() as session:
        session.get_one(Person, (row.tenant_id, row.person_id)).family_name = "Horaire"
    with pytest.raises(Refused, match="named"):
        sent(coordinator, asked_of(coordinator, request))


def test_what_was_sent_has_no_key_of_a_person_and_leaves_no_copy_on_the_file(federation: Federation) -> None:
    supervisor, coordinator = a_supervisor(federation), a_coordinator(federation)
    files_with_a_contact(coordinator, 6)
    request = a_request(supervisor)
    a_draw(coordinator, request)
    all_written(coordinator, request)
    sent(coordinator, asked_of(coordinator, request))
    (row,) = draws(coordinator)
    assert (row.asked, row.done, row.hard, row.otherwise) == (None,) * 4
    with supervisor.at_work() as session:
        (summary,) = summaries_of(session, request)
        told = {column.name: getattr(summary, column.name) for column in QualitySummary.__table__.columns}
        assert session.scalars(select(QualityDraw)).all() == []
    assert row.person_id not in told.values()
    assert row.id not in told.values()
    with pytest.raises(Refused, match="wrong_state"):
        sent(coordinator, asked_of(coordinator, request))


def test_a_file_tells_that_it_was_drawn_and_its_erasure_takes_the_draw_along(federation: Federation) -> None:
    coordinator = a_coordinator(federation)
    files_with_a_contact(coordinator, 6)
    a_draw(coordinator, a_request(a_supervisor(federation)))
    (row,) = draws(coordinator)
    page = coordinator.browser().get(f"/personnes/{row.person_id}").get_data(as_text=True)
    assert "Dossier tiré au sort pour la supervision" in page
    with coordinator.at_work() as session:
        session.execute(delete(Person).where(Person.tenant_id == row.tenant_id, Person.id == row.person_id))
    assert draws(coordinator) == []


def test_who_saves_a_summary_too_late_gets_both(federation: Federation) -> None:
    coordinator = a_coordinator(federation)
    files_with_a_contact(coordinator, 5)
    request = a_request(a_supervisor(federation))
    a_draw(coordinator, request)
    all_written(coordinator, request)
    (row,) = draws(coordinator)
    later = {**WORDS, "hard": "Le bus manquait.", "_version": "1"}
    page = coordinator.browser().post(f"/supervision/dossiers/{row.id}", later, status=409).get_data(as_text=True)
    assert "Le bus manquait" in page
    assert WORDS["hard"] in page


def test_a_drawn_file_that_is_set_aside_is_missed_before_anything_is_sent(federation: Federation) -> None:
    supervisor, coordinator = a_supervisor(federation), a_coordinator(federation)
    files_with_a_contact(coordinator, 11)
    request = a_request(supervisor, files=2)
    a_draw(coordinator, request)
    all_written(coordinator, request)
    with coordinator.at_work() as session:
        first, _second = [drawn_file.person for drawn_file in drawn_files(session, request.id)]
    aside = file_aside(coordinator, first)
    answer = coordinator.browser().post(f"/supervision/{request.id}/envoi", follow_redirects=True)
    assert "tiré au sort n'est plus là" in unescape(answer.get_data(as_text=True))
    with pytest.raises(Refused, match="set_aside"):
        sent(coordinator, asked_of(coordinator, request))
    restored(coordinator, aside)
    sent(coordinator, asked_of(coordinator, request))
    with supervisor.at_work() as session:
        assert len(summaries_of(session, request)) == 2


def test_summaries_are_erased_a_year_after_they_were_sent(federation: Federation, app: Application) -> None:
    supervisor, coordinator = a_supervisor(federation), a_coordinator(federation)
    files_with_a_contact(coordinator, 5)
    request = a_request(supervisor)
    a_draw(coordinator, request)
    all_written(coordinator, request)
    sent(coordinator, asked_of(coordinator, request))
    with clock.set_to(clock.now() + LIFE - timedelta(days=1)):
        run_due(app, FORGET)
    assert WORDS["hard"] in supervisor.browser().get(f"/qualite/{request.id}").get_data(as_text=True)
    with clock.set_to(clock.now() + LIFE + timedelta(days=1)):
        run_due(app, FORGET)
    page = supervisor.browser().get(f"/qualite/{request.id}").get_data(as_text=True)
    assert "effacés douze mois après" in page


@pytest.mark.parametrize("role", ["agent", "receptionist"])
def test_the_supervision_is_the_coordinators(role: str, federation: Federation) -> None:
    request = a_request(a_supervisor(federation))
    assert "/supervision" in a_coordinator(federation).browser().get("/ma-journee").get_data(as_text=True)
    member = federation.member(federation.platform, role)
    assert "/supervision" not in member.browser().get("/ma-journee").get_data(as_text=True)
    member.browser().get("/supervision", status=403)
    member.browser().post(f"/supervision/{request.id}/tirage", status=403)
    assert draws(member) == []


def test_the_request_of_another_platform_does_not_exist(federation: Federation) -> None:
    request = a_request(a_supervisor(federation))
    other = federation.member(federation.other_platform, "coordinator")
    assert str(request.id) in a_coordinator(federation).browser().get("/supervision").get_data(as_text=True)
    assert str(request.id) not in other.browser().get("/supervision").get_data(as_text=True)
    other.browser().get(f"/supervision/{request.id}", status=404)
    other.browser().post(f"/supervision/{request.id}/tirage", status=404)
    assert draws(other) == []
    with other.at_work() as session:
        assert session.scalars(select(QualityReply)).all() == []
