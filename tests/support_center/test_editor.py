"""The editor of an instrument: what it shows while one types, and what its settings refuse."""

from dataclasses import replace
from uuid import UUID

import pytest

from clais.exchange.publications.models import InstrumentVersion
from clais.exchange.training.models import Course
from clais.workflow import Refused
from support_center.instruments.actions.drafts import change_draft
from support_center.training.actions.courses import edit_course
from tests.support.federation import Federation
from tests.support.training import FACTS, a_school
from tests.support_center.test_instruments import Desk


def test_the_preview_shows_what_is_typed_and_saves_nothing(desk: Desk) -> None:
    desk.add("enfants", "number")
    sent = {"label_fr": "Combien d'enfants vivent ici ?", "kind": "yes_no", "section": "situation", "id": "enfants"}
    path = f"{desk.address}/questions/enfants/apercu"
    shown = desk.author.post(path, {**sent, "joint": "and"}, status=200).get_data(as_text=True)
    assert "vivent ici" in shown
    assert "Oui" in shown
    assert "vivent ici" not in desk.page("/questions/enfants")
    desk.author.post(path, {**sent, "joint": "and", "label_fr": ""}, status=204)
    desk.supervisor.post(path, {**sent, "joint": "and"}, status=403)


def test_a_version_requires_only_a_course_that_gives_a_certificate(desk: Desk, federation: Federation) -> None:
    desk.add("enfants", "number")
    settings = {"title": "Bilan", "_version": desk.mark("/reglages"), "certificate": "ACC-9"}
    page = desk.author.post(f"{desk.address}/reglages", settings, status=422).get_data(as_text=True)
    assert "Aucune formation publiée" in page
    with desk.trainer.at_work() as session:
        version = session.get_one(InstrumentVersion, (desk.trainer.tenant.id, UUID(desk.version)))
        change_draft(session, desk.trainer.actor, version, lambda before: replace(before, certificate="ACC-9"))
    assert "Aucune formation publiée" in desk.send(status=422)
    school = a_school(federation)
    desk.author.post(
        f"{desk.address}/reglages",
        settings | {"certificate": school.course.code, "_version": desk.mark("/reglages")},
        status=303,
    )
    desk.send()


def test_the_course_that_an_instrument_requires_keeps_its_code_and_its_certificate(
    desk: Desk, federation: Federation
) -> None:
    school = a_school(federation)
    desk.add("enfants", "number")
    settings = {"title": "Bilan", "certificate": school.course.code, "_version": desk.mark("/reglages")}
    desk.author.post(f"{desk.address}/reglages", settings, status=303)
    page = f"/formation-des-agents/cours/{school.course.id}"
    assert "Un outil demande son certificat" not in desk.author.get(page).get_data(as_text=True)
    desk.send()
    assert "Un outil demande son certificat" in desk.author.get(page).get_data(as_text=True)
    same, key = dict(FACTS), (school.course.owner_tenant_id, school.course.id)
    for change in ({"code": "AUTRE-2"}, {"certificate_months": None}):
        with school.trainer.at_work() as session, pytest.raises(Refused, match="required"):
            edit_course(session, session.get_one(Course, key), same | {"code": school.course.code} | change)
    with school.trainer.at_work() as session:
        edit_course(session, session.get_one(Course, key), same | {"code": school.course.code, "title": "Autrement"})
