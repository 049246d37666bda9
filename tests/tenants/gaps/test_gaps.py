"""What is to be completed: each file that lacks something, with the one act that leads to the very field."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from clais.clock import now, today
from tenants.people.models import Person
from tests.support.contracts import a_contract
from tests.support.exits import someone_gone
from tests.support.federation import Federation, Member
from tests.support.statements import statements
from tests.tenants.agenda.days import a_file

WHOLE: dict[str, Any] = {
    "birth_date": today() - timedelta(days=12_000), "phone": "+32475123456", "postal_code": "6240", "status": "worker",
    "schooling": "cess", "registration_consent_at": now(), "registration_consent_manner": "spoken",
}  # fmt: skip
FIELDS = {
    "birth_date": "birth_date", "reach": "phone", "address": "postal_code", "status": "status",
    "schooling": "schooling", "consent": "registration_consent_manner",
}  # fmt: skip


def page(member: Member, query: str = "") -> str:
    return member.browser().get(f"/personnes/a-completer{query}").get_data(as_text=True)


def tabs(member: Member, query: str = "") -> dict[str, int]:
    found = re.findall(r'a-completer\?gap=(\w+)[^>]*>[^<]*<span class="count">(\d+)<', page(member, query))
    return {name: int(count) for name, count in found}


def lacking(member: Member, what: str, given_names: str = "Sofia") -> Person:
    """A file in which all is noted but one thing."""
    cleared = {"reach": ["phone"], "address": ["postal_code"], "consent": ["registration_consent_at"]}.get(what, [what])
    return a_file(member, "Lenoir", given_names, **WHOLE | dict.fromkeys(cleared))


def test_a_file_that_lacks_nothing_is_on_no_list(federation: Federation) -> None:
    agent = federation.agent()
    a_file(agent, **WHOLE)
    assert tabs(agent) == {}
    assert "Il ne manque rien" in page(agent)


@pytest.mark.parametrize("what", FIELDS)
def test_each_thing_that_is_missing_is_counted_and_one_act_leads_to_its_field(
    federation: Federation, what: str
) -> None:
    agent = federation.agent()
    person = lacking(agent, what)
    assert tabs(agent) == {what: 1}
    listed = page(agent, f"?gap={what}")
    assert "Sofia Lenoir" in listed
    found = re.search(rf'href="([^"]*/personnes/{person.id}/coordonnees)#(field-\w+)"', listed)
    assert found is not None
    assert found[2] == f"field-{FIELDS[what]}"
    form = agent.browser().get(f"/personnes/{person.id}/coordonnees").get_data(as_text=True)
    assert f'id="{found[2]}"' in form


def test_an_agent_completes_their_own_files_and_who_leads_all_of_them(federation: Federation) -> None:
    agent, luc = federation.agent(), federation.member(federation.platform, "agent", "Luc Delhaye")
    coordinator = federation.member(federation.platform, "coordinator", "Paul Henin")
    lacking(agent, "status", "Ida")
    lacking(luc, "status", "Max")
    a_file(coordinator, "Dumont", "Zoé", **WHOLE | {"referent_id": None})
    assert tabs(agent) == {"status": 1}
    assert "Max" not in page(agent, "?gap=status&whose=mine")
    assert tabs(coordinator) == {"referent": 1, "status": 2}
    assert tabs(coordinator, "?whose=mine") == {}
    assert "/referent" in page(coordinator, "?gap=referent")
    agent.browser().get("/personnes/a-completer?gap=referent", status=400)


def test_closed_files_are_left_in_peace(federation: Federation) -> None:
    agent = federation.agent()
    someone_gone(agent, lacking(agent, "status"))
    assert tabs(agent) == {}


def test_a_contract_that_ends_without_another_is_to_be_followed(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent, **WHOLE)
    a_contract(agent, person, -90, 110, until="running")
    a_contract(agent, a_file(agent, "Dumont", "Ida", **WHOLE), 5, 300)
    assert tabs(agent) == {"contract": 1}
    assert f"/personnes/{person.id}/contrats/nouveau" in unescape(page(agent, "?gap=contract"))
    a_contract(agent, person, 21, 100)
    assert tabs(agent) == {}


def test_a_long_list_goes_on_page_by_page_in_the_same_few_statements(federation: Federation) -> None:
    agent = federation.agent()
    for number in range(30):
        lacking(agent, "status", f"Ida {number:02d}")
    with statements(federation.engine) as few:
        first = page(agent)
    following = re.search(r'rel="next" href="([^"]*)"', first)
    assert following is not None
    path = unescape(following[1]).partition(agent.tenant.slug)[2]
    with statements(federation.engine) as many:
        second = agent.browser().get(path).get_data(as_text=True)
    assert [len(re.findall(r"Ida \d\d Lenoir</a>", each)) for each in (first, second)] == [25, 5]
    assert len([each for each in few if "person" in each]) == len([each for each in many if "person" in each]) <= 5


def test_a_receptionist_has_no_such_list(federation: Federation) -> None:
    browser = federation.member(federation.platform, "receptionist").browser()
    browser.get("/personnes/a-completer", status=403)
    assert "/personnes/a-completer" not in browser.get("/personnes").get_data(as_text=True)
    assert "/personnes/a-completer" in federation.agent().browser().get("/personnes").get_data(as_text=True)
