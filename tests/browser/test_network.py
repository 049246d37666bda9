"""The network in a browser: a number opens its explanation beside the table, by keyboard, also on a telephone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.support.chromium import NARROW, WIDE, Visit
from tests.support.federation import Federation, Member

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_number_opens_its_explanation_and_the_focus_goes_there(
    federation: Federation, sign_in: Callable[[Member], Visit], width: int
) -> None:
    visit = sign_in(federation.member(federation.support_centre, "supervisor", "Philippe Andries"))
    page = visit.page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/{federation.support_centre.slug}/reseau")
    number = page.locator(f"#sent-{federation.platform.id}")
    number.focus()
    page.keyboard.press("Enter")
    beside = page.locator("#explained")
    expect(beside).to_be_focused()
    expect(beside).to_be_in_viewport()
    expect(beside).to_contain_text("relais envoyés")
    expect(number).to_have_attribute("aria-current", "true")
    visit.check(f"network-{width}")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(beside).to_be_hidden()
    expect(number).to_be_focused()
