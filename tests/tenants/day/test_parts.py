"""A long day shows what is in sight; the rest of each part is one click away, whole, and draws nothing before."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

from clais.clock import today
from tenants.day.rows import IN_SIGHT, PARTS
from tests.support.federation import Federation, Member
from tests.tenants.agenda.days import a_file
from tests.tenants.agenda.test_day_and_week import a_plan, day_of, old, rows

MORE = 3
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def a_long_day(agent: Member) -> dict[str, set[str]]:
    """More than is in sight of late steps, of plans to evaluate this week and of silent files: their names."""
    found: dict[str, set[str]] = {"taches": set(), "semaine": set(), "silence": set()}
    for number in range(IN_SIGHT + MORE):
        for part, who in found.items():
            who.add(f"{part.title()}{number:02}")
        a_plan(agent, a_file(agent, f"Taches{number:02}"), steps_due=(-4 - number,))
        a_plan(agent, a_file(agent, f"Semaine{number:02}"), review_in=5)
        a_file(agent, f"Silence{number:02}", **old(60 + number))
    return found


def names(html: str) -> list[str]:
    return re.findall(r"\b(?:Taches|Semaine|Silence)\d\d(?=</a></span>)", html)


def opened(agent: Member, part: str, **options: Any) -> str:
    return agent.browser().get(f"/ma-journee/{part}", **options).get_data(as_text=True)


def rest_of(page: str) -> str:
    """The address of the tasks that the page does not show."""
    found = re.search(r'hx-get="([^"]*/ma-journee/taches[^"]*)"', page)
    assert found is not None
    return unescape(found[1])


def test_what_was_put_off_elsewhere_hides_no_other_task(federation: Federation) -> None:
    agent = federation.agent()
    day = a_long_day(agent)
    page = day_of(agent)
    shown = names(rows(page, "today"))
    for position in (0, IN_SIGHT - 1):
        fields = {
            name: re.findall(rf'name="{name}" value="([^"]*)"', rows(page, "today").split("<li")[position + 1])[0]
            for name in ("source", "subject")
        }
        until = today() + timedelta(days=9)
        agent.browser().post("/ma-journee/report", {**fields, "until": until.isoformat()}, status=303)
        fetched = names(agent.browser().get(rest_of(page), headers=PARTIAL).get_data(as_text=True))
        assert {*shown, *fetched} == day["taches"]


def test_a_part_has_what_the_page_does_not_show_and_nothing_twice(federation: Federation) -> None:
    agent = federation.agent()
    day = a_long_day(agent)
    page = day_of(agent)
    shown = set(names(rows(page, "today")))
    assert len(shown) == IN_SIGHT
    assert rows(page, "week") == rows(page, "silent") == ""
    assert all(f"/ma-journee/{part}" in page for part in day)
    rest = names(agent.browser().get(rest_of(page), headers=PARTIAL).get_data(as_text=True))
    assert len(rest) == MORE
    assert {*rest, *shown} == day["taches"]
    for part in ("semaine", "silence"):
        fetched = names(opened(agent, part, headers=PARTIAL))
        assert len(fetched) == len(day[part])
        assert set(fetched) == day[part]


def test_in_its_place_it_is_a_list_and_alone_it_is_a_page_with_the_way_back(federation: Federation) -> None:
    agent = federation.agent()
    a_long_day(agent)
    partial, page = opened(agent, "silence", headers=PARTIAL), opened(agent, "silence")
    assert "<main" not in partial
    assert "<main" in page
    assert '/ma-journee">' in page
    assert names(partial) == names(page)


def test_what_was_fetched_can_be_put_off_like_what_is_in_sight(federation: Federation) -> None:
    agent = federation.agent()
    a_long_day(agent)
    part = opened(agent, "taches", headers=PARTIAL)
    who = names(part)[0]
    fields = {name: re.findall(rf'name="{name}" value="([^"]*)"', part)[0] for name in ("source", "subject")}
    until = today() + timedelta(days=9)
    agent.browser().post("/ma-journee/report", {**fields, "until": until.isoformat()}, status=303)
    assert who not in opened(agent, "taches", headers=PARTIAL)
    assert who in rows(day_of(agent), "postponed")


def test_a_part_without_anything_says_so_and_there_is_no_other_part(federation: Federation) -> None:
    agent = federation.agent()
    for part in PARTS:
        assert "Plus rien n'attend ici." in opened(agent, part).replace("&#39;", "'"), part
    agent.browser().get("/ma-journee/demain", status=404)
