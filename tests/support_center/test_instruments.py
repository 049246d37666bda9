"""An instrument from its first question to its publication, through the pages of who authors it and who reviews it."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm.exc import StaleDataError

from clais.clock import today
from clais.exchange.publications.models import Instrument, InstrumentContent, InstrumentVersion
from clais.instruments.schemas import from_json
from clais.workflow import Refused
from support_center.instruments.actions.drafts import change_draft, give_up
from support_center.instruments.models import InstrumentDraft, InstrumentTrial
from tests.support.federation import Browser, Federation, Member

LATER = (today() + timedelta(days=30)).strftime("%d/%m/%Y")


@dataclass
class Desk:
    """Who authors an instrument, who reviews it, and the version that they work on."""

    trainer: Member
    author: Browser
    supervisor: Browser
    version: str = ""

    @property
    def instrument(self) -> str:
        """The key of the one instrument of the centre."""
        with self.trainer.at_work() as session:
            return str(session.scalars(select(Instrument.id)).one())

    @property
    def address(self) -> str:
        return f"/outils/versions/{self.version}"

    def page(self, path: str = "") -> str:
        return self.author.get(f"{self.address}{path}").get_data(as_text=True)

    def add(self, code: str, kind: str = "text", **fields: Any) -> None:
        given = {"label_fr": f"Question {code} ?", "kind": kind, "section": "situation", "id": code, "joint": "and"}
        self.author.post(f"{self.address}/rubriques/situation/question", {**given, **fields}, status=303)

    def save(self, code: str, *, status: int = 303, **fields: Any) -> str:
        given = {"label_fr": f"Question {code} ?", "kind": "text", "section": "situation", "id": code, "joint": "and"}
        sent = {"_version": self.mark(f"/questions/{code}"), **given, **fields}
        return self.author.post(f"{self.address}/questions/{code}", sent, status=status).get_data(as_text=True)

    def send(self, status: int = 303) -> str:
        sent = {"note": "Trois questions.", "review_until": LATER, "_version": self.mark("/relecture")}
        return self.author.post(f"{self.address}/relecture", sent, status=status).get_data(as_text=True)

    def publish(self, who: Browser, status: int = 303) -> str:
        sent = {"adopt_by": LATER, "_version": self.mark("/publication", who)}
        return who.post(f"{self.address}/publication", sent, status=status).get_data(as_text=True)

    def mark(self, path: str, who: Browser | None = None) -> str:
        """The mark of what a page shows."""
        page = (who or self.author).get(f"{self.address}{path}").get_data(as_text=True)
        found = re.search(r'name="_version" value="([^"]+)"', page)
        return found[1] if found else ""


def said_of(item: str, verb: str, value: str) -> dict[str, str]:
    """The fields of a condition of one sentence."""
    return {"conditions-0-item": item, "conditions-0-verb": verb, "conditions-0-value": value}


def begun(author: Browser, name: str, code: str) -> str:
    answer = author.post("/outils/nouveau", {"name": name, "kind": "plan_template", "code": code}, status=303)
    return answer.headers["Location"].rsplit("/", 1)[1]


def state(desk: Desk) -> str:
    with desk.trainer.at_work() as session:
        found = select(InstrumentVersion.state).where(InstrumentVersion.id == desk.version)
        return str(session.scalar(found))


def test_a_trainer_writes_a_reviewer_publishes_and_platforms_read_what_was_reviewed(desk: Desk) -> None:
    desk.add("enfants", "number")
    desk.add(
        "garde",
        "yes_no",
        **{"conditions-0-item": "enfants", "conditions-0-verb": "at_least", "conditions-0-value": "1"},
    )
    assert "2. garde" in desk.page("/questions/garde")
    desk.send()
    assert state(desk) == "in_review"
    assert "quatre yeux" in desk.publish(desk.author, status=422)
    desk.publish(desk.supervisor)
    assert state(desk) == "published"
    with desk.trainer.federation.agent().at_work() as session:
        content = session.scalars(select(InstrumentContent).where(InstrumentContent.released)).one()
        definition = from_json(content.definition)
    assert list(definition.items) == ["enfants", "garde"]
    assert definition.items["garde"].shown_if == "${enfants} >= 1"


def test_a_draft_is_the_centres_alone(desk: Desk) -> None:
    desk.add("enfants", "number")
    with desk.trainer.federation.agent().at_work() as session:
        assert session.scalars(select(InstrumentDraft)).all() == []
        assert session.scalars(select(InstrumentContent)).all() == []


def test_what_blocks_is_told_whole_and_nothing_is_sent(desk: Desk) -> None:
    desk.add("a")
    desk.add("b", shown_if="${a} = 'x'")
    desk.save("a", shown_if="${b} = 'x'")
    desk.add("c", "one_of")
    page = desk.send(status=422)
    assert page.count('<li class="late">') == 2
    assert state(desk) == "draft"


def test_a_published_version_never_changes_not_even_past_the_application(desk: Desk) -> None:
    desk.add("enfants", "number")
    desk.send()
    desk.publish(desk.supervisor)
    desk.author.post(
        f"{desk.address}/rubriques/situation/question",
        {"label_fr": "Trop tard ?", "kind": "text", "section": "situation", "id": "tard", "joint": "and"},
        status=409,
    )
    for change in (
        "UPDATE instrument_content SET definition = '{}'",
        "DELETE FROM instrument_content",
        "UPDATE instrument_version SET number = 9",
        "DELETE FROM instrument_version",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), desk.trainer.at_work() as session:
            session.execute(text(change))


def test_two_authors_on_one_draft_save_different_questions_and_see_each_other_on_the_same(desk: Desk) -> None:
    desk.add("a")
    desk.add("b")
    other = desk.trainer.federation.member(desk.trainer.tenant, "trainer", "Anne Petit").browser()
    mark = re.search(r'name="_version" value="([^"]+)"', desk.page("/questions/a"))
    assert mark is not None
    desk.save("b", label_fr="Autrement b ?")
    sent = {
        "label_fr": "De l'un ?",
        "kind": "text",
        "section": "situation",
        "id": "a",
        "joint": "and",
        "_version": mark[1],
    }
    desk.author.post(f"{desk.address}/questions/a", sent, status=303)
    late = other.post(f"{desk.address}/questions/a", {**sent, "label_fr": "De l'autre ?"}, status=409)
    page = late.get_data(as_text=True).replace("&#39;", "'")
    assert "De l'un ?" in page
    assert "De l'autre ?" in page


def test_the_next_version_begins_as_the_published_one_and_tells_what_changes(desk: Desk) -> None:
    desk.add("a")
    desk.add("b")
    desk.send()
    desk.publish(desk.supervisor)
    answer = desk.author.post(f"/outils/{desk.instrument}/version", status=303)
    again = desk.author.post(f"/outils/{desk.instrument}/version", status=303)
    assert answer.headers["Location"] == again.headers["Location"], "one version at a time is in preparation"
    desk.version = answer.headers["Location"].rsplit("/", 1)[1]
    desk.save("a", label_fr="Autrement ?")
    desk.author.post(f"{desk.address}/questions/b/retrait", status=303)
    desk.add("c")
    page = desk.page("/changements")
    assert [word in page for word in ("Reformulée", "Retirée", "Nouvelle")] == [True] * 3
    desk.save("a", kind="number", label_fr="Autrement ?")
    assert "number" not in desk.send(status=422)
    assert "Se publie" not in desk.page()


def test_a_code_that_was_published_is_not_given_another_name(desk: Desk) -> None:
    desk.add("a")
    desk.send()
    desk.publish(desk.supervisor)
    desk.version = (
        desk.author.post(f"/outils/{desk.instrument}/version", status=303).headers["Location"].rsplit("/", 1)[1]
    )
    page = desk.save("a", status=422, id="autre")
    assert "Ce code a été publié" in page


def test_trial_answers_are_kept_apart_and_go_when_it_is_published(desk: Desk) -> None:
    desk.add("enfants", "number", required="true")
    desk.add(
        "garde",
        "yes_no",
        **{"conditions-0-item": "enfants", "conditions-0-verb": "at_least", "conditions-0-value": "1"},
    )
    trial = f"{desk.address}/essai"
    assert "Répondez à cette question." in desk.author.post(trial, {}, status=422).get_data(as_text=True)
    shown = desk.author.post(f"{trial}/visibles", {"enfants": "0"})
    assert shown.get_json() == ["enfants"]
    assert desk.author.post(f"{trial}/visibles", {"enfants": "2"}).get_json() == ["enfants", "garde"]
    desk.author.post(trial, {"enfants": "0", "garde": "yes"}, status=303)
    with desk.trainer.at_work() as session:
        kept = session.scalars(select(InstrumentTrial.answers)).all()
    assert kept == [{"enfants": "0"}], "what is not shown is not kept"
    assert "1 réponse d'essai sera effacée" in desk.page().replace("&#39;", "'")
    desk.send()
    desk.publish(desk.supervisor)
    with desk.trainer.at_work() as session:
        assert session.scalars(select(InstrumentTrial)).all() == []


def test_a_version_that_ends_is_taken_up_again_or_retired(desk: Desk) -> None:
    desk.add("a")
    desk.send()
    desk.publish(desk.supervisor)
    for step, expected in (
        ("fermeture", "closing"),
        ("reprise", "published"),
        ("fermeture", "closing"),
        ("retrait", "retired"),
    ):
        desk.supervisor.post(f"{desk.address}/{step}", status=303)
        assert state(desk) == expected
    desk.supervisor.post(f"{desk.address}/retrait", status=409)


def test_a_draft_that_is_given_up_says_why_and_its_number_is_not_given_again(desk: Desk) -> None:
    desk.add("a")
    desk.author.post(f"{desk.address}/abandon", {}, status=422)
    desk.author.post(f"{desk.address}/abandon", {"comment": "Refait autrement."}, status=303)
    assert state(desk) == "retired"
    desk.author.post(f"/outils/{desk.instrument}/version", status=303)
    with desk.trainer.at_work() as session:
        numbers = session.scalars(select(InstrumentVersion.number).order_by(InstrumentVersion.number)).all()
    assert numbers == [1, 2]


def test_remarks_are_written_on_a_question_and_settled(desk: Desk) -> None:
    desk.add("a")
    desk.send()
    desk.supervisor.post(f"{desk.address}/remarque", {"part": "a", "text": "Trop long pour être lu."}, status=303)
    page = desk.page()
    assert "Trop long pour être lu." in page
    found = re.search(r'action="[^"]*(/outils/remarques/[0-9a-f-]+)"', page)
    assert found is not None
    desk.author.post(found[1], status=303)
    assert "Rouvrir" in desk.page()
    desk.author.post(f"{desk.address}/brouillon", status=303)
    assert state(desk) == "draft"


def test_questions_and_sections_are_moved_one_place(desk: Desk) -> None:
    desk.author.post(f"{desk.address}/nouvelle-rubrique", {"label": "Santé", "id": "sante"}, status=303)
    for code in ("a", "b"):
        desk.add(code)

    def order() -> list[str]:
        return re.findall(r"/questions/(\w+)\"", desk.page().partition("question-list")[2].partition("</ul>")[0])

    assert order() == ["a", "b"]
    desk.author.post(f"{desk.address}/questions/b/monter", status=303)
    assert order() == ["b", "a"]
    desk.author.post(f"{desk.address}/rubriques/sante/monter", status=303)
    desk.author.post(f"{desk.address}/questions/a/monter", status=303)
    assert order() == ["a", "b"]


def test_choices_are_set_once_for_all_questions_that_have_them(desk: Desk) -> None:
    rows = {
        "name": "niveaux",
        "choices-0-code": "0",
        "choices-0-label": "Bloque tout",
        "choices-0-score": "0",
        "choices-1-code": "1",
        "choices-1-label": "Ça va",
        "choices-1-score": "1",
    }
    desk.author.post(f"{desk.address}/nouvelle-liste", rows, status=303)
    desk.add("garde", "scale", list="niveaux")
    desk.add("aide", **said_of("garde", "is", "Ça va"))
    assert 'value="Ça va"' in desk.page("/questions/aide"), "a condition says the choice by its name"
    assert "Bloque tout" in desk.page("/essai")
    assert "Bloque tout" in desk.page("/papier")


@pytest.mark.parametrize("who", ["support_officer", "agent"])
def test_nobody_else_opens_them(federation: Federation, desk: Desk, who: str) -> None:
    tenant = federation.platform if who == "agent" else federation.support_centre
    refused = federation.member(tenant, who).browser().get(desk.address, status=403).get_data(as_text=True)
    assert "Situation" not in refused
    assert desk.page(), "who authors it does"


def drafted(desk: Desk) -> Any:
    """What the draft asks, as it is kept."""
    with desk.trainer.at_work() as session:
        return session.scalars(select(InstrumentDraft.definition)).one()


def sheet_of(desk: Desk) -> bytes:
    return desk.author.get(f"{desk.address}/tableur.xlsx").get_data()


def read_in(desk: Desk, content: bytes, mark: str | None = None, status: int = 200) -> str:
    found = re.search(r'name="_version" value="([^"]+)"', desk.page("/tableur"))
    assert found is not None
    sent = {"_version": mark or found[1], "file": (BytesIO(content), "bilan.xlsx")}
    answer = desk.author.post(f"{desk.address}/tableur", sent, status=status, content_type="multipart/form-data")
    return answer.get_data(as_text=True)


def test_a_draft_is_taken_away_as_a_spreadsheet_and_read_back_whole(desk: Desk) -> None:
    desk.add("enfants", "number")
    desk.add("garde", "yes_no", **said_of("enfants", "at_least", "1"))
    content, before = sheet_of(desk), drafted(desk)
    desk.author.post(f"{desk.address}/questions/garde/retrait", status=303)
    assert drafted(desk) != before
    assert "Tout a été compris." in read_in(desk, content)
    assert drafted(desk) == before


def test_a_file_that_is_no_spreadsheet_changes_nothing_and_says_so(desk: Desk) -> None:
    desk.add("enfants", "number")
    assert "le brouillon est comme avant" in read_in(desk, b"%PDF-1.7 rubbish", status=422)
    assert "enfants" in desk.page()
    none = desk.author.post(f"{desk.address}/tableur", {"_version": "x"}, status=422).get_data(as_text=True)
    assert "Choisissez un fichier Excel." in none


def test_a_file_read_in_beside_a_colleague_does_not_undo_what_they_saved(desk: Desk) -> None:
    desk.add("enfants", "number")
    content = sheet_of(desk)
    mark = re.search(r'name="_version" value="([^"]+)"', desk.page("/tableur"))
    assert mark is not None
    desk.add("garde", "yes_no")
    assert "entre-temps" in read_in(desk, content, mark[1], status=409)
    assert "garde" in desk.page()


def test_a_stale_page_publishes_nothing_that_the_reviewer_did_not_read(desk: Desk) -> None:
    desk.add("a")
    desk.send()
    read = desk.mark("/publication", desk.supervisor)
    desk.author.post(f"{desk.address}/brouillon", status=303)
    desk.save("a", label_fr="Tout autre chose ?")
    desk.send()
    late = desk.supervisor.post(f"{desk.address}/publication", {"adopt_by": LATER, "_version": read}, status=422)
    assert "relisez-la" in late.get_data(as_text=True)
    assert state(desk) == "in_review"


def test_who_wrote_it_does_not_publish_it_whoever_sent_it(federation: Federation, desk: Desk) -> None:
    desk.add("a")
    colleague = federation.member(federation.support_centre, "trainer", "Anne Petit").browser()
    mark = desk.mark("/relecture", colleague)
    sent = {"note": "Relu.", "review_until": LATER, "_version": mark}
    colleague.post(f"{desk.address}/relecture", sent, status=303)
    assert "quatre yeux" in desk.publish(desk.author, status=422)
    assert "quatre yeux" in desk.publish(colleague, status=422)
    desk.publish(desk.supervisor)


def test_what_is_in_review_is_what_is_read_there(desk: Desk) -> None:
    desk.add("a")
    with desk.trainer.at_work() as session:
        version = session.scalars(select(InstrumentVersion)).one()
        desk.send()
        with pytest.raises(Refused, match="wrong_state"):
            change_draft(
                session, desk.trainer.actor, version, lambda definition: replace(definition, title={"fr": "x"})
            )


def test_a_code_stands_once_in_a_version_be_it_of_a_question_or_a_section(desk: Desk) -> None:
    desk.add("a")
    sent = {"label_fr": "Encore ?", "kind": "text", "section": "situation", "joint": "and"}
    for code in ("a", "situation"):
        page = desk.author.post(f"{desk.address}/rubriques/situation/question", {**sent, "id": code}, status=422)
        assert "Ce code existe" in page.get_data(as_text=True)
    desk.author.post(f"{desk.address}/nouvelle-rubrique", {"label": "Encore", "id": "a"}, status=422)


def test_settings_of_a_colleague_are_not_undone_by_an_older_page(desk: Desk) -> None:
    old = desk.mark("/reglages")
    sent = {"title": "Bilan", "languages": ["ar", "nl"], "_version": old}
    desk.author.post(f"{desk.address}/reglages", sent, status=303)
    late = desk.author.post(f"{desk.address}/reglages", {"title": "Autre", "_version": old}, status=409)
    assert "Autre" in late.get_data(as_text=True)
    assert drafted(desk)["languages"] == ["fr", "nl", "ar"]


@pytest.mark.parametrize(
    ("kind", "typed", "kept", "shown"),
    [
        ("yes_no", "oui", "${q} = 'yes'", "Oui"),
        ("date", "29/11/2026", "${q} = date('2026-11-29')", "29/11/2026"),
        ("number", "7,5", "${q} = 7.5", "7.5"),
    ],
)
def test_a_condition_is_written_as_one_speaks(desk: Desk, kind: str, typed: str, kept: str, shown: str) -> None:
    desk.add("q", kind)
    desk.add("a", **said_of("q", "is", typed))
    assert drafted(desk)["sections"][0]["items"][1]["shown_if"] == kept
    assert f'value="{shown}"' in desk.page("/questions/a")


def test_a_condition_with_a_number_beyond_measure_is_refused(desk: Desk) -> None:
    desk.add("q", "number")
    sent = {"label_fr": "A ?", "kind": "text", "section": "situation", "id": "a", "joint": "and"}
    for typed in ("1e99999999999999", "9" * 30):
        typed_so = {**sent, **said_of("q", "is", typed)}
        page = desk.author.post(f"{desk.address}/rubriques/situation/question", typed_so, status=422)
        assert typed in page.get_data(as_text=True), "what was typed is given back"
    assert [item["id"] for item in drafted(desk)["sections"][0]["items"]] == ["q"]


def alike(code: str) -> list[tuple[str, str]]:
    return [("code", code), ("label", "Autre")]


def test_choices_of_one_name_are_told_by_their_codes(desk: Desk) -> None:
    rows = {f"choices-{at}-{name}": value for at, code in enumerate("ab") for name, value in alike(code)}
    rows["name"] = "choix"
    desk.author.post(f"{desk.address}/nouvelle-liste", rows, status=303)
    desk.add("q", "one_of", list="choix")
    desk.add("c", **said_of("q", "is", "b"))
    again: dict[str, Any] = said_of("q", "is", "b")
    desk.save("c", **again)
    assert drafted(desk)["sections"][0]["items"][1]["shown_if"] == "${q} = 'b'"
    assert 'value="b"' in desk.page("/questions/c")


def test_no_trial_answer_to_a_sealed_question_is_kept_and_all_go_when_one_asks(desk: Desk) -> None:
    desk.add("a")
    desk.add("sante", sealed="true")
    desk.author.post(f"{desk.address}/essai", {"a": "x", "sante": "y"}, status=303)
    with desk.trainer.at_work() as session:
        assert session.scalars(select(InstrumentTrial.answers)).all() == [{"a": "x"}]
    desk.author.post(f"{desk.address}/essai/effacement", status=303)
    with desk.trainer.at_work() as session:
        assert session.scalars(select(InstrumentTrial)).all() == []


def test_a_page_of_what_is_no_draft_any_more_says_so_instead_of_failing(desk: Desk) -> None:
    desk.add("a")
    desk.send()
    for path in ("/rubriques/situation/question", "/reglages", "/nouvelle-rubrique", "/nouvelle-liste"):
        page = desk.author.get(f"{desk.address}{path}", status=409).get_data(as_text=True)
        assert "En relecture" in page, path


def given_up_beside_a_colleague(desk: Desk) -> None:
    """Give a draft up that somebody else gives up after it was read."""
    with desk.trainer.at_work() as session:
        version = session.scalars(select(InstrumentVersion)).one()
        desk.author.post(f"{desk.address}/abandon", {"comment": "Refait autrement."}, status=303)
        give_up(session, desk.trainer.actor, version, "Encore.")


def test_two_acts_on_one_version_at_once_are_one_and_a_page_that_says_so(desk: Desk) -> None:
    desk.add("a")
    desk.send()
    desk.author.post(f"{desk.address}/brouillon", status=303)
    late = desk.author.post(f"{desk.address}/brouillon", status=409).get_data(as_text=True)
    assert "Brouillon" in late
    with pytest.raises(StaleDataError):
        given_up_beside_a_colleague(desk)
