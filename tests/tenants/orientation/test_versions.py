"""The bilan is an instrument of the centre: its form is what the platform adopted, and each one keeps what it asked."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text

from clais.clock import now, set_to, today
from clais.exchange.adoptions.models import InstrumentAdoption
from clais.exchange.publications.models import InstrumentVersion
from clais.instruments.filling import questionnaire_of
from clais.instruments.first import first_version
from clais.instruments.rules.definition import Choice, Definition, InstrumentKind, Item, ItemKind
from clais.instruments.rules.difference import Comparability
from clais.instruments.rules.editing import with_item, with_item_instead
from support_center.instruments.actions import drafts, versions
from support_center.instruments.forms import whole_mark
from support_center.instruments.queries import contents_of
from tenants.orientation import queries
from tenants.orientation.actions import bilans as actions
from tenants.orientation.answered import answered
from tenants.orientation.answers import Answer
from tenants.orientation.asked import Questions, compared, questions_then
from tenants.orientation.models import Bilan
from tenants.people.models import Person
from tenants.questionnaires.asked import asked_here
from tenants.questionnaires.jobs import count_files
from tenants.questionnaires.models import InstrumentAnswer, InstrumentFilling
from tests.support.federation import Browser, Federation, Member
from tests.support.instruments import Centre, a_centre
from tests.support.pages import plain, versions_on
from tests.support.statements import shapes
from tests.support.training import a_school

Arrive = Callable[..., Person]
HOUSE = first_version(InstrumentKind.BILAN).definition
MOBILITY = replace(HOUSE.items["mobility"], label={"fr": "Comment venez-vous, tôt le matin ?"})
CHILDREN = Item(
    "enfants", ItemKind.NUMBER, {"fr": "Combien d'enfants ?"}, constraint=". <= 15", constraint_message={"fr": "Trop."}
)
HELPER = Item("depannage", ItemKind.TEXT, {"fr": "Qui dépanne ?"}, shown_if="${enfants} >= 1")
CARE = Item("soins", ItemKind.TEXT, {"fr": "Quels soins ?"}, sealed=True)


def second() -> Definition:
    """A bilan that rewords a question and asks three more."""
    found = with_item_instead(HOUSE, MOBILITY, "mobility")
    for item, home in ((CHILDREN, "vie"), (HELPER, "vie"), (CARE, "sante")):
        found = with_item(found, item, home)
    return found


def third() -> Definition:
    """One with another scale for mobility."""
    lists = {**HOUSE.lists, "trajets": tuple(Choice(f"{n}", {"fr": f"trajet {n}"}, n - 3) for n in range(6))}
    found = replace(second(), lists=lists)
    return with_item_instead(found, replace(MOBILITY, list="trajets"), "mobility")


@dataclass
class Room:
    """An agent with a person in front of them, on a platform whose centre publishes the bilan."""

    centre: Centre
    agent: Member
    browser: Browser
    coordinator: Browser
    person: Person

    @property
    def pages(self) -> str:
        return f"/personnes/{self.person.id}"

    def text(self, path: str = "/bilans/nouveau") -> str:
        return plain(self.browser.get(f"{self.pages}{path}").get_data(as_text=True))

    def publish(self, definition: Definition) -> UUID:
        """The key of the released content of the next version, adopted."""
        key = published(self.centre, definition)
        self.coordinator.post(f"/outils-du-bassin/{key}/adoption", status=303)
        with self.agent.at_work() as session:
            return asked_here(session, ("bilan",))[0].content_id

    def make(self, content: UUID | str = "", status: int = 303, **answers: str) -> str:
        sent = {"content": str(content), **answers}
        return self.browser.post(f"{self.pages}/bilans/nouveau", sent, status=status).get_data(as_text=True)

    def bilan(self) -> Bilan:
        with self.agent.at_work() as session:
            return queries.bilans(session, self.person.id)[0]

    def others(self) -> dict[str, object]:
        with self.agent.at_work() as session:
            rows = session.scalars(select(InstrumentAnswer)).all()
            return {row.item: "sealed" if row.sealed else row.value for row in rows if row.value or row.sealed}

    def earlier(self, days_ago: int, content: UUID | None, **levels: int) -> None:
        """A bilan of an earlier day, on a version or on that of the house."""
        with self.agent.at_work() as session:
            person = session.get_one(Person, (self.person.tenant_id, self.person.id))
            asked = next((one for one in asked_here(session, ("bilan",)) if one.content_id == content), None)
            answers = {code: Answer(level) for code, level in levels.items()}
            actions.make_bilan(
                session,
                person,
                self.agent.actor,
                answers,
                self.agent.federation.keyring,
                made_on=today() - timedelta(days=days_ago),
                questions=Questions(questions_then(session, content), asked),
            )


def published(centre: Centre, definition: Definition) -> UUID:
    with centre.author.at_work() as session:
        drafted = session.scalars(
            select(InstrumentVersion).where(
                InstrumentVersion.instrument_id == centre.instrument, InstrumentVersion.state == "draft"
            )
        ).one_or_none()
        author = centre.author.actor
        if drafted is None:
            drafted = drafts.begin_version(session, author, centre.held(session))
        asked = drafts.change_draft(session, author, drafted, lambda _before: definition)
        versions.send_to_review(session, author, drafted, whole_mark(asked), "Mieux.", today() + timedelta(days=9))
        key = drafted.id
    with centre.reviewer.at_work() as session:
        version = session.get_one(InstrumentVersion, (centre.reviewer.tenant.id, key))
        mark = contents_of(session, key)[0].fingerprint
        versions.publish(session, centre.reviewer.actor, version, mark, today())
    return key


@pytest.fixture
def room(federation: Federation, arrive: Arrive) -> Room:
    agent = federation.agent()
    coordinator = federation.member(federation.platform, "coordinator", "Paul Henin").browser()
    return Room(a_centre(federation, kind="bilan"), agent, agent.browser(), coordinator, arrive(agent))


def test_a_bilan_asks_what_the_platform_adopted_and_no_version_that_it_did_not(room: Room) -> None:
    assert "première version du bilan" in room.text()
    published(room.centre, second())
    assert "Combien d'enfants ?" not in room.text()
    room.publish(second())
    page = room.text()
    assert "Bilan, version 2" in page
    assert "Comment venez-vous, tôt le matin ?" in page
    assert "Combien d'enfants ?" in page
    assert "Seulement si « Combien d'enfants ? » est au moins 1." in page


def test_what_else_is_asked_is_kept_beside_the_dimensions_and_sealed_where_it_is_to_be(room: Room) -> None:
    content = room.publish(second())
    room.make(content, mobility_level="-1", item_enfants="2", item_depannage="Ma sœur", item_soins="Un suivi")
    assert room.others() == {"enfants": "2", "depannage": "Ma sœur", "soins": "sealed"}
    bilan = room.bilan()
    with room.agent.at_work() as session:
        filling = session.get_one(InstrumentFilling, (bilan.tenant_id, bilan.filling_id))
        assert (filling.content_id, filling.number, filling.state) == (content, 1, "finished")
        assert (filling.finished_on, filling.begun_by) == (bilan.made_on, "Nadia Lambert")
    page = room.text(f"/bilans/{bilan.id}")
    assert all(words in page for words in ("Comment venez-vous, tôt le matin ?", "Qui dépanne ?", "Un suivi"))
    # A bilan stands on the thread once, and among no questionnaires.
    assert "Bilan" not in room.text("/questionnaires").partition("<main")[2].partition("Commencer")[0]


def test_what_was_answered_is_counted_beside_the_dimensions_which_the_bilans_have(room: Room) -> None:
    content = room.publish(second())
    room.make(content, mobility_level="-1", item_enfants="2")
    page = room.coordinator.get(f"/questionnaires/resultats/{room.centre.instrument}").get_data(as_text=True)
    page = re.sub(r"\s+", " ", page.replace("&#39;", "'").replace("\u00a0", " "))
    assert "elles ne sont pas comptées ici" in page
    assert "Combien d'enfants ?" in page
    assert "Comment venez-vous" not in page
    with room.agent.at_work() as session:
        assert count_files(session, room.agent.actor) == 1
        adoption = session.scalars(select(InstrumentAdoption)).one()
        assert (adoption.files, adoption.files_in_use) == (1, 1)


def test_a_bilan_is_corrected_on_the_version_that_it_was_made_on(room: Room) -> None:
    content = room.publish(second())
    room.make(content, mobility_level="-1", item_enfants="2", item_depannage="Ma sœur")
    room.publish(third())
    bilan = room.bilan()
    edit = f"{room.pages}/bilans/{bilan.id}/modification"
    page = room.text(f"/bilans/{bilan.id}/modification")
    assert "trajet" not in page
    assert 'value="Ma sœur"' in page
    sent = {"_version": str(bilan.version), "mobility_level": "1", "item_enfants": "3", "item_depannage": ""}
    room.browser.post(edit, sent, status=303)
    assert room.others() == {"enfants": "3"}
    late = {"_version": str(bilan.version), "mobility_level": "2", "item_enfants": "4"}
    yours, theirs = versions_on(room.browser.post(edit, late, status=409))
    assert all(words in yours for words in ("Combien d", "4", "atout fort"))
    assert all(words in theirs for words in ("3", "atout"))


def test_a_form_that_was_open_when_another_version_was_adopted_is_saved_as_it_was_read(room: Room) -> None:
    content = room.publish(second())
    room.publish(third())
    room.make(content, mobility_level="-2", item_enfants="1")
    with room.agent.at_work() as session:
        assert session.scalars(select(InstrumentFilling.content_id)).all() == [content]


def test_a_form_that_names_no_version_of_the_basin_is_refused(room: Room) -> None:
    room.publish(second())
    room.make(room.person.id, mobility_level="1", status=404)
    room.make("pas une clé", mobility_level="1", status=404)
    other = room.agent.federation.__class__(room.agent.federation.app, room.agent.federation.engine)
    elsewhere = a_centre(other, kind="bilan")
    foreign = published(elsewhere, second())
    with elsewhere.author.at_work() as session:
        content = next(row.id for row in contents_of(session, foreign) if row.released)
    room.make(content, mobility_level="1", status=404)
    with room.agent.at_work() as session:
        assert queries.bilans(session, room.person.id) == []
        assert session.scalars(select(InstrumentFilling)).all() == []


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"item_depannage": "Ma sœur", "work_level": "1"}, "cette question ne se pose pas"),
        ({"item_enfants": "16", "work_level": "1"}, "Trop."),
        ({"item_enfants": "deux", "work_level": "1"}, "Ma phrase"),
    ],
)
def test_answers_that_do_not_go_together_are_told_and_nothing_typed_is_lost(
    room: Room, answers: dict[str, str], said: str
) -> None:
    content = room.publish(second())
    page = room.make(content, status=422, summary="Ma phrase", **answers)
    assert said in page.replace("\u00a0", " ")
    assert "Ma phrase" in page
    assert room.others() == {}


def test_a_version_that_no_bilan_can_be_drawn_from_is_passed_over(room: Room, superuser: Engine) -> None:
    room.publish(second())
    emptied = (
        "UPDATE instrument_content SET id = gen_random_uuid(), definition = jsonb_set(definition, '{sections}', '[]')"
        " WHERE released AND basin_id = :basin"
    )
    with superuser.begin() as connection:
        # As one that was published before a bilan had rules.
        connection.execute(text(emptied), {"basin": room.agent.tenant.basin_id})
    assert "première version du bilan" in room.text()


def test_the_form_costs_one_statement_more_and_the_file_none(room: Room, engine: Engine) -> None:
    def counted(path: str) -> list[str]:
        room.text(path)  # What was released is read once a process.
        read = shapes(engine, room.browser, f"{room.pages}{path}")
        return [one for one in read if re.match(r"SELECT (instrument|bilan)", one)]

    room.earlier(20, None, mobility=1)
    before = counted("/bilans/nouveau"), counted("")
    room.earlier(10, room.publish(second()), mobility=-1)
    assert (counted("/bilans/nouveau"), counted("")) == before
    assert before[0].count("SELECT instrument") == 1


def test_an_earlier_bilan_keeps_its_words_and_movement_says_what_was_reworded(room: Room) -> None:
    room.earlier(40, None, mobility=-2, work=-1)
    old = room.bilan()
    room.earlier(10, room.publish(second()), mobility=-1, work=0)
    assert "Comment vous déplacez-vous" in room.text(f"/bilans/{old.id}")
    page = room.text("")
    assert "mieux : freine un peu" in page
    assert "Demandé en d'autres mots depuis :</strong> Mobilité." in page
    assert "Ne se compare pas" not in page


def test_no_movement_is_drawn_across_another_scale_and_it_is_said_why(room: Room) -> None:
    room.earlier(40, room.publish(second()), mobility=-2, work=-1)
    room.earlier(10, room.publish(third()), mobility=1, work=0)
    page = room.text("")
    assert "Ne se compare pas au bilan précédent :</strong> Mobilité." in page
    assert "trajet 4<span" in page
    assert "mieux : trajet" not in page
    form = room.text()
    (line,) = (part for part in form.split("<fieldset") if 'id="field-mobility_level"' in part)
    assert 'data-was="1"' in line
    with room.agent.at_work() as session:
        (first, *_more) = reversed(queries.bilans(session, room.person.id))
        found = answered(session, [first], room.agent.federation.keyring)[first.id]
        assert questions_then(session, found.content_id).definition == second()


def test_dimensions_compare_only_with_the_same_question_on_the_same_scale() -> None:
    house, reworded, rescaled = map(questionnaire_of, (HOUSE, second(), third()))
    renamed = questionnaire_of(with_item_instead(HOUSE, replace(MOBILITY, id="trajet"), "mobility"))
    assert compared(house, house) == {}
    assert compared(house, reworded) == {"mobility": Comparability.REWORDED}
    assert compared(house, rescaled) == {"mobility": Comparability.BROKEN}
    assert compared(house, renamed) == {"mobility": Comparability.BROKEN}


def test_a_bilan_that_requires_a_certificate_warns_then_leads_to_the_courses(room: Room) -> None:
    code = a_school(room.agent.federation).course.code
    room.publish(replace(HOUSE, certificate=code))
    assert "Le bilan se remplit de préférence après la formation « Accueillir une personne »." in room.text()
    room.publish(replace(HOUSE, certificate=code, certificate_from=today() + timedelta(days=9)))
    assert "Le bilan demandera la formation « Accueillir une personne »" in room.text()
    content = room.publish(replace(HOUSE, certificate=code, certificate_from=today()))
    answer = room.browser.get(f"{room.pages}/bilans/nouveau", status=303)
    assert answer.headers["Location"].endswith("/formations")
    room.make(content, work_level="1")
    assert room.bilan().made_on == today()


def test_a_bilan_is_not_begun_either_by_an_answer_without_its_certificate(room: Room) -> None:
    code = a_school(room.agent.federation).course.code
    content = room.publish(replace(HOUSE, certificate=code, certificate_from=today()))
    told = save(room, content, 409, work_level="1")
    assert "demande un certificat que vous n'avez pas" in told
    page = room.make(content, status=422, act="keep", summary="Ma phrase", work_level="1")
    assert "demande un certificat que vous n'avez pas" in plain(page)
    assert "Ma phrase" in page
    with room.agent.at_work() as session:
        assert session.scalars(select(InstrumentFilling)).all() == []


def test_a_bilan_under_way_goes_on_without_the_certificate_that_is_required_since(room: Room) -> None:
    code = a_school(room.agent.federation).course.code
    content = room.publish(HOUSE)
    save(room, content, work_level="1")
    room.publish(replace(HOUSE, certificate=code, certificate_from=today()))
    save(room, content, seen="1", work_level="2")
    page = room.text()
    assert re.search(r'name="work_level" value="2" checked', page)


def test_a_bilan_under_way_goes_on_when_its_own_version_refuses_from_today(room: Room) -> None:
    code = a_school(room.agent.federation).course.code
    content = room.publish(replace(HOUSE, certificate=code, certificate_from=today() + timedelta(days=1)))
    save(room, content, work_level="1")
    with set_to(now() + timedelta(days=1)):
        browser = room.agent.browser()
        told = save(room, content, seen="1", browser=browser, work_level="2")
        assert '"revision": 2' in told
        page = browser.get(f"{room.pages}/bilans/nouveau").get_data(as_text=True)
    assert re.search(r'name="work_level" value="2" checked', page)


def save(
    room: Room, content: UUID, status: int = 200, seen: str = "0", browser: Browser | None = None, **fields: str
) -> str:
    """Save the answer about work, as the script of the page does."""
    sent = {"item": "work", "seen": seen, "asked": str(content), **fields}
    answer = (browser or room.browser).post(f"{room.pages}/bilans/nouveau/reponses", sent, status=status)
    return plain(json.dumps(answer.get_json(), ensure_ascii=False))
