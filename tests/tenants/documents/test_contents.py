"""The contents of documents: encrypted on the disk, given to nobody else, erased with what they belong to."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, delete, select, update

from clais.audit.models import AuditEvent
from clais.clock import now, set_to
from clais.database import Scope, unit_of_work
from clais.due.actions import make_due
from clais.files.kept import kept_content
from clais.files.scanning import Verdict
from clais.files.store import StoreFault
from clais.registry.models import Tenant
from clais.web.routing import Application
from tenants.documents.actions.papers import TIDY, forget_all_of
from tenants.documents.downloads import POLICY
from tenants.documents.jobs import FORGET, forget_ended, next_term_at, next_tidying_at, tidy
from tenants.documents.models import Paper, PaperFile
from tenants.people.models import Person
from tests.support.documents import PDF, Desk, a_pdf, lying, picture, scanned_by, sent, store_of
from tests.support.referrals import a_person
from tests.support.work import due_jobs_of, due_of, forget_due, run_due

LONG = timedelta(hours=3)


def test_a_file_is_given_as_a_download_that_runs_nothing(desk: Desk) -> None:
    desk.add("cv", ("../../cv.pdf", PDF))
    (file,) = desk.files()
    answer = desk.content(file)
    assert answer.data == PDF
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="document-')
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_first_pages_of_a_pdf_are_shown_as_a_picture_and_never_the_pdf_itself(desk: Desk) -> None:
    desk.add("cv", ("cv.pdf", a_pdf(2)))
    desk.add("diploma", ("broken.pdf", PDF))
    (_former, paper), (broken, file) = sorted(desk.papers(), key=lambda one: one.kind == "cv"), desk.files()
    broken, file = sorted(desk.files(), key=lambda one: one.pages)
    page = desk.page(paper)
    assert f'src="/{desk.agent.tenant.slug}{desk.folder}/{paper.id}/fichiers/{file.id}/apercu"' in page
    assert "Premières pages du fichier 1 de CV" in page
    shown = desk.browser.get(f"{desk.folder}/{paper.id}/fichiers/{file.id}/apercu")
    assert (shown.mimetype, shown.data[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    assert shown.headers["Content-Security-Policy"] == POLICY
    assert shown.headers["Cache-Control"] == "no-store"
    desk.browser.get(f"{desk.folder}/{broken.paper_id}/fichiers/{broken.id}/apercu", status=404)
    with desk.agent.at_work() as session:
        opened = select(AuditEvent).where(AuditEvent.subject_id == paper.id, AuditEvent.verb == "paper.open")
        assert session.scalars(opened).first()


def test_each_opening_is_on_record_and_a_sensitive_one_stays_shut_until_it_is_asked_for(desk: Desk) -> None:
    desk.add("medical", ("certificat.jpg", picture()))
    (paper,), (file,) = desk.papers(), desk.files()
    shut = desk.page(paper)
    assert "Sensible" in shut
    assert f"/fichiers/{file.id}" not in shut
    assert f"/fichiers/{file.id}" in desk.page(paper, "/affichage")
    desk.content(file)
    with desk.agent.at_work() as session:
        about = select(AuditEvent.verb).where(AuditEvent.subject_id == paper.id, AuditEvent.person_id.is_not(None))
        assert {"paper.reveal", "paper.open"} <= set(session.scalars(about))


def test_on_the_disk_nothing_can_be_read(desk: Desk, app: Application) -> None:
    desk.add("cv")
    (file,) = desk.files()
    on_disk = store_of(app).get(desk.agent.tenant.id, file.id)
    assert b"Sofia" not in on_disk
    assert b"%PDF" not in on_disk
    desk.add("cv")
    other = next(one for one in desk.files() if one.id != file.id)
    assert store_of(app).get(desk.agent.tenant.id, other.id) != on_disk, "the same bytes, encrypted otherwise"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("dessin.svg", b"<svg onload='x()'/>", "peut exécuter quelque chose"),
        ("photo.heic", b"\0\0\0\x18ftypheic", "HEIC"),
        ("scan.pdf", PDF.replace(b"%%EOF", b""), "n'est pas entier"),
    ],
)
def test_a_hostile_or_broken_file_is_named_and_nothing_is_kept(
    desk: Desk, app: Application, name: str, content: bytes, words: str
) -> None:
    page = desk.add("cv", ("bon.pdf", PDF), (name, content), status=422)
    assert words in page
    assert f"« {name} »" in page
    assert desk.papers() == []
    assert lying(app, desk.agent) == set()


def test_a_virus_is_refused_and_a_clean_file_says_that_it_was_scanned(desk: Desk, app: Application) -> None:
    with scanned_by(app, lambda _content: Verdict.INFECTED):
        assert "Un virus a été trouvé" in desk.add("cv", status=422)
    with scanned_by(app, lambda _content: Verdict.CLEAN):
        desk.add("cv")
    assert "Sans virus." in desk.page(desk.papers()[0])


def test_without_a_file_it_says_to_choose_one(desk: Desk) -> None:
    page = sent(desk.browser, f"{desk.folder}/ajout", {"kind": "cv"}, [], status=422).get_data(as_text=True)
    assert "Choisissez le fichier" in page


def test_contents_of_a_transaction_that_was_rolled_back_are_tidied_up(desk: Desk, app: Application) -> None:
    desk.add("cv")
    kept = lying(app, desk.agent)
    store_of(app).put(desk.agent.tenant.id, uuid4(), b"lost")
    assert len(lying(app, desk.agent)) == 2
    with desk.agent.at_work() as session, app.app_context():
        assert tidy(session, desk.agent.actor) == 0, "it may belong to an act that is under way"
    with desk.agent.at_work() as session, app.app_context(), set_to(now() + LONG):
        assert tidy(session, desk.agent.actor) == 1
    assert lying(app, desk.agent) == kept


def test_to_put_a_content_makes_the_job_due_even_when_the_act_is_rolled_back(
    desk: Desk, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_arguments: object) -> None:
        raise StoreFault

    forget_due(app)
    monkeypatch.setattr(store_of(app).__class__, "put", lost)
    with set_to(now() + timedelta(hours=30)):
        page = Desk(desk.agent, desk.person_id).add("cv", status=422)
    assert "ne répond pas" in page
    with desk.agent.at_work() as session:
        assert TIDY in {row.job for row in due_of(session, desk.agent.tenant)}


def test_contents_are_looked_after_every_night_from_the_first_one_on(desk: Desk, app: Application) -> None:
    """So that what an early run spared, and what went with its person, waits for nobody's next act."""

    def planned() -> datetime | None:
        with desk.agent.at_work() as session, app.app_context():
            return next_tidying_at(session)

    assert planned() is None, "nothing is kept here"
    desk.add("cv")
    store_of(app).put(desk.agent.tenant.id, uuid4(), b"of an act that was rolled back")
    desk.browser.post(f"{desk.folder}/{desk.papers()[0].id}/retrait", status=303)
    run_due(app, TIDY)
    assert len(lying(app, desk.agent)) == 1, "too young to be erased"
    with desk.agent.at_work() as session:
        (at,) = [row.at for row in due_of(session, desk.agent.tenant) if row.job == TIDY]
    assert at == planned()
    assert timedelta() < at - now() <= timedelta(hours=25)
    with desk.agent.at_work() as session, app.app_context(), set_to(now() + LONG):
        assert tidy(session, desk.agent.actor) == 1
    assert planned() is None


def test_terms_are_kept_in_a_platform_that_is_suspended_too(desk: Desk, app: Application, engine: Engine) -> None:
    jobs = due_jobs_of(app)
    for name in (FORGET, TIDY, "sensitive.erase", "desk.erase_names", "caseload.forget_exports"):
        assert jobs[name].in_every_state, name
    desk.add("identity", ("c.jpg", picture()))
    with desk.agent.at_work() as session:
        closed = update(Person).where(Person.id == desk.person_id)
        session.execute(closed.values(stage="closed", stage_since=now().date() - timedelta(days=400)))
        make_due(session, FORGET)
    with unit_of_work(engine, Scope(administers=True)) as session:
        session.get_one(Tenant, desk.agent.tenant.id).state = "suspended"
    run_due(app, FORGET)
    assert lying(app, desk.agent) == set()


def test_who_is_erased_leaves_no_content_on_the_disk(desk: Desk, app: Application) -> None:
    desk.add("cv")
    desk.add("medical", ("c.jpg", picture()))
    other = Desk(desk.agent, a_person(desk.agent, "Benali", "Karim").id)
    other.add("cv")
    stays = {file.id for file in other.files() if file.paper_id == other.papers()[0].id}
    with desk.agent.at_work() as session:
        assert forget_all_of(session, store_of(app), desk.person_id) == 2
        assert len(lying(app, desk.agent)) == 3, "not before it is committed"
    assert lying(app, desk.agent) == stays
    assert desk.papers() == []


def test_an_erasure_that_is_rolled_back_erases_nothing(desk: Desk, app: Application) -> None:
    desk.add("cv")
    with desk.agent.at_work() as session:
        forget_all_of(session, store_of(app), desk.person_id)
        session.rollback()
    (file,) = desk.files()
    assert lying(app, desk.agent) == {file.id}
    assert desk.content(file).data == PDF


def test_the_row_of_a_person_takes_the_documents_along_and_the_contents_follow(desk: Desk, app: Application) -> None:
    """However a person is erased: rows by their foreign key, contents by the job."""
    desk.add("cv")
    with desk.agent.at_work() as session:
        session.execute(delete(Paper).where(Paper.person_id == desk.person_id))
    assert len(lying(app, desk.agent)) == 1
    with desk.agent.at_work() as session, app.app_context(), set_to(now() + LONG):
        tidy(session, desk.agent.actor)
    assert lying(app, desk.agent) == set()


def test_documents_are_erased_when_their_term_after_the_exit_is_over(desk: Desk, app: Application) -> None:
    desk.add("identity", ("c.jpg", picture()))
    desk.add("diploma")
    with desk.agent.at_work() as session:
        closed = update(Person).where(Person.id == desk.person_id)
        session.execute(closed.values(stage="closed", stage_since=now().date()))
    assert run_due(app, FORGET) == []
    with desk.agent.at_work() as session, app.app_context():
        first = next_term_at(session)
        assert first is not None
        assert timedelta(days=180) < first - now() < timedelta(days=185)
        with set_to(now() + timedelta(days=190)):
            assert forget_ended(session, desk.agent.actor) == 1
    assert [paper.kind for paper in desk.papers()] == ["diploma"]
    assert len(lying(app, desk.agent)) == 1


def test_the_key_of_another_row_or_document_opens_nothing(desk: Desk, app: Application) -> None:
    desk.add("cv")
    desk.add("diploma")
    one, other = desk.files()
    store, tenant = store_of(app), desk.agent.tenant.id
    swapped = store.get(tenant, other.id)
    store.delete(tenant, one.id)
    store.put(tenant, one.id, swapped)
    desk.content(one, status=404)
    assert desk.content(other).data == PDF
    with desk.agent.at_work() as session:
        moved = session.get_one(PaperFile, (tenant, other.id))
        with pytest.raises(LookupError):
            kept_content(store, desk.agent.federation.keyring, moved, one.paper_id)
