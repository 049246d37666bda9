"""The library has documents with versions; the centre sees who uses which, and who an older one."""

from sqlalchemy import select

from clais.clock import today
from clais.exchange.practice.models import DocumentUse, PracticeDocument, PracticeDocumentVersion
from tests.support.federation import Federation, Member
from tests.support.practice import a_trainer


def a_document(trainer: Member, title: str = "Guide de l'entretien", kind: str = "guide") -> str:
    """The key of a document with one version, put there through the pages."""
    browser = trainer.browser()
    facts = {"title": title, "purpose": "Mener un entretien.", "kind": kind, "language": "fr"}
    browser.post("/bibliotheque/nouveau", facts, status=303)
    with trainer.at_work() as session:
        key = session.scalars(select(PracticeDocument.id).where(PracticeDocument.title == title)).one()
    a_version(trainer, str(key))
    return str(key)


def a_version(trainer: Member, key: str) -> None:
    sent = {"issued_on": f"{today():%d/%m/%Y}", "text": "Se présenter d'abord."}
    trainer.browser().post(f"/bibliotheque/{key}/version", sent, status=303)


def test_a_platform_says_what_it_uses_and_the_centre_sees_who_has_an_older_version(federation: Federation) -> None:
    trainer, coordinator = a_trainer(federation), federation.member(federation.platform, "coordinator")
    key = a_document(trainer)
    browser = coordinator.browser()
    assert "Nous l'utilisons" in browser.get(f"/echange/documents/{key}").get_data(as_text=True).replace("&#39;", "'")
    browser.post(f"/echange/documents/{key}/usage", status=303)
    page = trainer.browser().get(f"/bibliotheque/{key}").get_data(as_text=True)
    assert federation.platform.name in page
    assert "1 sur 2" in page
    assert "ancienne version" not in page
    a_version(trainer, key)
    assert "ancienne version" in trainer.browser().get(f"/bibliotheque/{key}").get_data(as_text=True)
    old = trainer.browser().get("/bibliotheque?use=old").get_data(as_text=True)
    assert "Guide de l" in old
    assert "une version plus récente existe" in browser.get(f"/echange/documents/{key}").get_data(as_text=True)
    browser.post(f"/echange/documents/{key}/usage", status=303)
    assert "ancienne version" not in trainer.browser().get(f"/bibliotheque/{key}").get_data(as_text=True)
    browser.post(f"/echange/documents/{key}/usage/fin", status=303)
    with coordinator.at_work() as session:
        assert session.scalars(select(DocumentUse)).all() == []


def test_the_library_is_searched_and_narrowed(federation: Federation) -> None:
    trainer = a_trainer(federation)
    a_document(trainer)
    a_document(trainer, "Lettre à l'employeur", "letter")
    browser = federation.agent().browser()
    found = browser.post("/echange/documents", {"q": "EMPLOYEUR"}, status=200).get_data(as_text=True)
    assert "Lettre à l" in found
    assert "Guide de l" not in found
    narrowed = browser.get("/echange/documents?kind=guide").get_data(as_text=True)
    assert "Guide de l" in narrowed
    assert "Lettre à l" not in narrowed


def test_a_version_is_found_somewhere_or_is_there(federation: Federation) -> None:
    trainer = a_trainer(federation)
    key, browser = a_document(trainer), trainer.browser()
    for link in ("", "javascript:alert(1)", "https://"):
        sent = {"issued_on": f"{today():%d/%m/%Y}", "link": link}
        page = browser.post(f"/bibliotheque/{key}/version", sent, status=422).get_data(as_text=True)
        assert 'id="field-link-error"' in page
    with trainer.at_work() as session:
        assert session.scalars(select(PracticeDocumentVersion.number)).all() == [1]


def test_an_agent_reads_and_does_not_speak_for_the_platform(federation: Federation) -> None:
    key = a_document(a_trainer(federation))
    agent, path = federation.agent(), f"/echange/documents/{key}"
    page = agent.browser().get(path).get_data(as_text=True)
    assert "Mener un entretien." in page
    assert f"{path}/usage" not in page
    assert f"{path}/usage" in federation.member(federation.platform, "coordinator").browser().get(path).get_data(
        as_text=True
    )
    agent.browser().post(f"{path}/usage", status=403)
    with agent.at_work() as session:
        assert session.scalars(select(DocumentUse)).all() == []


def test_nobody_begins_to_use_what_is_withdrawn(federation: Federation) -> None:
    trainer, coordinator = a_trainer(federation), federation.member(federation.platform, "coordinator")
    key = a_document(trainer)
    trainer.browser().post(f"/bibliotheque/{key}/retrait", status=303)
    coordinator.browser().post(f"/echange/documents/{key}/usage", status=303)
    with coordinator.at_work() as session:
        assert session.scalars(select(DocumentUse)).all() == []
