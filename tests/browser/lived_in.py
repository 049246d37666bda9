"""A world in which every form of the house stands on some page."""

from datetime import timedelta

from sqlalchemy import text

from clais import clock
from clais.clock import now, today
from clais.database import Scope, unit_of_work
from clais.feature import composition
from clais.identity.invitations import invite
from clais.identity.models import UserAccount
from support_center.routing.schemas import NO_SESSION
from support_center.training.actions.courses import add_material
from tenants.caseload.actions import WRITE_EXPORT, ask_export
from tenants.caseload.export import to_json
from tenants.caseload.queries import Wanted
from tenants.merging.models import ProbableDuplicate
from tenants.people.matching.keys import write_keys
from tenants.people.models import Person
from tenants.people.standing import tell_apart
from tenants.practice.actions import ask, close
from tests.isolation.parties import Sent, accepted_in, sent_in, under_way_in
from tests.isolation.world import Visitor, World
from tests.support.advice import a_decision, answered
from tests.support.contracts import a_contract
from tests.support.documents import Desk, picture
from tests.support.drafts import a_draft
from tests.support.eligibility import someone_spotted
from tests.support.exits import someone_gone
from tests.support.file_transfers import looked_at, offered, with_plan
from tests.support.instruments import ASKED, THEN, a_centre
from tests.support.mistakes import a_note_aside, file_aside
from tests.support.muting import a_muting
from tests.support.note_templates import a_template
from tests.support.obstacles import a_bilan, an_obstacle
from tests.support.offers import an_offered_seat
from tests.support.pauses import a_pause
from tests.support.plan_templates import a_plan_template
from tests.support.printing import a_joint, made, printed, quickly
from tests.support.quality import a_draw, a_request, a_supervisor, files_with_a_contact
from tests.support.questionnaires import begun_with
from tests.support.referrals import a_person, an_incomplete_referral, three_referrals
from tests.support.self_assessments import adopted_by, an_instrument, begun_by, finished_by
from tests.support.tasks import a_task, finished
from tests.support.training import a_school, asked, registered, yesterday
from tests.support.work import run_due
from tests.tenants.agenda.days import an_appointment
from tests.tenants.desk.visits import a_morning
from tests.tenants.merging.files import merged
from tests.tenants.team.teams import a_newcomer


def step(sent: Sent, noun: str, **said: str) -> None:
    """Take a referral one step further, as the page of the support centre does."""
    visitor = sent.visitor(sent.officer)
    form = {name.replace("__", "-"): value for name, value in said.items()}
    answer = visitor.ask("POST", visitor.address("routing.step", referral_id=sent.referral.id, noun=noun), form)
    assert answer.status_code == 303, noun


def adopt_in(world: World) -> None:
    """An instrument of which the platform has the first version, while the second one waits for long."""
    centre = a_centre(world.federation, "Accueil", "accueil")
    first = centre.publish(today())
    visitor = world.visitor("coordinator")
    assert visitor.ask("POST", visitor.address("adoption.adopt", version_id=first), {}).status_code == 303
    centre.publish(today() + timedelta(days=40), ASKED, THEN)


def ask_in(world: World) -> None:
    """A question to the centre that was closed: it can be asked again."""
    member = world.member("coordinator")
    with member.at_work() as session:
        close(session, member.actor, ask(session, member.actor, world.federation.support_centre.id, "Qui signe ?"))


def answer_in(world: World) -> None:
    """A questionnaire that is being answered."""
    member = world.member("coordinator")
    begun_with(world.federation, member, a_person(member, "Renard", "Luc").id)


def agree_in(world: World) -> None:
    """A contract to sign, one that is evaluated; someone for whom nothing runs, and someone who left."""
    member = world.member("coordinator")
    a_contract(member, a_person(member, "Lenoir", "Léa"), until="issued")
    a_contract(member, a_person(member, "Lenoir", "Tom"), -150, until="running")
    a_pause(member, a_person(member, "Lenoir", "Ida"))
    a_muting(member, a_person(member, "Lenoir", "Noé"))
    someone_gone(member, a_person(member, "Lenoir", "Max"))


def note_in(world: World) -> None:
    """What members want to do: late on a file, today for themselves, and done; an advised step to ask about; drafts."""
    member = world.member("coordinator")
    a_template(member, note_class="confidence")
    a_template(member, form="contact", channel="phone", minutes=5)
    a_plan_template(member)
    person = a_person(member, "Lenoir", "Zoé")
    for form in ("note", "contact"):
        a_draft(member, person, form=form)
    a_task(member, person=person, due_in=-2)
    hindered = a_person(member, "Lenoir", "Lou")
    a_bilan(member, hindered, 30, mobility=-3, debts=-1, work=2)
    an_obstacle(member, hindered, level=-1)
    an_obstacle(member, hindered, "debts", 0, lifted_how="agent")
    a_decision(member, a_person(member, "Lenoir", "Eva"), 45)
    answered(member, a_decision(member, a_person(member, "Lenoir", "Luc"), 45), "not_yet")
    for role in ("coordinator", "agent", "receptionist"):
        a_task(world.member(role), "Préparer la réunion")
        finished(world.member(role), a_task(world.member(role), "Commander du papier"))


def correct_in(world: World) -> None:
    """What the author of a note and of a contact is typing while they correct them."""
    member = world.member("coordinator")
    for form, table in (("note_edit", "note"), ("contact_edit", "contact")):
        with world.looking() as connection:
            whose = text(f"SELECT person_id FROM {table} WHERE id = :id")
            person_id = connection.execute(whose, {"id": world.own.ids[table]}).scalar_one()
        with member.at_work() as session:
            person = session.get_one(Person, (member.tenant.id, person_id))
        a_draft(member, person, form=form, subject_id=world.own.ids[table])


def keep_in(world: World) -> None:
    """Documents of someone: one to read, one that counts, one that is awaited, a sensitive one."""
    member = world.member("coordinator")
    desk = Desk(member, a_person(member, "Lejeune", "Rose").id)
    desk.add("diploma")
    desk.browser.post(f"{desk.folder}/{desk.papers()[0].id}/acceptation", status=303)
    desk.add("identity", ("carte.jpg", picture()))
    desk.add("medical")
    desk.ask("cpas")


def train_in(world: World) -> None:
    """A course with a document and two sessions: one to close, one that is full; who attended holds a certificate."""
    said = an_instrument(world.federation, "satisfaction").instrument
    school = a_school(world.federation, evaluation_id=said)
    coordinator, agent = world.member("coordinator"), world.member("agent")
    with school.trainer.at_work() as session:
        facts = {"title": "Guide", "note": None, "link": "https://example.be/guide", "text": None}
        for _version in range(2):
            add_material(session, school.trainer.actor, school.course, facts)
    held = school.run(yesterday(), closes_on=today())
    open_one, ahead = school.run(yesterday(), closes_on=today()), school.run(today() + timedelta(days=9), seats=1)
    registered(coordinator, held, agent, coordinator)
    registered(coordinator, open_one, agent)
    registered(coordinator, ahead, coordinator, agent)
    with clock.set_to(now() - timedelta(days=2)):
        school.give_seats()
    school.hold(held)
    asked(world.member("receptionist"), school.run(today() + timedelta(days=20)))


def assess_in(world: World) -> None:
    """Self-assessments: one of the platform a year ago, one of today that is shared, one that is open, one's own."""
    coordinator = world.member("coordinator")
    again, fresh = (adopted_by(coordinator, an_instrument(world.federation, "platform_assessment")) for _ in range(2))
    with clock.set_to(now() - timedelta(days=366)):
        finished_by(coordinator, again, {"chainon": "1", "mots": "Un début"})
    finished_by(coordinator, again, {"chainon": "2"})
    begun_by(coordinator, fresh)
    own = adopted_by(coordinator, an_instrument(world.federation, "agent_assessment"))
    finished_by(coordinator, own, {"chainon": "2"})
    for role in ("agent", "receptionist"):
        begun_by(world.member(role), own)


def draw_in(world: World) -> None:
    """A request of the supervisor for a file, which was drawn: its summary is still to be written."""
    member = world.member("coordinator")
    files_with_a_contact(member, 5)
    a_draw(member, a_request(a_supervisor(world.federation)))


def receive_in(world: World) -> None:
    """A morning at the desk: somebody who is perhaps known waits, and somebody was directed elsewhere."""
    a_morning(world.member("receptionist"))


def come_in(world: World) -> None:
    """Two people whom nobody follows: they can be entrusted as proposed, together."""
    for family_name in ("Haddad", "Ferrara"):
        a_newcomer(world.member("coordinator"), family_name)


def merge_in(world: World) -> None:
    """A file that went into another one, two told apart, two in the queue; a file and a note that were mistakes."""
    member = world.member("coordinator")
    file_aside(member, a_person(member, "Lenoir", "Essai"))
    a_note_aside(member, a_person(member, "Lenoir", "Jules"))
    alike = [a_person(member, name, "Solange") for name in ("Dessambre", "Desambre")]
    with member.at_work() as session:
        for person in alike:
            write_keys(session, session.get_one(Person, (person.tenant_id, person.id)), member.federation.keyring)
        first, second = sorted(person.id for person in alike)
        session.add(ProbableDuplicate(person_id=first, other_id=second, strength=0))
    merged(member, a_person(member, "Wauthelet", "Monique"), a_person(member, "Wautelet", "Monique"))
    one, other = (a_person(member, "Piret", name) for name in ("Jean-Marc", "Jean-Marie"))
    with member.at_work() as session:
        tell_apart(session, member.actor, one.id, [other.id], "decided", "Deux frères, vus ensemble.")


def export_in(world: World) -> None:
    """Two long exports of the list of files: one is written, one waits."""
    member = world.member("coordinator")
    wanted = to_json(Wanted()) | {"columns": [], "chips": [], "platform": member.tenant.name}
    for kind in ("xlsx", "csv"):
        with member.at_work() as session:
            ask_export(session, member.actor, kind, wanted, total=5, language="fr")
        if kind == "xlsx":
            run_due(world.app, WRITE_EXPORT)


def print_in(world: World) -> None:
    """A letter and letters to several whose PDF files are made; a summary, a CV and a list of presence that wait."""
    member = world.member("coordinator")
    person = a_person(member, "Lenoir", "Ugo")
    appointment = an_appointment(member, person, now() + timedelta(days=9))
    made(world.app, member, printed(member, person, f"/rendez-vous/{appointment.id}/lettre"))
    printed(member, person, f"/personnes/{person.id}/resume")
    printed(member, person, f"/personnes/{person.id}/cv", {"facts": ["phone"]})
    a_joint(member, person)
    quickly(world.app)
    a_joint(member, person)


def judge_in(world: World) -> None:
    """A scheme with conditions, one of them to be asked of somebody whom it may be for."""
    someone_spotted(world.member("support_officer"), world.member("coordinator"))


def arrive_in(world: World) -> None:
    """Files that another platform offers: one whose receipt waits, one to take over, one that is here with its plan."""
    there, here = world.federation.other_agent(), world.member("coordinator")
    people = [a_person(there, name, "Ines") for name in ("Kaya", "Kimbangu", "Kowalska")]
    with_plan(there, people[-1])
    _asked, looked, taken = (offered(there, person, here.tenant) for person in people)
    for referral in (looked, taken):
        looked_at(here, referral)
    visitor = world.visitor("coordinator")
    place = visitor.address("file_transfers.take_over", referral_id=taken.id)
    assert visitor.ask("POST", place, {"take_over-manner": "paper"}).status_code == 303


def picked(world: World, visitor: Visitor) -> list[str]:
    """What a role can do with files that were picked in the list: a script leads there, and no link."""
    with world.app.app_context():
        acts = [act for act in composition().list_acts if world.may(visitor.role, act.permission)]
    return [f"{visitor.address(act.endpoint)}?people={world.seed_of(visitor.role).ids['person']}" for act in acts]


def lived_in(world: World) -> World:
    """Referrals that wait, are received, have no seat, have one, and have begun; what one may change or take back
    oneself on the day that one wrote it.

    Built on rows of every table, so that each page has what it can have.
    """
    sent_in(world)
    received, seatless, begun = sent_in(world), sent_in(world), accepted_in(world)
    under_way_in(world)
    step(received, "reception")
    step(seatless, "reception")
    step(begun, "demarrage", start__happened_on=f"{today():%d/%m/%Y}")
    officer = seatless.visitor(seatless.officer)
    place = officer.address("routing.acceptance", referral_id=seatless.referral.id)
    assert officer.ask("POST", place, {"accept-place": NO_SESSION}).status_code == 303
    with world.superuser.begin() as connection:
        # Someone who is further than registered: their file offers the next step of the path.
        further = text("UPDATE person SET stage = 'in_intake' WHERE id = :id")
        assert connection.execute(further, {"id": begun.referral.person_id}).rowcount == 1
    adopt_in(world)
    ask_in(world)
    answer_in(world)
    agree_in(world)
    note_in(world)
    keep_in(world)
    train_in(world)
    draw_in(world)
    assess_in(world)
    receive_in(world)
    come_in(world)
    merge_in(world)
    export_in(world)
    print_in(world)
    judge_in(world)
    arrive_in(world)
    # Of a colleague: what moved there is news on no day of these roles.
    three_referrals(world.federation.agent(), world.member("support_officer"))
    an_offered_seat(world.federation.agent(), world.member("support_officer"))
    an_incomplete_referral(world.federation.agent(), world.member("support_officer"))
    author = {"author": world.member("coordinator").membership.id, "moment": now()}
    with world.superuser.begin() as connection:
        for table, written in (("note", "written_at"), ("contact", "appointment_id = NULL, created_at")):
            own = text(f"UPDATE {table} SET author_id = :author, {written} = :moment WHERE id = :id")
            connection.execute(own, author | {"id": world.own.ids[table]})
    correct_in(world)
    return world


def doors(world: World) -> tuple[str, ...]:
    """What is open to someone who is not signed in: the door itself, and a link by which a colleague was invited."""
    key = world.federation.agent().membership.user_id
    with unit_of_work(world.engine, Scope(user_id=key)) as session:
        token = invite(session, session.get_one(UserAccount, key))
    return ("/connexion", f"/invitation/{token}")
