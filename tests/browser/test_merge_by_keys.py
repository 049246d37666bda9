"""Two files are compared, merged and taken back by keyboard alone; each page on the way is as it is promised."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.hands import Hands
from tests.support.chromium import Visit
from tests.support.federation import Federation, Member
from tests.tenants.merging.files import coordinator, stored
from tests.tenants.merging.test_pages import pair

pytestmark = pytest.mark.browser


def test_two_files_become_one_and_two_again(federation: Federation, sign_in: Callable[[Member], Visit]) -> None:
    member = coordinator(federation)
    kept, other = pair(member, email="sofia@example.be")
    visit = sign_in(member)
    page, hands = visit.page, Hands(visit.page)
    page.goto(f"/{federation.platform.slug}/personnes/{kept.id}/fusion")
    visit.check("merge-choose")
    hands.skip_to_content()
    hands.act("link", "Comparer")
    page.wait_for_url("**/fusion/*")
    visit.check("merge-compare")
    hands.choose(page.locator("[name=fact_phone][value=other]"))
    hands.act("button", "Fusionner les deux dossiers")
    page.wait_for_url("**/fusions/*")
    visit.check("merge-receipt")
    assert stored(member, kept).phone == "+32470999999"
    hands.act("button", "Défaire la fusion")
    expect(page.get_by_text("Fusion défaite", exact=False).first).to_be_visible()
    assert stored(member, kept).phone == "+32470123456"
    assert stored(member, other).left_out_at is None
    assert hands.faults == []
