"""A document that someone sends by a link: once, until its end, without an account, and nothing else is shown."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text

from clais.audit.models import AuditEvent
from clais.clock import now, set_to
from clais.files.contents import Content, judged
from clais.files.scanning import Verdict
from clais.messaging.models import OutboxMessage
from clais.web.routing import Application
from tenants.documents.actions.links import make_link
from tenants.documents.jobs import next_tidying_at, tidy
from tenants.documents.models import Paper, PaperLink
from tenants.people.models import Person
from tests.support.documents import PDF, Desk, lying, picture, scanned_by, sent
from tests.support.federation import Browser, Federation
from tests.support.referrals import a_person

CLICK = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"}

ASKED, NOWHERE = "Attestation du CPAS (RI)", "Ce lien ne mène nulle part"
"""What a page says where a link serves, and where it does not."""


class Link:
    """What an agent was shown of a link, and a phone that nobody is signed in on."""

    def __init__(self, desk: Desk, paper: Paper, how: str = "phone") -> None:
        self.desk, self.paper = desk, paper
        page = desk.browser.post(f"{desk.folder}/{paper.id}/lien", {"how": how}, status=200).get_data(as_text=True)
        found = re.search(r'value="https?://[^/]+(/envoi/[^"]+)"', page)
        assert found is not None, page[:3000]
        self.path = found.group(1)
        self.phone = Browser(desk.agent.federation.app, "", None)

    @property
    def token(self) -> str:
        return self.path.rpartition("/")[2]

    def page(self, path: str = "", status: int = 200, **options: object) -> str:
        answer = self.phone.client.get(path or self.path, **options)
        assert answer.status_code == status
        return answer.get_data(as_text=True).replace("\u00a0", " ").replace("&#39;", "'")

    def send(self, *files: tuple[str, bytes], path: str = "", status: int = 303) -> str:
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', self.page(status=200))
        assert csrf is not None
        self.phone.csrf = lambda: csrf.group(1)  # type: ignore[method-assign]
        self.phone.url = lambda path: path  # type: ignore[method-assign]
        brought = files or (("photo.jpg", picture()),)
        answer = sent(self.phone, path or self.path, {}, brought, status=status)
        return answer.get_data(as_text=True).replace("\u00a0", " ").replace("&#39;", "'")


@pytest.fixture
def link(desk: Desk) -> Link:
    return Link(desk, desk.ask("cpas"))


def test_the_person_sees_what_is_asked_and_nothing_of_the_file(link: Link) -> None:
    page = link.page()
    assert ASKED in page
    assert "Farciennes" in page
    person_id = str(link.desk.person_id)
    for told in ("Marchetti", "Sofia", "Nadia", person_id, str(link.paper.id), "FAR-", "/personnes"):
        assert told not in page


def test_what_is_sent_is_received_once_and_the_link_leads_nowhere_any_more(link: Link) -> None:
    link.send(("recto.jpg", picture()), ("verso.jpg", picture()))
    (paper,) = link.desk.papers()
    assert (paper.state, paper.pieces, paper.changed_by) == ("received", 2, "la personne")
    over = link.page(status=404)
    assert NOWHERE in over
    with link.desk.agent.at_work() as session:
        assert session.scalars(select(PaperLink)).all() == []
        brought = session.scalars(select(AuditEvent).where(AuditEvent.verb == "paper.bring")).one()
        assert (brought.person_id, brought.actor_name) == (link.desk.person_id, "la personne")


def test_of_two_sendings_at_once_one_is_kept(link: Link) -> None:
    link.phone.client.get(link.path)
    other = Link.__new__(Link)
    other.desk, other.paper, other.path = link.desk, link.paper, link.path
    other.phone = Browser(link.desk.agent.federation.app, "", None)
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', other.page())
    assert csrf is not None
    link.send()
    other.phone.csrf = lambda: csrf.group(1)  # type: ignore[method-assign]
    other.phone.url = lambda path: path  # type: ignore[method-assign]
    sent(other.phone, other.path, {}, [("b.jpg", picture())], status=404)
    assert len(link.desk.files()) == 1


def test_while_a_content_is_judged_an_agent_goes_on_with_the_document(
    link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scanner takes its time: nothing is locked meanwhile, and what the agent did then counts."""
    newer: list[str] = []

    def slow(content: bytes, *arguments: Any) -> Content:
        with link.desk.agent.at_work() as session:
            session.execute(text("SET LOCAL lock_timeout = '2s'"))
            person = session.get_one(Person, (link.paper.tenant_id, link.desk.person_id))
            paper = session.get_one(Paper, (link.paper.tenant_id, link.paper.id))
            newer.append(make_link(session, person, link.desk.agent.actor, paper, at_once=True))
        return judged(content, *arguments)

    monkeypatch.setattr("tenants.documents.forms.judged", slow)
    link.send(status=404)
    assert len(newer) == 1
    assert link.desk.files() == [], "the link had been replaced meanwhile"
    monkeypatch.undo()
    link.path = link.path.replace(link.token, newer[0])
    link.send()
    assert link.desk.papers()[0].state == "received"


def test_who_sends_locks_the_file_before_the_document_as_agents_do(link: Link) -> None:
    """Two who lock the same rows in another order wait for each other, and one of them loses what was sent."""
    locked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if re.search(r"FOR (NO KEY )?UPDATE", statement) and (table := re.search(r"FROM (person|paper)\b", statement)):
            locked.append(table.group(1))

    used = link.desk.agent.federation.app.extensions["clais"].engine
    event.listen(used, "before_cursor_execute", note)
    try:
        link.send()
    finally:
        event.remove(used, "before_cursor_execute", note)
    assert locked[:2] == ["person", "paper"]


def test_a_scanner_that_is_away_is_waited_for_once(link: Link, app: Application) -> None:
    asked = []

    def away(_content: bytes) -> Verdict:
        asked.append(1)
        return Verdict.NO_ANSWER

    with scanned_by(app, away):
        link.send(("a.jpg", picture()), ("b.jpg", picture()), ("c.jpg", picture()))
    assert len(asked) == 1
    assert all(file.scan_due_at is not None for file in link.desk.files())


def test_a_link_for_a_phone_ends_after_a_quarter_of_an_hour_and_one_by_date_on_its_day(desk: Desk) -> None:
    short = Link(desk, desk.ask("cpas"))
    with set_to(now() + timedelta(minutes=14)):
        assert ASKED in short.page()
    with set_to(now() + timedelta(minutes=16)):
        assert NOWHERE in short.page(status=404)
    long = Link(desk, short.paper, "paper")
    with set_to(now() + timedelta(days=4)):
        assert ASKED in long.page()
    with set_to(now() + timedelta(days=7)):
        assert NOWHERE in long.page(status=404)


def test_a_link_at_whose_end_nobody_looks_would_be_open_for_ever(link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: without the look at the clock, the same link leads on."""
    monkeypatch.setattr("tenants.documents.actions.links.now", lambda: now() - timedelta(days=30))
    with set_to(now() + timedelta(days=9)):
        assert ASKED in link.page()


def test_a_link_that_has_ended_is_erased_at_night(link: Link) -> None:
    with link.desk.agent.federation.app.app_context():
        for ahead, left in ((timedelta(minutes=14), 1), (timedelta(minutes=16), 0)):
            with link.desk.agent.at_work() as session:
                assert next_tidying_at(session) is not None
                with set_to(now() + ahead):
                    tidy(session, link.desk.agent.actor)
                assert len(session.scalars(select(PaperLink)).all()) == left


def test_a_new_link_ends_the_former_one(link: Link) -> None:
    newer = Link(link.desk, link.paper)
    assert NOWHERE in link.page(status=404)
    assert ASKED in newer.page()


def test_every_link_that_leads_nowhere_gets_the_same_page(link: Link, federation: Federation) -> None:
    foreign = link.path.replace(federation.platform.slug, federation.other_platform.slug)
    unknown = link.path.replace(link.token, "A" * 43)
    nowhere = link.path.replace(federation.platform.slug, "nulle-part")
    pages = {
        re.sub(r'(nonce|value)="[^"]*"', "", link.page(path, status=404))
        for path in (foreign, unknown, nowhere, link.path + "A" * 200)
    }
    assert len(pages) == 1


def test_a_link_of_a_document_that_came_otherwise_or_is_not_awaited_any_more_leads_nowhere(link: Link) -> None:
    sent(link.desk.browser, f"{link.desk.folder}/{link.paper.id}/reception", {}, [("a.pdf", PDF)])
    assert NOWHERE in link.page(status=404)
    again = Link(link.desk, link.desk.ask("forem"))
    link.desk.browser.post(f"{link.desk.folder}/{again.paper.id}/retrait", status=303)
    assert NOWHERE in again.page(status=404)


def test_the_agent_sees_that_it_was_opened_by_somebody_and_not_by_a_program(link: Link) -> None:
    link.page()
    assert link.desk.papers()[0].link_opened_at is None
    link.page(headers=CLICK)
    assert link.desk.papers()[0].link_opened_at is not None
    assert "lien ouvert" in link.desk.page(link.paper)


def test_what_is_no_document_is_said_in_words_and_the_link_stays(link: Link, app: Application) -> None:
    page = link.send(("dessin.svg", b"<svg onload='x()'/>"), status=422)
    assert "peut exécuter quelque chose" in page
    assert lying(app, link.desk.agent) == set()
    link.send()
    assert link.desk.papers()[0].state == "received"


def test_a_link_by_mail_names_nobody(desk: Desk) -> None:
    person = a_person(desk.agent, "Benali", "Karim", email="karim@example.be")
    other = Desk(desk.agent, person.id)
    paper = other.ask("medical")
    other.browser.post(f"{other.folder}/{paper.id}/lien", {"how": "mail"}, status=303)
    with desk.agent.at_work() as session:
        mail = session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == "karim@example.be")).one()
    assert "/envoi/" in mail.body
    for told in ("Benali", "Karim", "médical", "Nadia"):
        assert told not in mail.body + mail.subject
    desk_paper = desk.ask("cpas")
    desk.browser.post(f"{desk.folder}/{desk_paper.id}/lien", {"how": "mail"}, status=303)
    assert "pas d'adresse" in desk.page(desk_paper)


def test_of_two_mails_within_a_second_the_last_has_the_link_that_serves(desk: Desk, link: Link) -> None:
    person = a_person(desk.agent, "Benali", "Karim", email="karim@example.be")
    other = Desk(desk.agent, person.id)
    paper = other.ask("cpas")
    with set_to(now()):
        for _click in range(2):
            other.browser.post(f"{other.folder}/{paper.id}/lien", {"how": "mail"}, status=303)
    with desk.agent.at_work() as session:
        mails = session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == "karim@example.be")).all()
    paths = [re.search(r"/envoi/\S+", mail.body) for mail in mails]
    answers = [link.phone.client.get(path.group()).status_code for path in paths if path]
    assert sorted(answers) == [200, 404]


def test_in_the_database_no_link_can_be_read(link: Link) -> None:
    with link.desk.agent.at_work() as session:
        row = session.scalars(select(PaperLink)).one()
    assert link.token.encode() not in row.token_hash
    assert len(row.token_hash) == 32


def test_a_colleague_of_another_platform_makes_no_link(link: Link, federation: Federation) -> None:
    other = federation.other_agent().browser()
    other.post(f"{link.desk.folder}/{link.paper.id}/lien", {"how": "phone"}, status=404)
    assert ASKED in link.page(), "the former link still serves"
