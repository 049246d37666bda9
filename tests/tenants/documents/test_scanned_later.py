"""A file that came while the scanner was silent is kept, given to nobody, and scanned by the worker afterwards."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from clais.audit.models import AuditEvent
from clais.clock import now, set_to
from clais.encryption import Keyring
from clais.files.kept import kept_content
from clais.files.scanning import Scanner, Verdict
from clais.files.store import FileStore, StoreFault
from clais.messaging.models import Notification
from clais.web.routing import Application
from clais.workflow import StateChange
from tenants.documents import jobs
from tenants.documents.actions.papers import SCAN
from tenants.documents.actions.scanning import AGAIN
from tenants.documents.models import PaperFile
from tests.support.documents import PDF, Desk, a_pdf, lying, scanned_by
from tests.support.work import due_of, forget_due, run_due

VERIFYING = "En cours de vérification antivirus"


@pytest.fixture
def held(desk: Desk, app: Application) -> Desk:
    """Someone of whom a document came while the scanner was silent."""
    forget_due(app)
    with scanned_by(app, silent):
        desk.add("cv", ("cv.pdf", a_pdf(2)))
    return desk


def silent(_content: bytes) -> Verdict:
    return Verdict.NO_ANSWER


def found(verdict: Verdict, seen: list[bytes] | None = None) -> Scanner:
    def scan(content: bytes) -> Verdict:
        if seen is not None:
            seen.append(content)
        return verdict

    return scan


def opened(desk: Desk) -> int:
    """How often a document of theirs is on record as opened."""
    with desk.agent.at_work() as session:
        asked = select(func.count()).where(AuditEvent.person_id == desk.person_id, AuditEvent.verb == "paper.open")
        return session.scalars(asked).one()


def test_it_is_kept_and_said_to_be_checked_and_nobody_is_given_it(held: Desk) -> None:
    (paper,), (file,) = held.papers(), held.files()
    assert (paper.state, file.scanned) == ("received", False)
    page = held.page(paper)
    assert VERIFYING in page
    assert f"/fichiers/{file.id}" not in page
    for part in ("", "/apercu"):
        answer = held.browser.get(f"{held.folder}/{paper.id}/fichiers/{file.id}{part}", status=302)
        assert answer.location.endswith(str(paper.id))
        assert b"%PDF" not in answer.data
    assert "en cours de vérification antivirus" in held.page(paper)
    assert opened(held) == 0


def test_the_worker_scans_what_is_kept_and_a_clean_one_opens(held: Desk, app: Application) -> None:
    seen: list[bytes] = []
    with scanned_by(app, found(Verdict.CLEAN, seen)):
        run_due(app, SCAN)
        assert run_due(app, SCAN, ahead=timedelta(days=1)) == [], "nothing is left to do"
    (file,) = held.files()
    assert [content[:5] for content in seen] == [b"%PDF-"]
    assert (file.scanned, file.scan_due_at) == (True, None)
    assert "Sans virus." in held.page(held.papers()[0])
    assert held.content(file).data == seen[0]
    assert opened(held) == 1


@pytest.mark.parametrize("stands", ["received", "accepted"])
def test_one_with_a_virus_is_erased_and_its_document_refused(held: Desk, app: Application, stands: str) -> None:
    (paper,), (file,) = held.papers(), held.files()
    if stands == "accepted":
        held.browser.post(f"{held.folder}/{paper.id}/acceptation", status=303)
    with scanned_by(app, found(Verdict.INFECTED)):
        run_due(app, SCAN)
    assert lying(app, held.agent) == set()
    (paper,) = held.papers()
    assert (paper.state, paper.reason) == ("refused", "infected")
    page = held.page(paper)
    assert "Un virus a été trouvé" in page
    assert "Redemander" in page
    held.content(file, status=404)
    with held.agent.at_work() as session:
        change = session.scalars(select(StateChange).where(StateChange.transition == "find_virus")).one()
        assert (change.source, change.subject_id) == (stands, paper.id)
        told = select(AuditEvent.verb).where(AuditEvent.subject_id == paper.id, AuditEvent.verb == "paper.find_virus")
        assert session.scalars(told).all() == ["paper.find_virus"]
        lines = session.execute(select(Notification.membership_id, Notification.text)).all()
    assert [member_id for member_id, _text in lines] == [held.agent.membership.id]
    assert "virus" in lines[0][1]
    assert "Marchetti" not in lines[0][1]


def test_while_it_stays_silent_the_worker_asks_again_later_and_others_have_their_turn(
    held: Desk, app: Application
) -> None:
    with scanned_by(app, silent):
        held.add("diploma")
    first, second = held.files()
    seen: list[bytes] = []

    def hangs_at_one(content: bytes) -> Verdict:
        seen.append(content)
        return Verdict.CLEAN if content == PDF else Verdict.NO_ANSWER

    with scanned_by(app, hangs_at_one):
        run_due(app, SCAN, ahead=timedelta(seconds=5))
    assert [content == PDF for content in seen] == [False, True]
    first, second = held.files()
    assert second.scanned
    assert first.scan_due_at is not None
    assert timedelta() < first.scan_due_at - now() <= AGAIN
    with held.agent.at_work() as session:
        (due,) = [row for row in due_of(session, held.agent.tenant) if row.job == SCAN]
    assert due.at == first.scan_due_at
    with scanned_by(app, found(Verdict.CLEAN)), set_to(now() + AGAIN):
        run_due(app, SCAN)
    assert held.files()[0].scanned


def test_a_content_that_the_disk_cannot_give_leaves_its_turn_to_the_others(
    held: Desk, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scanned_by(app, silent):
        held.add("diploma")
    first, _second = held.files()
    given = kept_content

    def gives(store: FileStore, keyring: Keyring, file: PaperFile, paper_id: UUID) -> bytes:
        if file.id == first.id:
            raise StoreFault
        return given(store, keyring, file, paper_id)

    monkeypatch.setattr(jobs, "kept_content", gives)
    with scanned_by(app, found(Verdict.CLEAN)):
        run_due(app, SCAN, ahead=timedelta(seconds=5))
    first, second = held.files()
    assert (first.scanned, second.scanned) == (False, True)
    assert first.scan_due_at is not None, "it is held back still, and asked for again"
    assert first.scan_due_at > now()


def test_one_that_is_removed_meanwhile_is_let_be(held: Desk, app: Application) -> None:
    (paper,) = held.papers()

    def removing(_content: bytes) -> Verdict:
        held.browser.post(f"{held.folder}/{paper.id}/retrait", status=303)
        return Verdict.INFECTED

    with scanned_by(app, removing):
        run_due(app, SCAN)
    assert held.papers()[0].state == "removed"
    assert held.files() == []


def test_nobody_but_the_worker_says_that_a_virus_was_found(held: Desk) -> None:
    table = held.agent.federation.app.extensions["clais"].permissions
    assert [role for role in table.roles if "document.scan" in table.of(role)] == ["system"]
