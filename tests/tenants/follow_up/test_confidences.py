"""A confidence is its author's and the colleagues' whom it names; for everyone else it does not exist."""

import gc
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import g
from sqlalchemy import CompoundSelect, Select, event, false, func, select, true, union_all
from sqlalchemy.orm import aliased

from clais.database import ScopedSession, unit_of_work
from tenants.file.queries import timeline
from tenants.follow_up import models, queries
from tenants.follow_up.actions import write_note
from tenants.follow_up.models import Note, keep_confidences
from tenants.follow_up.thread import page_of_thread
from tenants.people.models import Person
from tests.support.federation import Federation, Member
from tests.tenants.agenda.days import a_file

SECRET = "confidence-que-personne-d-autre-ne-lit"


@dataclass
class Team:
    author: Member
    named: Member
    other: Member
    person: Person
    note: Note


@pytest.fixture
def team(federation: Federation) -> Team:
    author, named, other = (federation.member(federation.platform, "agent", name) for name in ("Nadia", "Luc", "Paul"))
    person = a_file(author)
    with author.at_work() as session:
        note = write_note(
            session, person, author.actor, text=SECRET, note_class="confidence", readers=[named.membership.id]
        )
    return Team(author, named, other, person, note)


ABOUT_THEM = select(Note.id).where(Note.person_id == Person.id)
COMMON = select(Note.text).cte()
BESIDE = select(Note.text).where(Note.person_id == Person.id).lateral()
STATEMENTS: dict[str, Select[Any] | CompoundSelect[Any]] = {
    "alias": select(aliased(Note).text),
    "subquery": select(Person.id).where(ABOUT_THEM.exists()),
    "join": select(Person.id).join(Note, Note.person_id == Person.id),
    "column": select(select(func.count()).select_from(aliased(Note)).scalar_subquery()),
    "union": union_all(select(Person.family_name).where(false()), select(Note.text)),
    "common table": select(COMMON.c.text),
    "lateral": select(BESIDE.c.text).select_from(Person).join(BESIDE, true()),
}


def ways_to_meet(member: Member, person: Person, note: Note) -> Iterator[str]:
    """The name of every path on which `member` meets a confidence."""
    with member.at_work() as session:
        if queries.notes_of(session, person.id):
            yield "section"
        if queries.notes_of(session, person.id, words="personne"):
            yield "search"
        if queries.number_of_notes(session, person.id):
            yield "count"
        if session.scalar(select(func.count()).select_from(Note)):
            yield "count of everything"
        if session.get(Note, (member.tenant.id, note.id)):
            yield "by key"
        for way, statement in STATEMENTS.items():
            if session.scalars(statement).first():
                yield way
    app = member.federation.app
    with app.test_request_context(f"/{member.tenant.slug}/"), member.at_work() as session:
        g.actor = member.actor
        from_thread = page_of_thread(session, person.id, member.actor)[0]
        if any(entry.kind == "note" for entry in [*timeline(session, person.id, member.actor), *from_thread]):
            yield "thread"


PAGES = (
    "/personnes/{id}",
    "/personnes/{id}/notes",
    "/personnes/{id}/fil",
    "/personnes/{id}/fil?kind=note",
    "/ma-journee",
)


def test_a_colleague_who_is_not_named_meets_it_on_no_path(team: Team) -> None:
    assert list(ways_to_meet(team.other, team.person, team.note)) == []
    browser = team.other.browser()
    for page in PAGES:
        text = browser.get(page.format(id=team.person.id)).get_data(as_text=True)
        assert SECRET not in text, page
        assert str(team.note.id) not in text, page
    assert SECRET not in browser.post(f"/personnes/{team.person.id}/notes/recherche", {"q": "personne"}).get_data(
        as_text=True
    )
    browser.get(f"/notes/{team.note.id}/modification", status=404)


def test_its_author_and_a_named_colleague_read_it(team: Team) -> None:
    everywhere = {
        "section", "search", "count", "count of everything", "by key", "alias", "subquery", "join", "column", "union",
        "common table", "lateral", "thread",
    }  # fmt: skip
    for reader in (team.author, team.named):
        assert set(ways_to_meet(reader, team.person, team.note)) == everywhere
        for page in PAGES[:4]:
            assert SECRET in reader.browser().get(page.format(id=team.person.id)).get_data(as_text=True), page


def test_the_file_looks_the_same_with_and_without_it(team: Team) -> None:
    untouched = a_file(team.author, "Marchetti", "Soraya")
    pages = [
        team.other.browser().get(f"/personnes/{person.id}/notes").get_data(as_text=True)
        for person in (team.person, untouched)
    ]
    assert pages[0].count("<li") == pages[1].count("<li")


def test_a_statement_that_is_kept_answers_each_reader_for_themselves(team: Team) -> None:
    kept = select(Note.text)
    read = []
    for reader in (team.author, team.other, team.named, team.other):
        with reader.at_work() as session:
            read.append(session.scalars(kept).all())
    assert read == [[SECRET], [], [SECRET], []]


def test_statements_that_are_made_for_one_request_are_not_kept(team: Team) -> None:
    gc.collect()
    before = len(models._guarded)
    with team.author.at_work() as session:
        for number in range(50):
            session.scalars(select(Note).limit(number)).all()
            session.scalars(select(Person).limit(number)).all()
    gc.collect()
    assert len(models._guarded) <= before + 1


def test_a_job_without_an_actor_reads_none(team: Team) -> None:
    with unit_of_work(team.author.federation.engine, team.author.scope) as session:
        assert queries.notes_of(session, team.person.id) == []


def test_a_named_colleague_does_not_rewrite_it(team: Team) -> None:
    browser = team.named.browser()
    browser.get(f"/notes/{team.note.id}/modification", status=403)
    assert SECRET in browser.get(f"/personnes/{team.person.id}/notes").get_data(as_text=True), "it is read, and no more"


def test_readers_named_on_a_fact_are_dropped(team: Team) -> None:
    with team.author.at_work() as session:
        note = write_note(
            session, team.person, team.author.actor, text="x", note_class="fact", readers=[team.named.membership.id]
        )
    assert note.readers == []


def test_without_the_guard_beside_the_table_the_check_turns_red(team: Team) -> None:
    event.remove(ScopedSession, "do_orm_execute", keep_confidences)
    try:
        with team.other.at_work() as session:
            assert queries.number_of_notes(session, team.person.id) == 1
    finally:
        event.listen(ScopedSession, "do_orm_execute", models.keep_confidences)
    assert list(ways_to_meet(team.other, team.person, team.note)) == []


def test_a_confidence_is_never_on_paper(team: Team) -> None:
    browser = team.author.browser()
    for page in PAGES[:4]:
        text = browser.get(page.format(id=team.person.id)).get_data(as_text=True)
        shown = [line for line in re.split(r"(?=<li\b)", text) if SECRET in line]
        assert shown, page
        assert all(re.search(r'class="[^"]*no-print"', line) for line in shown), page
