"""My day in a browser: eight tasks in one screen, the hours first on a phone, and the key Z."""

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from playwright.sync_api import Page, expect

from clais.clock import set_to, today
from clais.dates import moment_of
from tests.support.chromium import NARROW, Visit
from tests.support.federation import Federation, Member
from tests.tenants.agenda.days import a_file, an_appointment
from tests.tenants.agenda.test_day_and_week import a_plan

pytestmark = pytest.mark.browser
TASKS, SCREEN, DENSITY = 8, 900, 60
"""So many tasks stand in so many pixels; each takes no more than so many of them."""


def a_day(agent: Member) -> None:
    """Eight tasks of today , and two appointments."""
    for number in range(TASKS):
        person = a_file(agent, f"N{number} Vandenbroucke", "Marie-Antoinette")
        a_plan(agent, person, steps_due=(-4 - number, -2))
    for hour in (9, 14):
        an_appointment(agent, a_file(agent, f"R{hour} Vandenbroucke"), moment_of(today(), time(hour)))


def at_my_day(sign_in: Callable[[Member], Visit], agent: Member) -> Page:
    page = sign_in(agent).page
    page.goto(f"/{agent.tenant.slug}/ma-journee")
    return page


def test_eight_tasks_and_the_appointments_stand_in_one_screen(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    agent = federation.agent()
    a_day(agent)
    page = at_my_day(sign_in, agent)
    tasks = [row.bounding_box() for row in page.locator("#today-items > li").all()]
    boxes = [box for box in tasks if box is not None]
    assert len(boxes) == TASKS
    assert max(box["y"] + box["height"] for box in boxes) <= SCREEN
    assert max(box["height"] for box in boxes) <= DENSITY
    appointments = page.locator("#appointments").bounding_box()
    assert appointments is not None
    assert appointments["x"] > boxes[0]["x"] + boxes[0]["width"]
    assert appointments["y"] + appointments["height"] <= SCREEN


def test_on_a_phone_the_appointments_come_first(federation: Federation, sign_in: Callable[[Member], Visit]) -> None:
    agent = federation.agent()
    a_day(agent)
    page = at_my_day(sign_in, agent)
    page.set_viewport_size({"width": NARROW, "height": SCREEN})
    appointments, tasks = page.locator("#appointments").bounding_box(), page.locator("#waiting").bounding_box()
    assert appointments is not None
    assert tasks is not None
    assert appointments["y"] + appointments["height"] <= tasks["y"]


@pytest.mark.parametrize("width", [1280, NARROW])
def test_the_present_is_a_line_above_the_first_appointment_and_hides_no_button(
    federation: Federation, sign_in: Callable[[Member], Visit], width: int
) -> None:
    agent = federation.agent()
    an_appointment(agent, a_file(agent), moment_of(today(), time(9)))
    page = sign_in(agent).page
    # The server of this browser has the present hour, wherever it stands among those of the day.
    with set_to(moment_of(today(), time(8, 5))):
        early = agent.browser().get("/ma-journee").get_data(as_text=True)
    page.route("**/ma-journee?early", lambda route: route.fulfill(body=early, content_type="text/html"))
    page.set_viewport_size({"width": width, "height": SCREEN})
    page.goto(f"/{agent.tenant.slug}/ma-journee?early")
    label, button = page.locator(".now-line span"), page.locator("#appointments").get_by_role("link", name="Nouveau")
    expect(label).to_have_text("08:05")
    expect(page.locator(".now-line")).to_have_css("border-top-style", "solid")
    present, offered = label.bounding_box(), button.bounding_box()
    assert present is not None
    assert offered is not None
    assert offered["y"] + offered["height"] <= present["y"]


@pytest.mark.parametrize("width", [1280, NARROW])
def test_the_key_z_puts_the_row_off_and_the_row_says_until_when(
    federation: Federation, sign_in: Callable[[Member], Visit], width: int
) -> None:
    agent = federation.agent()
    for number in range(2):
        a_plan(agent, a_file(agent, f"Tache {number}"), steps_due=(-4 + number,))
    page = at_my_day(sign_in, agent)
    page.set_viewport_size({"width": width, "height": SCREEN})
    page.locator("#today-items .who a", has_text="Tache 1").focus()
    page.keyboard.press("z")
    expect(page.locator("#today-items > li", has_text="Tache 1").locator(".menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".later .menu:visible")).to_have_count(0)
    page.keyboard.press("z")
    page.keyboard.press("Tab")
    # Which days are offered depends on the day of the week.
    chosen = date.fromisoformat(page.locator("button[name=until]:focus").get_attribute("value") or "")
    page.keyboard.press("Enter")
    expect(page.locator("#today-items > li")).to_have_count(1)
    page.get_by_role("link", name="1 reporté").click()
    expect(page.locator("#postponed-items")).to_contain_text("Tache 1")
    expect(page.locator("#postponed-items .tag")).to_contain_text(str(chosen.day))


def test_a_day_of_ones_own_choice_is_two_clicks(federation: Federation, sign_in: Callable[[Member], Visit]) -> None:
    agent = federation.agent()
    a_plan(agent, a_file(agent), steps_due=(-4,))
    page = at_my_day(sign_in, agent)
    until = today() + timedelta(days=20)
    page.locator(".later > summary").click()
    page.get_by_label("À une autre date").fill(until.isoformat())
    page.locator(".on-a-day button").click()
    expect(page.locator(".message")).to_contain_text(str(until.day))


def test_what_is_folded_comes_when_it_is_unfolded(federation: Federation, sign_in: Callable[[Member], Visit]) -> None:
    agent = federation.agent()
    for number in range(TASKS + 3):
        a_plan(agent, a_file(agent, f"Tache {number:02}"), steps_due=(-4 - number,))
    page = at_my_day(sign_in, agent)
    page.locator(".fold-link summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".fold-link li .who")).to_have_count(3)
    page.locator(".fold-link li .who a").last.focus()
    page.keyboard.press("z")
    expect(page.locator(".fold-link .menu:visible")).to_have_count(1)
