"""The document behind a certificate from before: kept sealed, opened by who decides and by its holder, then erased."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from werkzeug.test import TestResponse

from clais.audit.models import AuditEvent
from clais.clock import now, set_to, today
from clais.exchange.training.evidence import LARGEST, POLICY
from clais.exchange.training.models import Certificate, CertificateEvidence
from clais.exchange.training.workflow import FORGET_JOB
from clais.files.signatures import SIGNATURES, kind_of
from clais.identity.models import Membership
from clais.web.sizes import MAXIMUM_UPLOAD
from support_center.training import jobs
from tenants.training.actions import forget_who_left
from tests.support.documents import sent
from tests.support.federation import Browser, Federation
from tests.support.training import School, a_school, registered
from tests.support.work import run_due

PDF = b"%PDF-1.7\n" + b"Registre papier de 2024. " * 40
PAST = {"valid_from": "2025-01-15", "valid_until": "2027-01-14", "evidence": "registre papier, vu le 3 mars"}


class Room:
    """An agent who is registered, with their trainer."""

    def __init__(self, federation: Federation) -> None:
        self.school: School = a_school(federation)
        self.agent = federation.member(federation.platform, "agent", "Nadia Lambert")
        self.coordinator = federation.member(federation.platform, "coordinator", "Paul Henin")
        run = self.school.run(today() + timedelta(days=30))
        (self.registration,) = registered(self.coordinator, run, self.agent)
        self.desk = self.school.trainer.browser()

    @property
    def path(self) -> str:
        return f"/formation-des-agents/inscriptions/{self.registration.id}/reprise"

    def give(self, content: bytes, name: str = "scan.pdf", status: int = 303) -> str:
        return brought(self.desk, self.path, PAST, content, name, status)

    def certificate(self) -> Certificate:
        with self.school.trainer.at_work() as session:
            return session.scalars(select(Certificate)).one()

    def kept(self) -> list[CertificateEvidence]:
        with self.school.trainer.at_work() as session:
            return list(session.scalars(select(CertificateEvidence)))


def brought(
    browser: Browser, path: str, fields: dict[str, str], content: bytes, name: str = "scan.pdf", status: int = 303
) -> str:
    """Send a form with one document."""
    return sent(browser, path, fields, [(name, content)], name="document", status=status).get_data(as_text=True)


@pytest.fixture
def room(federation: Federation) -> Room:
    return Room(federation)


def opened(browser: Browser, room: Room, *, centre: bool, status: int = 200) -> TestResponse:
    folder = "/formation-des-agents" if centre else "/formations"
    return browser.get(f"{folder}/certificats/{room.certificate().id}/preuve", status=status)


def test_what_is_kept_is_told_by_its_first_bytes_and_never_by_its_name() -> None:
    assert [kind_of(start + b"...") for start in SIGNATURES.values()] == ["pdf", "jpeg", "png"]
    for other in (b"", b"<html>", b"MZ\x90", b"GIF89a", b" %PDF-1.7", b"%PD", b"PK\x03\x04"):
        assert kind_of(other) is None


def test_a_document_is_kept_and_downloaded_by_who_decides_and_by_its_holder(room: Room) -> None:
    room.give(PDF, "photo.png")
    page = room.desk.get(f"/formation-des-agents/certificats/{room.certificate().id}").get_data(as_text=True)
    assert "Le document qui l'atteste" in page.replace("&#39;", "'")
    assert f"{room.certificate().id}/preuve" in room.agent.browser().get("/formations").get_data(as_text=True)
    for answer in (opened(room.desk, room, centre=True), opened(room.agent.browser(), room, centre=False)):
        assert answer.data == PDF
        assert answer.mimetype == "application/pdf"
        name = f"preuve-{room.certificate().number}.pdf"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["Cache-Control"] == "no-store"


def test_nobody_else_opens_it(room: Room, federation: Federation) -> None:
    room.give(PDF)
    supervisor = federation.member(federation.support_centre, "supervisor", "Philippe Andries")
    opened(supervisor.browser(), room, centre=True, status=403)
    colleague, other = federation.agent(), federation.other_agent()
    for member in (colleague, room.coordinator, other):
        opened(member.browser(), room, centre=False, status=404)
    assert "/preuve" not in room.coordinator.browser().get("/formations/equipe").get_data(as_text=True)
    seen = supervisor.browser().get(f"/formation-des-agents/certificats/{room.certificate().id}")
    assert "/preuve" not in seen.get_data(as_text=True)


def test_a_certificate_without_a_document_has_none_to_open(room: Room) -> None:
    room.desk.post(room.path, PAST, status=303)
    assert room.kept() == []
    opened(room.desk, room, centre=True, status=404)
    opened(room.agent.browser(), room, centre=False, status=404)


def test_in_the_database_its_bytes_are_sealed_for_their_row(room: Room) -> None:
    room.give(PDF)
    (row,) = room.kept()
    assert b"Registre" not in row.sealed
    with room.school.trainer.at_work() as session:
        session.execute(text("DELETE FROM certificate_evidence"))
        copy = CertificateEvidence(
            to_tenant_id=row.to_tenant_id,
            certificate_id=row.certificate_id,
            kind="pdf",
            sealed=row.sealed,
            added_by="x",
        )
        session.add(copy)
    opened(room.desk, room, centre=True, status=404)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"MZ\x90\x00 not a document", "ni un PDF, ni une image"),
        (PDF + b"x" * LARGEST, "dépasse 5"),
    ],
    ids=["of another kind", "too large"],
)
def test_what_is_no_such_document_is_refused_in_words_and_the_rest_stays(
    room: Room, content: bytes, words: str
) -> None:
    page = room.give(content, "certificat.pdf", status=422)
    assert words in page.replace("\u00a0", " ")
    assert PAST["evidence"] in page
    assert room.kept() == []
    with room.school.trainer.at_work() as session:
        assert session.scalars(select(Certificate)).all() == []


def test_a_document_is_to_be_chosen_again_when_something_else_is_wrong(room: Room) -> None:
    page = brought(room.desk, room.path, PAST | {"valid_until": "2024-01-01"}, PDF, status=422)
    assert "Choisissez-le encore une fois" in page


def test_only_the_form_for_a_file_takes_a_large_body_of_who_may_send_it(room: Room) -> None:
    many = b"x" * (3 * 1024 * 1024)
    room.give(many, status=422)
    room.give(b"x" * MAXIMUM_UPLOAD, status=413)
    room.desk.post("/formation-des-agents/cours/nouveau", {"title": many.decode()}, status=413)
    federation = room.agent.federation
    supervisor = federation.member(federation.support_centre, "supervisor", "Philippe Andries").browser()
    brought(supervisor, room.path, PAST, many, status=403)
    assert room.kept() == []
    room.give(PDF + many)
    assert len(room.kept()) == 1, "one of three megabytes that is a document"


def test_it_goes_when_its_holder_leaves(room: Room) -> None:
    room.give(PDF)
    app = room.agent.federation.app
    run_due(app, FORGET_JOB)
    assert len(room.kept()) == 1
    with room.coordinator.at_work() as session:
        session.execute(update(Membership).where(Membership.id == room.agent.membership.id).values(ended_at=now()))
        assert forget_who_left(session, room.coordinator.actor) == 1
    run_due(app, FORGET_JOB)
    assert room.kept() == []
    assert room.certificate().holder_name == "Nadia Lambert", "the certificate itself names them a year longer"


def test_it_goes_a_year_after_the_certificate_has_ended(room: Room) -> None:
    room.give(PDF)
    with set_to(now() + timedelta(days=1200)), room.school.trainer.at_work() as session:
        assert jobs.forget_names(session, room.school.trainer.actor) == 2
    assert room.kept() == []
    assert room.certificate().holder_name == ""


def test_a_wrong_document_is_erased_and_the_certificate_stays(room: Room) -> None:
    room.give(PDF)
    path = f"/formation-des-agents/certificats/{room.certificate().id}"
    assert "Effacer le document" in room.desk.get(path).get_data(as_text=True)
    room.desk.post(f"{path}/preuve/effacement", status=303)
    assert room.kept() == []
    assert room.certificate().revoked_on is None
    opened(room.desk, room, centre=True, status=404)
    assert "Effacer le document" not in room.desk.get(path).get_data(as_text=True)
    room.desk.post(f"{path}/preuve/effacement", status=303)
    assert "plus de document" in room.desk.get(path).get_data(as_text=True)


def test_each_opening_of_a_document_at_the_centre_is_on_record(room: Room) -> None:
    room.give(PDF)
    opened(room.desk, room, centre=True)
    with room.school.trainer.at_work() as session:
        read = select(AuditEvent.subject_id).where(AuditEvent.verb == "certificate.read_evidence")
        assert list(session.scalars(read)) == [room.certificate().id]
