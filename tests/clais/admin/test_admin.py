import pytest
from sqlalchemy import select, update

from clais.audit.models import AuditEvent
from clais.database import Scope, unit_of_work
from clais.registry.models import Tenant
from tests.support.federation import Browser, Federation

PAGES = ("plates-formes", "bassins", "communes", "codes-postaux", "metiers")


@pytest.fixture
def administrator(federation: Federation) -> Browser:
    return federation.administrator()[1]


@pytest.mark.parametrize("page", PAGES)
def test_an_administrator_reads_the_registry_and_nobody_else_enters(
    federation: Federation, administrator: Browser, page: str
) -> None:
    administrator.get(f"/admin/{page}/")
    for member in (federation.agent(), federation.officer(), federation.member(federation.platform, "coordinator")):
        assert member.browser().client.get(f"/admin/{page}/").status_code == 403
    assert federation.app.test_client().get(f"/admin/{page}/").status_code == 302


def test_a_platform_is_renamed_and_suspended_and_it_is_on_record(
    federation: Federation, administrator: Browser
) -> None:
    url = f"/admin/plates-formes/edit/?id={federation.platform.id}"
    administrator.get(url)
    agent = federation.agent().browser()
    agent.get("/personnes")
    saved = administrator.post(url, {"name": "Farciennes et Aiseau", "state": "suspended"})
    assert saved.status_code == 302
    with unit_of_work(federation.engine, Scope()) as session:
        tenant = session.get_one(Tenant, federation.platform.id)
        assert (tenant.name, tenant.state) == ("Farciennes et Aiseau", "suspended")
        verbs = session.scalars(select(AuditEvent.verb).where(AuditEvent.subject_id == tenant.id)).all()
        assert "registry.edit" in verbs
    assert agent.client.get(agent.url("/personnes")).status_code == 302


def test_a_name_that_is_too_long_is_refused_in_words_and_shows_no_sql(
    federation: Federation, administrator: Browser
) -> None:
    url = f"/admin/plates-formes/edit/?id={federation.platform.id}"
    answer = administrator.post(url, {"name": "x" * 500, "state": "open"})
    text = answer.get_data(as_text=True)
    assert "UPDATE" not in text
    with unit_of_work(federation.engine, Scope()) as session:
        assert session.get_one(Tenant, federation.platform.id).name == federation.platform.name


def test_what_is_not_opened_for_editing_cannot_be_edited_by_its_address(
    administrator: Browser,
) -> None:
    for page in ("bassins", "codes-postaux", "metiers"):
        answer = administrator.post(f"/admin/{page}/edit/?id=1", {"name": "x"})
        assert answer.status_code in {302, 404}
    for page in PAGES:
        assert administrator.post(f"/admin/{page}/delete/", {"id": "1"}).status_code in {302, 404}
        assert administrator.post(f"/admin/{page}/new/", {"name": "x"}).status_code in {302, 404}


def test_the_database_refuses_the_registry_to_a_scope_that_does_not_administer(federation: Federation) -> None:
    agent = federation.agent()
    with agent.at_work() as session:
        changed = session.execute(update(Tenant).where(Tenant.id == federation.platform.id).values(name="Taken over"))
        assert changed.rowcount == 0  # type: ignore[attr-defined]
    with unit_of_work(federation.engine, Scope()) as session:
        assert session.get_one(Tenant, federation.platform.id).name == federation.platform.name


def test_the_lists_say_words_and_days_and_no_codes(federation: Federation, administrator: Browser) -> None:
    page = administrator.get(f"/admin/plates-formes/?search={federation.platform.slug}").get_data(as_text=True)
    assert "Plate-forme locale" in page
    assert "Ouvert" in page
    assert "local_platform" not in page
    assert "+00:00" not in page
    occupations = administrator.get("/admin/metiers/").get_data(as_text=True)
    assert "is_appellation" not in occupations
