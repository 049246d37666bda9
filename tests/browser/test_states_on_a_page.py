"""The state of a session stands in its tag, at each width and on paper: no word leaves its ground."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from clais.clock import today
from clais.exchange.publications.models import SchemeSession
from tests.browser.test_long_words import misplaced
from tests.support.chromium import Visit
from tests.support.federation import Federation, Member
from tests.support.referrals import a_scheme

pytestmark = pytest.mark.browser


def test_registrations_that_are_over_are_said_inside_their_tag(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    officer = federation.officer()
    scheme, chosen = a_scheme(officer)
    with officer.at_work() as session:
        session.get_one(SchemeSession, (officer.tenant.id, chosen.id)).closes_on = today() - timedelta(days=2)
    page = sign_in(officer).page
    page.goto(f"/{officer.tenant.slug}/dispositifs/{scheme.id}")
    assert page.locator("main").get_by_text("inscriptions closes").count() == 1
    assert misplaced(page, "catalogue.show") == []
