"""The documents of a person open for who may read the file, in its tenant and its session, and for nobody else."""

from html import unescape
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from clais.encryption import Keyring
from clais.identity.actions import change_role
from clais.identity.models import Membership
from clais.web.routing import Application
from tenants.documents.models import Paper, PaperFile
from tests.support.documents import Desk, a_pdf, store_of
from tests.support.federation import Browser, Federation, Member
from tests.support.referrals import a_person

BROUGHT = a_pdf(1)
NOBODY = (301, 302, 303, 401)
"""What someone who is signed out gets: the way to sign in."""


@pytest.fixture
def desk(federation: Federation) -> Desk:
    agent = federation.agent()
    found = Desk(agent, a_person(agent).id)
    found.add("medical", ("certificat.pdf", BROUGHT))
    return found


def paths(desk: Desk) -> list[str]:
    (paper,), (file,) = desk.papers(), desk.files()
    one = f"{desk.folder}/{paper.id}"
    return [one, f"{one}/affichage", f"{one}/fichiers/{file.id}", f"{one}/fichiers/{file.id}/apercu"]


def opened_by(desk: Desk, browser: Browser) -> set[int]:
    return {browser.client.get(browser.url(path)).status_code for path in paths(desk)}


def test_another_platform_another_role_and_who_is_signed_out_open_nothing(desk: Desk, federation: Federation) -> None:
    assert opened_by(desk, desk.browser) == {200}
    assert opened_by(desk, federation.other_agent().browser()) == {404}
    assert opened_by(desk, federation.member(federation.platform, "receptionist").browser()) == {403}
    stranger = Browser(federation.app, federation.platform.slug, None)
    assert opened_by(desk, stranger) <= set(NOBODY)


KIND = "Certificat médical"


def told_of_a_sensitive_one(desk: Desk, reader: Member) -> set[str]:
    """Where a member is told which kind a sensitive document is, or is given it."""
    browser, one = reader.browser(), paths(desk)[0]
    asked = {
        "file": f"/personnes/{desk.person_id}", "thread": f"/personnes/{desk.person_id}/fil", "page": one,
        "shown": f"{one}/affichage", "content": paths(desk)[2], "preview": paths(desk)[3],
        "refusal": f"{one}/refus",
    }  # fmt: skip
    pages = {name: browser.client.get(browser.url(path)) for name, path in asked.items()}
    assert [pages[name].status_code for name in ("file", "thread", "page")] == [200, 200, 200]
    given = {name for name in ("content", "preview") if pages[name].data[:5] in {b"%PDF-", b"\xff\xd8\xff\xe0\0"}}
    return given | {name for name, page in pages.items() if name not in {"content", "preview"} and _tells(page)}


def _tells(page: TestResponse) -> bool:
    text = unescape(page.get_data(as_text=True)).lower()
    return KIND.lower() in text or "chez le docteur lenoir" in text


@pytest.fixture
def colleague(federation: Federation) -> Member:
    return federation.member(federation.platform, "agent", "Luc Delhaye")


def test_a_sensitive_document_is_told_to_who_follows_the_file_and_to_others_with_a_reason(
    federation: Federation, colleague: Member
) -> None:
    desk = a_certificate(federation)
    assert told_of_a_sensitive_one(desk, colleague) == set()
    assert told_of_a_sensitive_one(desk, desk.agent) == {"file", "page", "shown", "content", "preview", "refusal"}
    one = f"{desk.folder}/{desk.papers()[0].id}"
    for act, form in (("acceptation", {}), ("refus", {"reason": "other"}), ("relecture", {}), ("retrait", {})):
        colleague.browser().post(f"{one}/{act}", form, status=403)
    opening = f"/personnes/{desk.person_id}/donnees-sensibles/ouverture"
    colleague.browser().post(opening, {"reason": "Je remplace Nadia à l'entretien"}, status=303)
    assert "content" in told_of_a_sensitive_one(desk, colleague)
    coordinator = federation.member(federation.platform, "coordinator", "Paul Hénin")
    page = unescape(coordinator.browser().get(f"/personnes/{desk.person_id}").get_data(as_text=True))
    assert "Je remplace Nadia" in page, "who coordinates reads why"


def test_a_sensitive_document_that_is_shut_to_nobody_is_found(
    federation: Federation, colleague: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_to_all(*_about: object) -> bool:
        return False

    desk = a_certificate(federation)
    for place in ("sections", "lookups", "views.papers"):
        monkeypatch.setattr(f"tenants.documents.{place}.are_shut", open_to_all)
    assert told_of_a_sensitive_one(desk, colleague) == {"file", "page", "shown", "content", "preview", "refusal"}


def a_certificate(federation: Federation) -> Desk:
    """The documents of someone with a medical certificate that is to be read."""
    agent = federation.agent()
    desk = Desk(agent, a_person(agent, "Yilmaz", "Elif").id)
    desk.add("medical", ("certificat.pdf", BROUGHT), title="chez le docteur Lenoir")
    return desk


def test_a_role_that_was_lost_opens_nothing_on_the_next_request(desk: Desk) -> None:
    browser = desk.agent.browser()
    assert opened_by(desk, browser) == {200}
    with desk.agent.at_work() as session:
        here = session.get_one(Membership, (desk.agent.tenant.id, desk.agent.membership.id))
        change_role(session, here, "receptionist")
    assert opened_by(desk, browser) <= set(NOBODY)


def test_a_file_of_another_document_or_person_is_one_that_does_not_exist(desk: Desk) -> None:
    """The address names all three: what is on record as opened is what was opened."""
    assert _crossed(desk) == {404}


def test_without_the_look_at_whose_file_it_is_the_crossing_would_be_seen(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def anybodys(_person: object, row: object) -> object:
        return row

    monkeypatch.setattr("tenants.documents.lookups.theirs_or_404", anybodys)
    assert 200 in _crossed(desk)


def _crossed(desk: Desk) -> set[int]:
    (paper,), (file,) = desk.papers(), desk.files()
    other = Desk(desk.agent, a_person(desk.agent, "Benali", "Karim").id)
    other.add("cv")
    (others,) = other.papers()
    folders = (
        f"{other.folder}/{paper.id}/fichiers/{file.id}",
        f"{other.folder}/{paper.id}/fichiers/{file.id}/apercu",
        f"{other.folder}/{others.id}/fichiers/{file.id}",
        f"{desk.folder}/{paper.id}/fichiers/{uuid4()}",
        f"{desk.folder}/{paper.id}/fichiers/..%2f..%2fsecrets%2fkeyring.json",
    )
    return {desk.browser.client.get(desk.browser.url(path)).status_code for path in folders}


def test_a_content_opens_for_its_own_tenant_row_and_document_alone(desk: Desk, federation: Federation) -> None:
    assert _carried(desk, federation) == {404}


def test_a_content_that_is_not_bound_to_its_place_would_be_seen(
    desk: Desk, federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unbound(_header: bytes, **_place: object) -> bytes:
        return b""

    monkeypatch.setattr(Keyring, "_associated_data", staticmethod(unbound))
    monkeypatch.setattr("clais.files.kept.kept_content", _anywhere)
    monkeypatch.setattr("tenants.documents.downloads.kept_content", _anywhere)
    again = Desk(desk.agent, a_person(desk.agent, "Yilmaz", "Elif").id)
    again.add("cv")
    assert 200 in _carried(again, federation)


def _anywhere(store: object, keyring: Keyring, row: PaperFile, _owner: object) -> bytes:
    """The content of a row, without a look at whose it is."""
    sealed = store.get(row.tenant_id, row.id)  # type: ignore[attr-defined]
    return keyring.decrypt_bytes(sealed, table="x", column="x", tenant_id=row.tenant_id, row_id=row.id)[16:]


def _carried(desk: Desk, federation: Federation) -> set[int]:
    """What is answered for files whose contents someone exchanged on the disk, in the tenant and across the border."""
    other = Desk(federation.other_agent(), a_person(federation.other_agent()).id)
    other.add("cv")
    desk.add("diploma")
    store, here, there = store_of(federation.app), desk.agent.tenant.id, other.agent.tenant.id
    files = [file for file in desk.files() if file.paper_id in {paper.id for paper in desk.papers()}]
    first, second = files[0], files[-1]
    contents = [store.get(there, other.files()[0].id), store.get(here, second.id)]
    statuses = set()
    for content in contents:
        store.delete(here, first.id)
        store.put(here, first.id, content)
        statuses.add(desk.browser.client.get(desk.browser.url(_address(desk, first))).status_code)
    return statuses


def _address(desk: Desk, file: PaperFile) -> str:
    return f"{desk.folder}/{file.paper_id}/fichiers/{file.id}"


def test_a_row_of_another_tenant_cannot_lead_to_a_document(desk: Desk, federation: Federation) -> None:
    """The key of a foreign document, written beside one's own: the database refuses it."""
    (paper,) = desk.papers()
    other = federation.other_agent()
    with other.at_work() as session:
        session.add(PaperFile(paper_id=paper.id, place=0, kind="pdf", size=1, added_by="x"))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()
    with other.at_work() as session:
        assert session.scalars(select(Paper).where(Paper.id == paper.id)).all() == []


def test_what_is_on_the_disk_tells_nothing_of_whose_it_is(desk: Desk, app: Application) -> None:
    (file,) = desk.files()
    names = [path.name for path in store_of(app).directory.rglob("*")]
    assert not any("Marchetti" in name or "medical" in name or ".pdf" in name for name in names)
    assert BROUGHT not in store_of(app).get(desk.agent.tenant.id, file.id)
