"""The page of a session: who has begun, what can be done for all and when, and the list of presence of a chosen day."""

import re
from datetime import timedelta

from sqlalchemy import Engine

from clais.clock import today
from clais.web.formatting import exact_day
from tests.support.federation import Federation
from tests.support.statements import shapes
from tests.support_center.test_groups import a_group, send
from tests.tenants.people.newcomers import words

ROW = re.compile(r'class="who"><a [^>]*>Test (\w+)</a>.*?<span class="tag[^"]*">([^<]+)</span>', re.DOTALL)


def test_each_row_says_who_has_begun(federation: Federation, superuser: Engine) -> None:
    _agent, officer, session, members = a_group(federation, superuser)
    browser = officer.browser()
    page = words(browser.get(f"/places/{session.id}"))
    assert "personne n'a démarré" in page
    assert [state for _name, state in ROW.findall(page)] == ["A une place"] * 3
    send(browser, session, "demarrage", [str(members[0][1].id)])
    page = words(browser.get(f"/places/{session.id}"))
    assert dict(ROW.findall(page))["Amrani"] == "A démarré"
    assert "1 a démarré" in page
    assert "3 places occupées sur 20" in page


def test_what_is_done_for_all_is_the_act_of_its_day_and_waits_in_the_menu_before(
    federation: Federation, superuser: Engine
) -> None:
    _agent, officer, session, _members = a_group(federation, superuser, begun=False)
    page = words(officer.browser().get(f"/places/{session.id}"))
    start = f"/{officer.tenant.slug}/places/{session.id}/groupe/demarrage"
    assert f'class="menu-item" href="{start}"' in page
    assert f"prévu le {exact_day(session.starts_on)}".replace("\xa0", " ") in page.replace("\xa0", " ")
    assert "btn-primary" not in page.partition('class="page-acts"')[2].partition("</main>")[0]
    _agent, officer, session, _members = a_group(federation, superuser)
    page = words(officer.browser().get(f"/places/{session.id}"))
    start = f"/{officer.tenant.slug}/places/{session.id}/groupe/demarrage"
    assert f'class="btn btn-primary" href="{start}"' in page


def test_more_participants_cost_no_more_statements(federation: Federation, superuser: Engine, engine: Engine) -> None:
    _agent, officer, few, _members = a_group(federation, superuser)
    _agent, other, many, _members = a_group(federation, superuser, names=tuple(f"Nom{n}" for n in range(7)))

    def without_readings(found: list[str]) -> list[str]:
        return [shape for shape in found if not shape.startswith("INSERT")]

    cost = without_readings(shapes(engine, officer.browser(), f"/places/{few.id}"))
    assert without_readings(shapes(engine, other.browser(), f"/places/{many.id}")) == cost


def test_the_list_of_presence_is_that_of_the_day_that_is_chosen(federation: Federation, superuser: Engine) -> None:
    _agent, officer, session, _members = a_group(federation, superuser)
    browser, day = officer.browser(), today() + timedelta(days=6)
    page = words(browser.get(f"/places/{session.id}/presence"))
    assert 'method="get"' in page
    assert f'value="{today():%d/%m/%Y}"' in page
    page = words(browser.get(f"/places/{session.id}/presence?day={day:%d/%m/%Y}"))
    caption = page.partition("<caption>")[2].partition("</caption>")[0]
    wrong = words(browser.get(f"/places/{session.id}/presence?day=demain", status=422))
    assert 'aria-invalid="true"' in wrong
    assert caption.lower() == exact_day(day, weekday=True).lower()
    assert f'value="{day:%d/%m/%Y}"' in page
