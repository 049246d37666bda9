"""A training from end to end: registered, held, certified, and checked by somebody who has no account."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from clais.clock import today
from clais.exchange.training.models import Certificate, CourseRun
from clais.exchange.training.rules.half_days import HALVES, HalfDay, codes_of
from tests.support.chromium import NARROW, Visit
from tests.support.federation import Federation, Member
from tests.support.training import School, a_school, yesterday

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
