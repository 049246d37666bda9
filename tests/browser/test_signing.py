"""The person signs a plan on the screen with the mouse or a finger; who has neither notes the signature elsewhere."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tenants.orientation.models import PlanSignature
from tests.support.chromium import Visit
from tests.support.federation import Federation, Member
from tests.tenants.agenda.days import a_file
from tests.tenants.orientation.test_plan import a_plan

pytestmark = pytest.mark.browser
ZIGZAG = [(0.1 + 0.08 * place, 0.3 + 0.4 * (place % 2)) for place in range(11)]


def draw(page: Page, frame: Locator) -> None:
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box is not None
    (first, *others) = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in ZIGZAG]
    page.mouse.move(*first)
    page.mouse.down()
    for point in others:
        page.mouse.move(*point)
    page.mouse.up()


def test_a_plan_is_signed_with_the_mouse_begun_again_and_noted_elsewhere_by_keys(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    nadia = federation.agent()
    person = a_file(nadia)
    a_plan(nadia, person)
    visit = sign_in(nadia)
    page, address = visit.page, f"/{nadia.tenant.slug}/personnes/{person.id}/plan"
    frame, drawn = page.locator("canvas"), page.locator("input[name=drawing]")
    page.goto(f"{address}/signature/ecran")
    draw(page, frame)
    expect(drawn).not_to_have_value("")
    page.get_by_role("button", name="Recommencer").click()
    expect(drawn).to_have_value("")
    page.get_by_role("button", name="Je signe").click()
    expect(page.locator(".error").first).to_contain_text("Signez dans le cadre")
    assert {said.rpartition(" ")[2] for said in visit.complaints} == {"ENTITY)"}
    visit.complaints.clear()
    draw(page, frame)
    visit.check("plan-signed-on-screen")
    page.get_by_role("button", name="Je signe").click()
    expect(page.locator("#plan-goal .tag")).to_contain_text("à l'écran")
    expect(page.get_by_role("img", name="Signature tracée à l'écran")).to_be_visible()
    # A step more: what stood there is not what was signed, without a new page.
    page.locator("summary", has_text="Ajouter une étape").first.click()
    page.locator("details[open]").get_by_label("Étape").fill("Téléphoner")
    page.keyboard.press("Enter")
    expect(page.locator("#signatures .tag")).to_have_text("le plan a changé depuis")
    page.get_by_role("link", name="Faire signer à l'écran").press("Enter")
    page.get_by_role("link", name="noter qu'il est signé sur papier").press("Enter")
    page.get_by_role("button", name="Enregistrer la signature").press("Enter")
    expect(page.locator("#plan-goal .tag")).to_contain_text("sur papier")
    with nadia.at_work() as session:
        assert {row.manner for row in session.query(PlanSignature)} == {"screen", "paper"}
    assert visit.complaints == []
