"""A file that was encoded by mistake is in no list, figure, text on paper or draft; an entry is read nowhere."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import event, select

from clais.clock import now, today
from clais.database import EVERY_ROW, ScopedSession, left_out, new_id
from clais.exchange.referrals.actions import withdraw
from clais.exchange.referrals.models import Referral
from clais.web.routing import Application
from tenants.follow_up.actions import note_contact, write_note
from tenants.follow_up.models import Note
from tenants.people import hanging
from tenants.people.models import Person
from tenants.printing.models import Printout
from tenants.tasks.actions import finish_task
from tenants.tasks.models import OwnTask
from tests.support.drafts import a_draft, drafts_of
from tests.support.federation import Federation, Member
from tests.support.mistakes import file_aside
from tests.support.printing import made, path_of, printed, printouts, words_of
from tests.support.referrals import a_referral
from tests.support.tasks import a_task
from tests.tenants.agenda.days import a_file, an_appointment
from tests.tenants.desk.visits import comes, step
from tests.tenants.merging.files import coordinator
from tests.tenants.mistakes.test_mistakes import LIST, entry_aside, restored
from tests.tenants.people.newcomers import words

NAME = "Zygmuntowicz"
PAGES = (
    "/personnes?stage=registered", "/personnes/a-completer?gap=status", "/personnes/export", "/ma-journee", "/guichet",
    "/agenda", "/taches", "/supervision", "/sans-contact",
)  # fmt: skip
"""The lists, the day, the desk, the matrix and the figures."""
TAG = re.compile(r"<script.*?</script>|<[^>]*>", re.DOTALL)
FILE = "/<tenant_slug>/personnes/<uuid:person_id>"


def a_busy_file(member: Member) -> Person:
    """A file that lists and figures tell of: it lacks something, somebody waits, something is past and not noted."""
    person = a_file(member, NAME, "Essai", birth_date=today() - timedelta(days=9_000))
    an_appointment(member, person, now() - timedelta(days=3))
    step(member, comes(member, person), "leave")
    with member.at_work() as session:
        row = session.get_one(Person, (person.tenant_id, person.id))
        write_note(session, row, member.actor, text="Un essai.", note_class="fact")
        note_contact(session, row, member.actor, channel="phone", outcome="reached", happened_on=today())
    task = a_task(member, "Effacer cet essai", person)
    with member.at_work() as session:
        finish_task(session, member.actor, session.get_one(OwnTask, (task.tenant_id, task.id)))
    return person


def a_silent_file(member: Member) -> None:
    """A file that stands, whose last contact a list reads beside it."""
    long_ago = today() - timedelta(days=90)
    person = a_file(member, "Lenoir", "Ida", stage_since=long_ago)
    with member.at_work() as session:
        row = session.get_one(Person, (person.tenant_id, person.id))
        note_contact(session, row, member.actor, channel="phone", outcome="reached", happened_on=long_ago)


def told(member: Member) -> dict[str, str]:
    """What the pages of a platform say, in words alone."""
    browser = member.browser()
    answers = {path: words(browser.get(path)) for path in PAGES}
    return {path: " ".join(TAG.sub(" ", page).split()) for path, page in answers.items()}


@contextmanager
def without_guards() -> Iterator[None]:
    guards = (left_out.read_what_stands, hanging.read_what_hangs_on_standing_files)
    for guard in guards:
        event.remove(ScopedSession, "do_orm_execute", guard)
    try:
        yield
    finally:
        for guard in guards:
            event.listen(ScopedSession, "do_orm_execute", guard)


def test_every_list_and_figure_is_as_if_the_file_had_never_been_and_without_the_guards_it_is_not(
    federation: Federation,
) -> None:
    member = coordinator(federation)
    a_silent_file(member)
    before = told(member)
    assert "Dernier contact : téléphone" in before["/sans-contact"]
    person = a_busy_file(member)
    meanwhile = told(member)
    changed = {path for path in before if meanwhile[path] != before[path]}
    assert changed == set(PAGES)
    made_aside = file_aside(member, person)
    after = told(member)
    assert {path: after[path] for path in before if after[path] != before[path]} == {}
    with without_guards():
        unguarded = told(member)
    assert {path for path in before if unguarded[path] != before[path]} == changed
    restored(member, made_aside)
    assert told(member) == meanwhile


def test_no_page_of_the_file_answers_and_nothing_is_printed_of_it(federation: Federation) -> None:
    member = coordinator(federation)
    person = a_busy_file(member)
    appointment = an_appointment(member, person, now() - timedelta(days=9))
    rules = [rule for rule in member.federation.app.url_map.iter_rules() if rule.rule.startswith(FILE)]
    alone = [rule for rule in rules if rule.arguments == {"tenant_slug", "person_id"} and "GET" in (rule.methods or ())]
    browser = member.browser()
    paths = [rule.rule.replace(FILE, f"/personnes/{person.id}") for rule in alone]
    assert len(paths) > 20
    for end in ("", "/fil", "/resume"):
        browser.get(f"/personnes/{person.id}{end}")
    file_aside(member, person)
    answers = {path: browser.client.get(browser.url(path)).status_code for path in paths}
    assert {path: status for path, status in answers.items() if status not in {403, 404}} == {}
    for path in (f"/personnes/{person.id}/resume", f"/rendez-vous/{appointment.id}/lettre"):
        browser.post(path, {"_submission": str(new_id())}, status=404)
    assert printouts(member, person) == []


def test_a_referral_that_is_over_goes_with_its_file(federation: Federation) -> None:
    member = coordinator(federation)
    person = a_file(member, NAME, "Essai")
    referral = a_referral(member, person)
    with member.at_work() as session:
        withdraw(session, member.actor, session.get_one(Referral, (referral.tenant_id, referral.id)))
    browser = member.browser()
    assert NAME in browser.get("/relais?group=closed").get_data(as_text=True)
    aside = file_aside(member, person)
    assert NAME not in browser.get("/relais?group=closed").get_data(as_text=True)
    for end in ("", "/accord"):
        browser.get(f"/relais/{referral.id}{end}", status=404)
    restored(member, aside)
    assert NAME in browser.get(f"/relais/{referral.id}").get_data(as_text=True)


def test_what_waits_for_its_pdf_is_not_made_once_the_file_is_set_aside(
    app: Application, federation: Federation
) -> None:
    member = coordinator(federation)
    given = {}
    for name in (NAME, "Marchetti"):
        person = a_file(member, name)
        given[name] = printed(member, person, f"/personnes/{person.id}/resume")
        if name == NAME:
            file_aside(member, person)
    made(app, member, given["Marchetti"])
    with member.at_work() as session:
        after = {printout.id: printout for printout in session.scalars(select(Printout).execution_options(**EVERY_ROW))}
    assert (after[given[NAME].id].made_at, after[given[NAME].id].sealed) == (None, None)
    assert after[given[NAME].id].failed_at is not None
    assert after[given["Marchetti"].id].made_at is not None, "the next one is made all the same"
    member.browser().get(path_of(given[NAME]), status=404)


def test_a_draft_is_not_offered_while_its_file_is_set_aside_and_is_there_again_with_it(federation: Federation) -> None:
    member = coordinator(federation)
    person = a_file(member, NAME)
    a_draft(member, person)
    made_aside = file_aside(member, person)
    assert drafts_of(member) == []
    restored(member, made_aside)
    assert len(drafts_of(member)) == 1
    taken_up = member.browser().post(f"/personnes/{person.id}/brouillons/note/reprise", {}, status=200)
    assert "Elle rappelle lundi" in words(taken_up)


def searched(member: Member, person: Person, typed: str) -> str:
    return words(member.browser().post(f"/personnes/{person.id}/notes/recherche", {"q": typed}, status=200))


def test_a_note_that_is_set_aside_is_in_no_summary_and_no_search_and_the_coordinator_finds_it_from_the_thread(
    federation: Federation,
) -> None:
    member = coordinator(federation)
    person = a_file(member, NAME)
    with member.at_work() as session:
        row = session.get_one(Person, (person.tenant_id, person.id))
        write_note(session, row, member.actor, text="Le mot qui reste.", note_class="fact")
        note = write_note(session, row, member.actor, text="Pour une autre personne.", note_class="fact")
    keyring, path = federation.keyring, f"/personnes/{person.id}/resume"
    assert "Pour une autre personne." in words_of(keyring, printed(member, person, path))
    assert "Pour une autre personne." in searched(member, person, "autre")
    made_aside = entry_aside(member, person, Note, note.id)
    text = words_of(keyring, printed(member, person, path))
    assert "Le mot qui reste." in text
    assert "Pour une autre personne." not in text
    assert "Pour une autre personne." not in searched(member, person, "autre")
    thread = words(member.browser().get(f"/personnes/{person.id}/fil"))
    assert "Pour une autre personne." not in thread
    assert f"{LIST}#mistake-{made_aside.id}" in thread
    listed = words(member.browser().get(LIST))
    assert f'id="mistake-{made_aside.id}"' in listed
    assert "Pour une autre personne." in listed
    assert LIST not in words(federation.agent().browser().get(f"/personnes/{person.id}/fil"))
