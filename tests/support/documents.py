"""Files as a browser sends them, and pictures and pages that nobody has seen before."""

import resource
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from clais.clock import today
from clais.files.scanning import Scanner
from clais.files.store import LocalFiles
from clais.web.routing import Application
from tenants.documents.models import Paper, PaperFile
from tests.support.federation import Browser, Member

PDF = b"%PDF-1.7\n1 0 obj << /Type /Page >> endobj\n% Attestation de Sofia\n%%EOF\n"
File = tuple[str, bytes]


def a_pdf(pages: int, size: tuple[float, float] = (595, 842)) -> bytes:
    """A whole PDF, with a line on each of its pages."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=size)
    for page in range(pages):
        canvas.drawString(100, 100, f"Page {page}")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def parts(fields: Mapping[str, Any], *files: File, name: str = "file") -> dict[str, Any]:
    """A body in parts, for a test client."""
    brought = {name: [FileStorage(BytesIO(content), filename) for filename, content in files]} if files else {}
    boundary, body = encode_multipart({**fields, **brought})
    return {"data": body, "content_type": f'multipart/form-data; boundary="{boundary}"'}


def sent(
    browser: Browser,
    path: str,
    fields: dict[str, Any],
    files: Sequence[File],
    *,
    name: str = "file",
    status: int = 303,
) -> TestResponse:
    """Send a form with files, encoded beforehand: the test client would leave temporary files open."""
    form = parts({"csrf_token": browser.csrf(), **fields}, *files, name=name)
    answer = browser.client.post(browser.url(path), **form)
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return answer


def picture(size: tuple[int, int] = (60, 40), kind: str = "JPEG", **options: Any) -> bytes:
    """A picture of one colour."""
    file = BytesIO()
    Image.new("RGB", size, "#88aacc").save(file, kind, **options)
    return file.getvalue()


def store_of(app: Application) -> LocalFiles:
    """Where the application of the tests keeps contents."""
    found = app.extensions["clais"].files
    assert isinstance(found, LocalFiles)
    return found


@contextmanager
def scanned_by(app: Application, scanner: Scanner) -> Iterator[None]:
    """What is brought meanwhile is scanned by this."""
    before = app.extensions["clais"]
    app.extensions["clais"] = replace(before, scanner=scanner)
    try:
        yield
    finally:
        app.extensions["clais"] = before


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """A file of this process takes so many bytes meanwhile: the write of more really fails, half done."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def lying(app: Application, member: Member) -> set[UUID]:
    """What lies on the disk for the tenant of a member, by the names of the files alone."""
    folder = store_of(app).directory / member.tenant.id.hex
    return {UUID(path.name.removesuffix(".part")) for path in folder.rglob("*") if path.is_file()}


class Desk:
    """An agent at work on the documents of one person."""

    def __init__(self, agent: Member, person_id: UUID) -> None:
        self.agent, self.person_id, self.browser = agent, person_id, agent.browser()

    @property
    def folder(self) -> str:
        return f"/personnes/{self.person_id}/documents"

    def add(self, kind: str = "forem", *files: File, status: int = 303, **fields: str) -> str:
        """Bring a document that nobody had asked for; the text of the answer."""
        brought = files or (("attestation.pdf", PDF),)
        answer = sent(self.browser, f"{self.folder}/ajout", {"kind": kind, **fields}, brought, status=status)
        return answer.get_data(as_text=True).replace("\u00a0", " ").replace("&#39;", "'")

    def ask(self, kind: str = "cpas", days: int = 5) -> Paper:
        """Ask for a document."""
        wanted = (today() + timedelta(days=days)).isoformat()
        self.browser.post(f"{self.folder}/demande", {"kind": kind, "wanted_by": wanted}, status=303)
        return self.papers()[0]

    def papers(self) -> list[Paper]:
        """All documents of the person, the one that changed last first."""
        with self.agent.at_work() as session:
            found = select(Paper).where(Paper.person_id == self.person_id).order_by(Paper.changed_at.desc())
            return list(session.scalars(found))

    def files(self) -> list[PaperFile]:
        """The rows of all their files, in order."""
        with self.agent.at_work() as session:
            return list(session.scalars(select(PaperFile).order_by(PaperFile.added_at, PaperFile.place)))

    def page(self, paper: Paper, part: str = "", *, status: int = 200) -> str:
        """The page of a document."""
        text = self.browser.get(f"{self.folder}/{paper.id}{part}", status=status).get_data(as_text=True)
        return text.replace("\u00a0", " ").replace("&#39;", "'")

    def content(self, file: PaperFile, *, status: int = 200) -> TestResponse:
        """What the page gives of a file."""
        return self.browser.get(f"{self.folder}/{file.paper_id}/fichiers/{file.id}", status=status)
