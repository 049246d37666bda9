import re
from uuid import uuid4

import pytest
from sqlalchemy import Engine, select

from clais.audit.models import AuditEvent
from clais.registry.models import Partner
from tenants.partners.queries import partners_page
from tests.support.federation import Federation, Member
from tests.support.statements import shapes

CARD = {"name": "Carrefour Formation", "kind": "forem", "phone": "071 20 60 20", "email": "info@exemple.be"}


def coordinator_of(federation: Federation) -> Member:
    return federation.member(federation.platform, "coordinator")


def partners(member: Member) -> list[Partner]:
    with member.at_work() as session:
        return list(session.scalars(select(Partner).order_by(Partner.name)))


def test_a_coordinator_adds_a_partner_whom_all_can_call(federation: Federation) -> None:
    coordinator = coordinator_of(federation)
    answer = coordinator.browser().post("/partenaires/nouveau", CARD | {"is_member": "true"}, status=303)
    for role in ("receptionist", "agent", "coordinator"):
        browser = federation.member(federation.platform, role).browser()
        for page in ("/partenaires", answer.location):
            assert 'href="tel:+3271206020"' in browser.get(page).get_data(as_text=True)
        assert 'href="mailto:info@exemple.be"' in browser.get(answer.location).get_data(as_text=True)


def test_only_the_coordinator_keeps_the_list(federation: Federation) -> None:
    coordinator_of(federation).browser().post("/partenaires/nouveau", CARD)
    partner = partners(coordinator_of(federation))[0]
    agent = federation.agent().browser()
    agent.get("/partenaires/nouveau", status=403)
    agent.post(f"/partenaires/{partner.id}/modification", CARD, status=403)
    assert "modification" not in agent.get(f"/partenaires/{partner.id}").get_data(as_text=True)


def test_the_list_narrows_to_a_kind(federation: Federation) -> None:
    browser = coordinator_of(federation).browser()
    for name, kind in (("ALE de Farciennes", "ale"), ("CPAS de Farciennes", "cpas")):
        browser.post("/partenaires/nouveau", {"name": name, "kind": kind}, status=303)
    browser.get("/partenaires")  # The messages about what was added are said once, and not part of the list.
    page = browser.get("/partenaires?kind=ale").get_data(as_text=True)
    assert "ALE de Farciennes" in page
    assert "CPAS de Farciennes" not in page
    browser.get("/partenaires?kind=unknown", status=400)
    browser.get("/partenaires?after=forged", status=400)


def test_a_long_list_comes_page_by_page(federation: Federation) -> None:
    coordinator = coordinator_of(federation)
    with coordinator.at_work() as session:
        session.add_all(Partner(name=f"Partenaire {number:02}", kind="other") for number in range(43))
    browser = coordinator.browser()
    first = browser.get("/partenaires").get_data(as_text=True)
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(following).get_data(as_text=True)
    assert "Partenaire 39" in first
    assert "Partenaire 40" not in first
    assert all(f"Partenaire {number}" in second for number in (40, 41, 42))


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", ["name", "kind"])
def test_pages_hold_every_partner_once_in_any_order(federation: Federation, sort: str, *, descending: bool) -> None:
    coordinator = coordinator_of(federation)
    kinds = ("other", "ale", "cpas", "ale", "ale", "forem", "cpas")
    with coordinator.at_work() as session:
        session.add_all(Partner(name=f"Partenaire {number}", kind=kind) for number, kind in enumerate(kinds))
    with coordinator.at_work() as session:
        whole = [row[0].name for row in partners_page(session, {}, sort, descending=descending)]
        found: list[str] = []
        after = None
        while len(found) < len(kinds):
            rows = partners_page(session, {}, sort, after, descending=descending, limit=2)
            found += [row[0].name for row in rows[:2]]
            after = (rows[1].sort_key, rows[1][0].id) if len(rows) > 2 else None
    assert found == whole
    assert len(set(whole)) == len(kinds)


def test_kind_and_membership_combine_and_are_counted(federation: Federation) -> None:
    coordinator = coordinator_of(federation)
    with coordinator.at_work() as session:
        session.add_all(
            Partner(name=name, kind=kind, is_member=is_member)
            for name, kind, is_member in (("ALE un", "ale", True), ("ALE deux", "ale", False), ("CPAS", "cpas", True))
        )
    page = coordinator.browser().get("/partenaires?kind=ale&is_member=yes").get_data(as_text=True)
    assert re.findall(r'class="who"><a [^>]*>([^<]+)</a>', page) == ["ALE un"]
    assert page.count('class="chip"') == 1
    assert re.findall(r'<span class="count">(\d+)</span></a></li>', page.partition('id="views"')[2]) == ["3", "2"]


def test_more_partners_cost_no_more_statements(engine: Engine, federation: Federation) -> None:
    coordinator = coordinator_of(federation)
    browser = coordinator.browser()
    with coordinator.at_work() as session:
        session.add(Partner(name="Un", kind="ale", phone="+3271206020"))
    few = shapes(engine, browser, "/partenaires")
    with coordinator.at_work() as session:
        session.add_all(Partner(name=f"Partenaire {number}", kind="other") for number in range(30))
    assert shapes(engine, browser, "/partenaires") == few


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "x" * 121}, {"kind": "club"}, {"phone": "12"}, {"email": "no"}, {"note": "x" * 1001}],
)
def test_what_cannot_be_is_refused_beside_the_field(federation: Federation, wrong: dict[str, str]) -> None:
    coordinator = coordinator_of(federation)
    page = coordinator.browser().post("/partenaires/nouveau", CARD | wrong, status=422).get_data(as_text=True)
    assert 'class="errors"' in page
    assert partners(coordinator) == []


def test_two_who_correct_a_card_at_once_see_both_versions(federation: Federation) -> None:
    coordinator = coordinator_of(federation)
    browser = coordinator.browser()
    browser.post("/partenaires/nouveau", CARD)
    address = f"/partenaires/{partners(coordinator)[0].id}/modification"
    browser.post(address, CARD | {"name": "Le premier", "_version": "1"}, status=303)
    page = browser.post(address, CARD | {"name": "Le second", "_version": "1"}, status=409).get_data(as_text=True)
    assert "Le premier" in page
    assert "Le second" in page
    assert [partner.name for partner in partners(coordinator)] == ["Le premier"]


def test_a_partner_sent_twice_is_one_and_on_record(federation: Federation) -> None:
    coordinator = coordinator_of(federation)
    browser = coordinator.browser()
    form = CARD | {"_submission": str(uuid4())}
    for _ in range(2):
        browser.post("/partenaires/nouveau", form, status=303)
    assert len(partners(coordinator)) == 1
    with coordinator.at_work() as session:
        verbs = session.scalars(select(AuditEvent.verb).where(AuditEvent.subject_type == "partner")).all()
        assert verbs == ["partner.add"]


def test_another_platforms_partner_does_not_exist_here(federation: Federation) -> None:
    theirs = federation.member(federation.other_platform, "coordinator")
    theirs.browser().post("/partenaires/nouveau", CARD)
    foreign = partners(theirs)[0]
    browser = coordinator_of(federation).browser()
    assert "Carrefour" not in browser.get("/partenaires").get_data(as_text=True)
    for key in (foreign.id, uuid4()):
        browser.get(f"/partenaires/{key}", status=404)
        browser.get(f"/partenaires/{key}/modification", status=404)
        browser.post(f"/partenaires/{key}/modification", CARD | {"_version": "1"}, status=404)


def test_partners_stand_in_the_order_of_the_alphabet_page_by_page(federation: Federation) -> None:
    names = ["Agence locale", "ALE de Fleurus", "Asbl L'Étape", "École de promotion", "Eole", "Service social", "Zonta"]
    coordinator = coordinator_of(federation)
    with coordinator.at_work() as session:
        session.add_all(Partner(name=name, kind="other") for name in reversed(names))
    found: list[str] = []
    with coordinator.at_work() as session:
        after = None
        while page := partners_page(session, {}, after=after, limit=2)[:2]:
            found += [row[0].name for row in page]
            after = (page[-1].sort_key, page[-1][0].id)
    assert found == names
