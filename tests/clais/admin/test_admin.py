import contextlib
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any

import pytest
from flask_admin.contrib.sqla import ModelView
from sqlalchemy import Engine, delete, insert, select, update
from werkzeug.test import TestResponse

from clais.admin.base import RegistryView
from clais.admin.editing import refuse_stale
from clais.admin.views import registry_views
from clais.audit.models import AuditEvent
from clais.database import NIL, Scope, unit_of_work
from clais.registry.models import PostalCode, Tenant
from clais.web.context import SESSION_COOKIE
from tests.support.federation import Browser, Federation
from tests.support.registry import a_municipality

PAGES = ("plates-formes", "bassins", "communes", "codes-postaux", "metiers")
TOGETHER = 4


@pytest.fixture
def administrator(federation: Federation) -> Browser:
    return federation.administrator()[1]


def card(federation: Federation) -> str:
    """Where the card of the platform is edited."""
    return f"/admin/plates-formes/edit/?id={federation.platform.id}"


def edit(administrator: Browser, url: str, given: dict[str, Any], version: str | None = None) -> TestResponse:
    """Send a card: as it stands, or as it stood at `version`."""
    return administrator.post(url, {"_version": version or version_at(administrator, url), **given})


def version_at(administrator: Browser, url: str) -> str:
    """The state that the page carries."""
    found = re.search(r'name="_version" value="(\w+)"', administrator.get(url).get_data(as_text=True))
    assert found is not None
    return found[1]


def stored(federation: Federation) -> Tenant:
    """The platform as it is stored."""
    with unit_of_work(federation.engine, Scope()) as session:
        return session.get_one(Tenant, federation.platform.id)


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
    agent = federation.agent().browser()
    agent.get("/personnes")
    saved = edit(administrator, card(federation), {"name": "Farciennes et Aiseau", "state": "suspended"})
    assert saved.status_code == 302
    with unit_of_work(federation.engine, Scope()) as session:
        tenant = session.get_one(Tenant, federation.platform.id)
        assert (tenant.name, tenant.state) == ("Farciennes et Aiseau", "suspended")
        verbs = session.scalars(select(AuditEvent.verb).where(AuditEvent.subject_id == tenant.id)).all()
        assert "registry.edit" in verbs
    assert agent.client.get(agent.url("/personnes")).status_code == 302


def test_closing_a_platform_says_what_it_holds_and_asks_for_its_address(
    federation: Federation, administrator: Browser
) -> None:
    federation.agent()
    given = {"name": federation.platform.name, "state": "closed"}
    for typed in ("", federation.other_platform.slug):
        refused = edit(administrator, card(federation), given | {"closing": typed})
        assert refused.status_code == 422
        assert "membres : 1" in refused.get_data(as_text=True)
        assert stored(federation).state == "open"
    assert edit(administrator, card(federation), given | {"closing": federation.platform.slug}).status_code == 302
    assert stored(federation).state == "closed"
    assert edit(administrator, card(federation), given).status_code == 302, "one that is closed is not asked again"


def test_a_name_that_is_too_long_is_refused_in_words_and_shows_no_sql(
    federation: Federation, administrator: Browser
) -> None:
    answer = edit(administrator, card(federation), {"name": "x" * 500, "state": "open"})
    text = answer.get_data(as_text=True)
    assert 'class="error"' in text
    assert "UPDATE" not in text
    assert stored(federation).name == federation.platform.name


def test_what_is_pasted_into_the_registry_is_not_cut_and_holds_nothing_invisible(
    federation: Federation, administrator: Browser
) -> None:
    page = administrator.get(card(federation)).get_data(as_text=True)
    assert "maxlength" not in page
    pasted = {"name": "Farciennes\u200b \u202an\u202c", "contact_phone": "\u202a071 20 60 20\u202c", "state": "open"}
    assert edit(administrator, card(federation), pasted).status_code == 302
    assert (stored(federation).name, stored(federation).contact_phone) == ("Farciennes n", "071 20 60 20")
    search = administrator.get("/admin/plates-formes/?search=Farcien%E2%80%8Bnes n").get_data(as_text=True)
    assert "071 20 60 20" in search or "Farciennes n" in search


@pytest.mark.parametrize("name", ["\u200b\u3164", "\u0301\u0301\u0301", "\ue000\ue000\ue000"])
def test_a_platform_is_not_given_a_name_that_nobody_sees(
    federation: Federation, administrator: Browser, name: str
) -> None:
    answer = edit(administrator, card(federation), {"name": name, "state": "open"})
    assert 'class="error"' in answer.get_data(as_text=True)
    assert stored(federation).name == federation.platform.name


def test_what_is_not_opened_is_not_there(federation: Federation, administrator: Browser) -> None:
    for page in ("bassins", "codes-postaux", "metiers"):
        for key in (federation.basin.id, 1):
            assert administrator.post(f"/admin/{page}/edit/?id={key}", {"name": "x"}).status_code == 404
    for page in PAGES:
        for act in ("delete", "new", "action", "ajax/update"):
            assert administrator.post(f"/admin/{page}/{act}/", {"id": "1", "name": "x"}).status_code == 404
        administrator.get(f"/admin/{page}/export/csv/", status=404)


@pytest.mark.parametrize("key", ["", "?id=", "?id=x", "?id=1,2", f"?id={NIL}"])
def test_a_key_that_nothing_has_is_not_found(administrator: Browser, key: str) -> None:
    for page in ("plates-formes", "communes"):
        for view in ("edit", "details"):
            answer = administrator.get(f"/admin/{page}/{view}/{key}", status=404)
            assert "<table" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("number", ["99999999999999999999", "-1", "1.5", "²", "%00", "un"])
def test_a_page_that_has_no_such_number_is_refused(administrator: Browser, number: str) -> None:
    for page in ("plates-formes", "communes", "codes-postaux", "metiers"):
        for name in ("page", "page_size"):
            assert "<table" not in administrator.get(f"/admin/{page}/?{name}={number}", status=400).text


@pytest.mark.parametrize("unknown", ["id", "slug", "kind", "settings", "basin_id", "_continue_editing", "whatever"])
def test_a_field_that_the_page_does_not_have_is_refused(
    federation: Federation, administrator: Browser, unknown: str
) -> None:
    given = {"name": "Renommée", "state": "open"}
    assert edit(administrator, card(federation), given | {unknown: "x"}).status_code == 400
    assert edit(administrator, card(federation), given | {"name": ["Renommée", "Autrement"]}).status_code == 400
    assert stored(federation).name == federation.platform.name
    assert edit(administrator, card(federation), given).status_code == 302
    assert stored(federation).name == "Renommée"


def test_a_form_that_takes_what_it_does_not_have_is_found(
    federation: Federation, administrator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clais.admin.base.refuse_unknown_fields", lambda _form: None)
    given = {"name": "Renommée", "state": "open", "slug": "x"}
    assert edit(administrator, card(federation), given).status_code == 302


def check_two_editors(federation: Federation, administrator: Browser, url: str, name: str) -> list[int]:
    """Two administrators open one card and save it one after the other, each with their own name: what each is told."""
    _account, colleague = federation.administrator()
    given = {"state": "open"} if "plates-formes" in url else {}
    versions = [version_at(each, url) for each in (administrator, colleague)]
    first = edit(administrator, url, given | {name: "Au premier"}, versions[0])
    second = edit(colleague, url, given | {name: "Au second"}, versions[1])
    if second.status_code == 409:
        assert "Au premier" in second.get_data(as_text=True)
        assert "Au second" in second.get_data(as_text=True)
        assert url.replace("&", "&amp;") in second.get_data(as_text=True)
    return [first.status_code, second.status_code]


@pytest.fixture
def municipality(superuser: Engine) -> Iterator[str]:
    """Where a municipality is edited."""
    with a_municipality(superuser) as code:
        yield f"/admin/communes/edit/?id={code}"


def test_the_second_administrator_is_told(federation: Federation, administrator: Browser, municipality: str) -> None:
    assert check_two_editors(federation, administrator, card(federation), "name") == [302, 409]
    assert stored(federation).name == "Au premier"
    assert check_two_editors(federation, administrator, municipality, "name_french") == [302, 409]


def test_a_state_that_was_never_shown_is_refused(federation: Federation, administrator: Browser) -> None:
    given = {"name": "Renommée", "state": "open"}
    for version in ("0" * 64, "é"):
        assert edit(administrator, card(federation), given, version).status_code == 409
    assert administrator.post(card(federation), given).status_code == 409
    assert stored(federation).name == federation.platform.name


def test_a_second_administrator_who_is_not_told_is_found(
    federation: Federation, administrator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: every state of a row is the same."""
    monkeypatch.setattr("clais.admin.editing.row_digest", lambda _row, _columns: "planted")
    monkeypatch.setattr("clais.admin.base.row_digest", lambda _row, _columns: "planted")
    assert check_two_editors(federation, administrator, card(federation), "name") == [302, 302]
    assert stored(federation).name == "Au second"


def check_at_once(federation: Federation, administrator: Browser, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Several send the same card at the same time, each looking before any has written: what each is told."""
    looked = threading.Barrier(TOGETHER)
    version, token = version_at(administrator, card(federation)), administrator.csrf()
    session = administrator.client.get_cookie(SESSION_COOKIE)
    assert session is not None

    def slowly(*given: Any) -> None:
        refuse_stale(*given)
        with contextlib.suppress(threading.BrokenBarrierError):
            looked.wait(0.5)

    def one(turn: int) -> int:
        client = federation.app.test_client()
        client.set_cookie(SESSION_COOKIE, session.value)
        data = {"csrf_token": token, "_version": version, "name": f"Nom {turn}", "state": "open"}
        return client.post(card(federation), data=data).status_code

    monkeypatch.setattr("clais.admin.base.refuse_stale", slowly)
    with ThreadPoolExecutor(TOGETHER) as threads:
        return sorted(threads.map(one, range(TOGETHER)))


def test_of_those_who_save_at_the_same_time_one_is_first(
    federation: Federation, administrator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check_at_once(federation, administrator, monkeypatch) == [302] + [409] * (TOGETHER - 1)


def test_a_card_that_nobody_holds_is_found(
    federation: Federation, administrator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RegistryView, "get_one", ModelView.get_one)
    assert check_at_once(federation, administrator, monkeypatch) == [302] * TOGETHER


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


def test_the_page_of_a_row_shows_what_its_list_shows_and_no_key_of_the_machine(
    administrator: Browser, superuser: Engine
) -> None:
    with a_municipality(superuser) as code, superuser.begin() as connection:
        place = {"code": "9999", "nis_code": code, "locality": "Ailleurs", "search_key": "ailleurs"}
        connection.execute(insert(PostalCode).values(place))
        connection.commit()
        try:
            rows = administrator.get("/admin/codes-postaux/?search=9999").get_data(as_text=True)
            found = re.search(r'href="(/admin/codes-postaux/details/[^"]*)"', rows)
            assert found
            page = administrator.get(unescape(found[1])).get_data(as_text=True)
        finally:
            with superuser.begin() as other:
                other.execute(delete(PostalCode).where(PostalCode.nis_code == code))
    assert re.findall(r"<dt>([^<]*)</dt>", page) == ["Code postal", "Localité", "Code INS"]
    assert "Ailleurs" in page
    assert 'data-label="Localité"' in rows


@pytest.mark.usefixtures("app")
def test_no_table_of_the_registry_shows_a_column_without_a_label() -> None:
    for view in registry_views():
        shown = {name for name, _label in view.get_details_columns()}
        assert shown, view.endpoint
        assert shown <= set(view.column_labels or {}), view.endpoint
