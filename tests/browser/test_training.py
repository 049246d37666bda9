"""A training from end to end: registered, held, certified, and checked by somebody who has no account."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from clais.clock import today
from clais.exchange.training.evidence import LARGEST
from clais.exchange.training.models import Certificate, CertificateEvidence, CourseRun
from clais.exchange.training.rules.half_days import HALVES, HalfDay, codes_of
from tests.support.chromium import NARROW, Visit
from tests.support.federation import Federation, Member
from tests.support.training import School, a_school, registered, yesterday

pytestmark = pytest.mark.browser


def a_day_later(school: School, run: CourseRun) -> None:
    """The day of a session passes."""
    day = yesterday()
    with school.trainer.at_work() as session:
        found = session.get_one(CourseRun, (run.tenant_id, run.id))
        found.half_days = codes_of(HalfDay(day, half) for half in HALVES)
        found.starts_on = found.ends_on = day


def test_a_coordinator_registers_a_trainer_marks_and_anybody_checks(
    federation: Federation, sign_in: Callable[[Member], Visit], visitor: Callable[[], Visit]
) -> None:
    school, coordinator = a_school(federation), federation.member(federation.platform, "coordinator", "Paul Henin")
    federation.member(federation.platform, "agent", "Nadia Lambert")
    run = school.run(today() + timedelta(days=1))
    visit = sign_in(coordinator)
    page = visit.page
    page.goto(f"/{coordinator.tenant.slug}/formations")
    page.get_by_role("link", name=school.course.title, exact=True).click()
    page.get_by_role("link", name=re.compile("Inscrire des collègues")).click()
    page.get_by_label("Nadia Lambert").check()
    page.get_by_role("button", name="Inscrire").click()
    expect(page.get_by_text("1 personne est inscrite.")).to_be_visible()
    page.set_viewport_size({"width": NARROW, "height": 800})
    visit.check("training-course")
    school.give_seats()
    a_day_later(school, run)

    visit = sign_in(school.trainer)
    page = visit.page
    here = f"/{school.trainer.tenant.slug}/formation-des-agents/sessions/{run.id}"
    for half in HALVES:
        page.goto(f"{here}/presences?demi={yesterday().isoformat()}-{half}")
        page.get_by_role("button", name="Tous les autres sont là").click()
        expect(page.get_by_role("radio", name="là", exact=True)).to_be_checked()
        if half == "am":
            visit.check("training-presence")
        page.get_by_role("button", name="Enregistrer").click()
        expect(page.get_by_text(re.compile("^Noté"))).to_be_visible()
    visit.check("training-run")
    page.get_by_role("link", name="Clôturer la session").click()
    page.get_by_role("button", name="Clôturer la session").click()
    expect(page.get_by_text("1 certificat est délivré.")).to_be_visible()

    with school.trainer.at_work() as session:
        number = session.scalars(select(Certificate.number)).one()
    visit = visitor()
    page = visit.page
    page.goto("/certificat")
    page.get_by_label("Numéro du certificat").fill(number.replace("-", " ").lower())
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("Valable jusqu'au"))).to_be_visible()
    expect(page.get_by_text("Nadia")).to_have_count(0)
    visit.check("certificate-check")


def test_a_document_that_is_too_large_is_refused_before_it_leaves_and_the_rest_stays(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    school = a_school(federation)
    agent = federation.member(federation.platform, "agent", "Nadia Lambert")
    coordinator = federation.member(federation.platform, "coordinator", "Paul Henin")
    (registration,) = registered(coordinator, school.run(today() + timedelta(days=30)), agent)
    visit = sign_in(school.trainer)
    page = visit.page
    page.set_viewport_size({"width": NARROW, "height": 800})
    page.goto(f"/{school.trainer.tenant.slug}/formation-des-agents/inscriptions/{registration.id}/reprise")
    page.get_by_label("Repris de").fill("registre papier")
    page.get_by_label("Valable du").fill("15/01/2025")
    page.get_by_label("Valable jusqu'au").fill("14/01/2027")
    document, refused = page.get_by_label("Le document"), page.get_by_text("Ce document est trop lourd")
    document.set_input_files({"name": "scan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-" + b"x" * LARGEST})
    expect(refused).to_be_visible()
    expect(document).to_have_value("")
    visit.check("past-evidence")
    document.set_input_files({"name": "scan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 registre"})
    expect(refused).to_be_hidden()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Le certificat est délivré.")).to_be_visible()
    with school.trainer.at_work() as session:
        assert session.scalars(select(CertificateEvidence.kind)).all() == ["pdf"]
