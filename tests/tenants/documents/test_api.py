"""The documents of a person through the API: the same actions, refusals and records as on the pages."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from clais.audit.models import AuditEvent
from clais.clock import today
from clais.files.contents import LARGEST
from clais.files.scanning import Verdict
from clais.files.store import StoreFault
from clais.web.routing import Application
from clais.web.sizes import MAXIMUM_UPLOAD
from tenants.documents.downloads import POLICY
from tenants.people.models import Person
from tests.support.documents import PDF, Desk, File, lying, parts, picture, scanned_by, store_of
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person
from tests.tenants.people.test_api import problem

ALL = ("document.read", "document.write")
CV: File = ("../cv.pdf", PDF)


class Program:
    """A program at work on the documents of one person, with a token of its own."""

    def __init__(self, member: Member, desk: Desk, *permissions: str) -> None:
        self.client: FlaskClient = member.federation.app.test_client()
        self.headers, self.desk = member.bearer(*(permissions or ALL)), desk

    @property
    def folder(self) -> str:
        return f"/api/v1/people/{self.desk.person_id}/documents"

    def get(self, path: str = "", status: int = 200) -> TestResponse:
        answer = self.client.get(f"{self.folder}{path}", headers=self.headers)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer

    def json(self, path: str = "") -> Any:
        return self.get(path).json

    def send(self, fields: Mapping[str, Any], *files: File, path: str = "", key: str = "") -> TestResponse:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return self.client.post(f"{self.folder}{path}", headers=headers, **parts(fields, *files))

    def add(self, *files: File, **fields: str) -> dict[str, Any]:
        answer = self.send({"kind": "cv", **fields}, *(files or (CV,)))
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return dict(answer.json or {})

    def file_of(self, document: Mapping[str, Any]) -> str:
        """Where the first file of a document is."""
        return f"/{document['id']}/files/{document['files'][0]['id']}"


@pytest.fixture
def program(desk: Desk) -> Program:
    return Program(desk.agent, desk)


def on_record(desk: Desk, verb: str) -> int:
    with desk.agent.at_work() as session:
        asked = select(func.count()).where(AuditEvent.person_id == desk.person_id, AuditEvent.verb == verb)
        return session.scalars(asked).one()


def test_what_a_program_brings_is_listed_downloaded_and_on_the_page(program: Program) -> None:
    issued = today() - timedelta(days=3)
    answer = program.send(
        {"kind": "cv", "title": "mis à jour", "issued_on": issued.isoformat()}, CV, ("b.png", picture(kind="PNG"))
    )
    assert answer.status_code == 201, answer.get_data(as_text=True)
    made = answer.json or {}
    assert program.client.get(answer.headers["Location"], headers=program.headers).json == made
    assert [line["id"] for line in program.json()] == [made["id"]]
    told = {name: made[name] for name in ("kind", "title", "state", "issued_on", "expires_on", "pieces", "withheld")}
    assert told == {
        "kind": "cv", "title": "mis à jour", "state": "received", "issued_on": issued.isoformat(),
        "expires_on": None, "pieces": 2, "withheld": False,
    }  # fmt: skip
    assert [(file["type"], file["scan"]) for file in made["files"]] == [
        ("application/pdf", "none"),
        ("image/jpeg", "none"),
    ]
    assert "mis à jour" in program.desk.page(program.desk.papers()[0])
    assert on_record(program.desk, "paper.receive") == 1


def test_a_file_is_given_as_a_download_that_runs_nothing_and_that_is_on_record(program: Program) -> None:
    where = program.file_of(program.add())
    assert on_record(program.desk, "paper.open") == 0
    answer = program.get(where)
    assert (answer.data, answer.mimetype) == (PDF, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="document-')
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert on_record(program.desk, "paper.open") == 1


def test_the_same_key_brings_once(program: Program) -> None:
    key = str(uuid4())
    first, again = (program.send({"kind": "cv"}, CV, key=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 303)
    assert again.location == first.location
    assert len(program.desk.papers()) == 1


def test_what_was_asked_for_is_received_once(program: Program) -> None:
    paper = program.desk.ask("forem")
    where = f"/{paper.id}/reception"
    assert program.send({"title": "inscription"}, CV, path=where).status_code == 201
    assert [(one.state, one.title) for one in program.desk.papers()] == [("received", "inscription")]
    refused = problem(program.send({}, CV, path=where), 409)
    assert refused["type"].endswith(":not-awaited")
    assert "plus attendu" in refused["detail"]
    assert len(program.desk.files()) == 1


REFUSED: dict[str, tuple[dict[str, Any], tuple[File, ...], str, str]] = {
    "no file": ({"kind": "cv"}, (), "file", ""),
    "a text in its place": ({"kind": "cv", "file": "x"}, (), "file", "Envoyez un fichier"),
    "no kind": ({}, (CV,), "kind", ""),
    "another kind": ({"kind": "passport"}, (CV,), "kind", ""),
    "a day to come": ({"kind": "cv", "issued_on": "2099-01-01"}, (CV,), "issued_on", "dans le futur"),
    "an unknown field": ({"kind": "cv", "state": "accepted"}, (CV,), "state", ""),
    "a drawing": ({"kind": "cv"}, (CV, ("dessin.svg", b"<svg onload='x()'/>")), "file", "« dessin.svg »"),
    "two kinds at once": ({"kind": "cv"}, (("a.pdf", PDF + b"PK\x05\x06"),), "file", "deux choses"),
    "another name for a kind": ({"kind": "cv"}, (("cv.pdf", b"MZ\x90\x00"),), "file", "ni un PDF, ni une image"),
    "too many": ({"kind": "cv"}, (CV,) * 13, "file", "12"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_kept_is_said_by_the_field_and_leaves_nothing(
    program: Program, app: Application, case: str
) -> None:
    fields, files, field, words = REFUSED[case]
    errors = problem(program.send(fields, *files), 422)["errors"]
    assert list(errors) == [field]
    assert words in str(errors[field]).replace("\u00a0", " ").replace("\\xa0", " ")
    assert program.desk.papers() == []
    assert lying(app, program.desk.agent) == set()


def test_a_file_that_is_too_large_is_said_so_and_a_larger_body_is_not_read(program: Program) -> None:
    errors = problem(program.send({"kind": "cv"}, ("cv.pdf", PDF + bytes(LARGEST))), 422)["errors"]
    assert "20" in errors["file"][0]
    problem(program.send({"kind": "cv"}, ("cv.pdf", bytes(MAXIMUM_UPLOAD))), 413)
    assert program.desk.papers() == []


def test_another_body_than_one_in_parts_is_refused(program: Program) -> None:
    for body in ({"json": {"kind": "cv"}}, {"data": {"kind": "cv"}}, {"data": PDF, "content_type": "application/pdf"}):
        problem(program.client.post(program.folder, headers=program.headers, **body), 415)
    assert program.desk.papers() == []


def test_a_virus_is_refused_and_what_a_silent_scanner_left_open_is_held_back(
    program: Program, app: Application
) -> None:
    with scanned_by(app, lambda _content: Verdict.INFECTED):
        errors = problem(program.send({"kind": "cv"}, CV), 422)["errors"]
    assert "Un virus a été trouvé" in errors["file"][0]
    with scanned_by(app, lambda _content: Verdict.NO_ANSWER):
        made = program.add()
    assert made["files"][0]["scan"] == "waiting"
    held = problem(program.get(program.file_of(made), status=409), 409)
    assert held["type"].endswith(":not-scanned-yet")
    assert "en cours de vérification antivirus" in held["detail"]
    assert on_record(program.desk, "paper.open") == 0


def test_a_closed_file_takes_nothing(program: Program, app: Application) -> None:
    with program.desk.agent.at_work() as session:
        person = session.get_one(Person, (program.desk.agent.tenant.id, program.desk.person_id))
        table = Person.__table__
        session.execute(table.update().where(table.c.id == person.id).values(stage="closed"))  # type: ignore[attr-defined]
    refused = problem(program.send({"kind": "cv"}, CV), 409)
    assert refused["type"].endswith(":closed-file")
    assert "clôturé" in refused["detail"]
    assert lying(app, program.desk.agent) == set()


def test_a_store_that_is_silent_is_said_with_when_to_try_again(
    program: Program, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = program.add()

    def silent(*_arguments: object) -> None:
        raise StoreFault

    for name in ("put", "get"):
        monkeypatch.setattr(store_of(app).__class__, name, silent)
    answer = program.send({"kind": "cv"}, CV)
    assert "ne répond pas" in problem(answer, 503)["detail"]
    assert int(answer.headers["Retry-After"]) > 0
    problem(program.get(program.file_of(made), status=503), 503)
    assert len(program.desk.papers()) == 1


def test_a_token_does_no_more_than_it_was_given(program: Program) -> None:
    made = program.add()
    reader = Program(program.desk.agent, program.desk, "document.read")
    assert reader.get(program.file_of(made)).data == PDF
    problem(reader.send({"kind": "cv"}, CV), 403)
    other = Program(program.desk.agent, program.desk, "person.read")
    for path in ("", f"/{made['id']}", program.file_of(made)):
        problem(other.get(path, status=403), 403)
    assert len(program.desk.papers()) == 1


def test_a_body_of_a_program_that_may_not_bring_one_is_not_read(program: Program) -> None:
    reader = Program(program.desk.agent, program.desk, "document.read")
    assert reader.send({"kind": "cv"}, ("cv.pdf", bytes(MAXIMUM_UPLOAD))).status_code in {403, 413}


def test_what_is_another_platforms_or_persons_is_not_there(program: Program, federation: Federation) -> None:
    made, awaited = program.add(), program.desk.ask("forem")
    foreign = Program(federation.other_agent(), program.desk)
    elsewhere = Program(
        program.desk.agent, Desk(program.desk.agent, a_person(program.desk.agent, "Benali", "Karim").id)
    )
    for stranger, paths in (
        (foreign, ("", f"/{made['id']}", program.file_of(made))),
        (elsewhere, (f"/{made['id']}", program.file_of(made))),
        (program, (f"/{uuid4()}", f"/{awaited.id}/files/{made['files'][0]['id']}", f"/{made['id']}/files/{uuid4()}")),
    ):
        for path in paths:
            problem(stranger.get(path, status=404), 404)
    for answer in (
        foreign.send({"kind": "cv"}, CV),
        foreign.send({}, CV, path=f"/{awaited.id}/reception"),
        elsewhere.send({}, CV, path=f"/{awaited.id}/reception"),
    ):
        problem(answer, 404)
    assert sorted(paper.state for paper in program.desk.papers()) == ["asked", "received"]
    assert on_record(program.desk, "paper.open") == 0


def test_a_sensitive_document_is_told_to_who_follows_the_file_alone(program: Program, federation: Federation) -> None:
    made = program.add(kind="medical", title="chez le docteur Lenoir")
    colleague = Program(federation.member(federation.platform, "agent", "Luc Delhaye"), program.desk)
    told = {"id": made["id"], "state": "received", "withheld": True}
    assert colleague.json() == [told]
    assert colleague.json(f"/{made['id']}") == told
    problem(colleague.get(program.file_of(made), status=403), 403)
    assert "Lenoir" in program.get(f"/{made['id']}").get_data(as_text=True)
    assert program.get(program.file_of(made)).data == PDF


def test_a_file_that_was_removed_is_not_there_any_more(program: Program) -> None:
    made = program.add()
    program.desk.browser.post(f"{program.desk.folder}/{made['id']}/retrait", status=303)
    assert program.json() == []
    problem(program.get(f"/{made['id']}", status=404), 404)
    problem(program.get(program.file_of(made), status=404), 404)
