"""The matrix of the centre: platforms, instruments, versions, and who is late."""

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest

from clais.clock import today
from clais.database import Scope, unit_of_work
from clais.registry.actions import open_tenant
from clais.registry.queries import OpenPlatform, open_platforms
from support_center.instruments.matrix import MOST
from support_center.instruments.views.shelf import MOST_LATE
from tests.support.federation import Federation, Member
from tests.support.instruments import ASKED, Centre, a_centre
from tests.support.statements import statements

NEXT = replace(ASKED, label={"fr": "Combien d'enfants vivent avec vous ?"})


def ahead(days: int) -> date:
    return today() + timedelta(days=days)


@pytest.fixture
def centre(federation: Federation) -> Centre:
    return a_centre(federation)


def coordinators(federation: Federation) -> list[Member]:
    return [federation.member(tenant, "coordinator") for tenant in (federation.platform, federation.other_platform)]


def page_of(centre: Centre, path: str = "/outils") -> str:
    path = f"/outils{path.partition('/outils')[2]}"
    text = centre.author.browser().get(path).get_data(as_text=True).replace("&#39;", "'")
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").partition("<main")[2])


def cells(page: str) -> list[str]:
    """The cells of the matrix as text, each after its mark."""
    found = re.findall(r"<td(?: class=\"([\w-]*)\")?>(.*?)</td>", page)
    return [" ".join(filter(None, (mark, *re.sub(r"<[^>]+>", " ", text).split()))) for mark, text in found]


def adopt(member: Member, version: object) -> None:
    member.browser().post(f"/outils-du-bassin/{version}/adoption", status=303)


def test_two_platforms_adopt_at_different_times_and_the_centre_sees_who_has_what(
    federation: Federation, centre: Centre
) -> None:
    one, two = coordinators(federation)
    first = centre.publish(ahead(-90))
    adopt(one, first)
    adopt(two, first)
    second = centre.publish(ahead(-24), NEXT)
    adopt(two, second)
    page = page_of(centre)
    here, there = cells(page)
    assert here == "alert-cell v1 v2 dépassée de 24 j"
    assert there.startswith("v2 ")
    assert page.count("24 jours de retard") + page.count("24 j de retard") == 1
    assert "Bilan : encore sur la version 1 ; la version 2 était attendue pour le" in page


def test_what_is_not_late_yet_is_said_with_its_day(federation: Federation, centre: Centre) -> None:
    one, _two = coordinators(federation)
    adopt(one, centre.publish(ahead(-90)))
    centre.publish(ahead(20), NEXT)
    first, second = cells(page_of(centre))
    assert first.startswith("warn-cell v1 v2 avant le")
    assert second.startswith("alert-cell –"), "the first version's day is past for who has none"


def test_an_exception_is_read_with_its_reason_and_is_not_late(federation: Federation, centre: Centre) -> None:
    one, _two = coordinators(federation)
    centre.publish(ahead(-24))
    given = {"exception_reason": "Deux agents en formation.", "exception_until": f"{ahead(20):%d/%m/%Y}"}
    form = f"/outils-du-bassin/exceptions/{centre.instrument}"
    one.browser().post(form, {"_version": "none"} | given, status=303)
    page = page_of(centre)
    assert cells(page)[0].startswith("warn-cell – exception jusqu'au")
    assert "Deux agents en formation." in page
    assert page.count('class="tag late"') == 1, "the other platform alone is late"


def test_a_matrix_asks_as_much_for_many_as_for_few(federation: Federation, centre: Centre) -> None:
    for member in coordinators(federation):
        adopt(
            member, centre.publish(ahead(9)) if member.tenant is federation.platform else centre.publish(ahead(9), NEXT)
        )
    browser = centre.author.browser()
    browser.get("/outils")
    with statements(federation.engine) as few:
        browser.get("/outils")
    for number in range(3):
        other = a_centre(federation, f"Outil {number}", f"outil_{number}")
        version = other.publish(ahead(9))
        for member in coordinators(federation):
            adopt(member, version)
    with statements(federation.engine) as many:
        browser.get("/outils")
    assert len(many) == len(few)


def test_all_instruments_are_listed_on_the_second_view(centre: Centre) -> None:
    centre.publish(ahead(9))
    page = centre.author.browser().get("/outils/tous").get_data(as_text=True)
    assert "version 1" in page
    assert "Publiée depuis le" in page


MANY = MOST + 3


@pytest.fixture
def many(federation: Federation) -> list[OpenPlatform]:
    """As many platforms as the matrix has no place for, by name: the two of the federation among them."""
    with unit_of_work(federation.engine, Scope(administers=True)) as session:
        for number in range(MANY - 2):
            open_tenant(
                session,
                federation.basin,
                kind="local_platform",
                name=f"Commune {number:02d}",
                slug=f"c{number}-{federation.tag}",
                code=f"C{number:02d}",
            )
        return open_platforms(session, federation.basin.id)


def heads(page: str) -> list[str]:
    """The platforms of the matrix."""
    return re.findall(r'<th scope="col" title="([^"]*)"', page)


def links(page: str, text: str) -> list[str]:
    return [unescape(url) for url in re.findall(rf'href="([^"]*)"[^>]*>(?:<[^>]+>)*{text}', page)]


def test_every_platform_is_reached_page_by_page(centre: Centre, many: list[OpenPlatform]) -> None:
    centre.publish(ahead(9))
    first = page_of(centre)
    assert heads(first) == [tenant.name for tenant in many[:MOST]]
    assert len(cells(first)) == MOST
    (url,) = links(first, "Page suivante")
    second = page_of(centre, url)
    assert heads(second) == [tenant.name for tenant in many[MOST:]]
    assert not links(second, "Page suivante")
    (back,) = links(second, "Revenir au début")
    assert heads(page_of(centre, back)) == heads(first)


def test_one_platform_of_many_is_found_by_its_name(centre: Centre, many: list[OpenPlatform]) -> None:
    centre.publish(ahead(9))
    last = many[-1]
    (menu,) = links(page_of(centre), "Filtrer la liste")
    assert f'<option value="{last.id}"' in page_of(centre, menu)
    page = page_of(centre, f"/outils?plateforme={last.id}&etat=&sort=name")
    assert heads(page) == [last.name]
    assert f"1 sur {MANY}" in page


@pytest.mark.usefixtures("many")
def test_those_who_are_late_are_found_among_many(federation: Federation, centre: Centre) -> None:
    one, _two = coordinators(federation)
    adopt(one, centre.publish(ahead(-24)))
    centre.publish(ahead(20), NEXT)
    page = page_of(centre)
    assert page.count('class="tag late"') == MOST_LATE
    (url,) = links(page, f"{MANY - 1 - MOST_LATE} de plus : les plates-formes en retard")
    page = page_of(centre, url.partition("#")[0])
    assert f"{MANY - 1} sur {MANY}" in page
    assert one.tenant.name not in heads(page)
    assert f"{MANY} plates-formes" in page_of(centre, "/outils?etat=attente"), "it has a newer one to adopt"


def test_nobody_is_late_where_all_have_what_is_asked(federation: Federation, centre: Centre) -> None:
    version = centre.publish(ahead(-24))
    for member in coordinators(federation):
        adopt(member, version)
    page = page_of(centre, "/outils?etat=retard")
    assert heads(page) == []
    assert "Rien ne correspond." in page
