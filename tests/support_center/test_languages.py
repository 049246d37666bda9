"""The texts of a version in other languages, beside the French ones: what is missing, and who came too late."""

import re

from tests.support_center.test_instruments import Desk


def told(desk: Desk, *languages: str) -> None:
    """A version in some languages, with one question and its help."""
    desk.add("enfants", "number", hint_fr="Comptez aussi ceux du week-end.")
    settings = {"title": "Bilan", "languages": list(languages), "_version": desk.mark("/reglages")}
    desk.author.post(f"{desk.address}/reglages", settings, status=303)


def fields(page: str) -> list[str]:
    """The names of the fields of a page, in order."""
    return re.findall(r'<textarea[^>]* name="(text_[0-9a-f]+)"', page)


def test_what_is_missing_is_written_beside_the_french_text_and_then_gone_from_the_list(desk: Desk) -> None:
    told(desk, "nl", "ar")
    assert "4 textes manquent sur 4" in desk.page("/langues").replace("\u00a0", " ")
    page = desk.page("/langues/nl")
    assert "Comptez aussi ceux du week-end." in page
    names = fields(page)
    assert len(names) == 4, "title, heading, question, help"
    sent = dict(zip(names, ("Balans", "Situatie", "Hoeveel kinderen?", ""), strict=True))
    desk.author.post(f"{desk.address}/langues/nl", sent | {"_version": desk.mark("/langues/nl")}, status=303)
    assert fields(desk.page("/langues/nl")) == names[3:]
    everything = desk.page("/langues/nl?textes=tous")
    assert fields(everything) == names
    assert "Hoeveel kinderen?" in everything
    assert fields(desk.page("/langues/ar")) == names, "nothing of it is in another language"
    assert "Hoeveel kinderen?" in desk.page("/questions/enfants")


def test_who_comes_too_late_sees_both_texts_and_loses_none(desk: Desk) -> None:
    told(desk, "nl")
    mark = desk.mark("/langues/nl")
    sent = dict.fromkeys(fields(desk.page("/langues/nl")), "")
    question = list(sent)[2]
    desk.author.post(f"{desk.address}/langues/nl", sent | {question: "Hoeveel?", "_version": mark}, status=303)
    late = sent | {question: "Met hoeveel?", "text_0123456789abcdef": "Weg", "_version": mark}
    both = desk.author.post(f"{desk.address}/langues/nl", late, status=409).get_data(as_text=True)
    assert "Hoeveel?" in both
    assert "Met hoeveel?" in both
    assert "Weg" in both, "a text that went meanwhile"
    assert "Met hoeveel?" not in desk.page("/langues/nl?textes=tous")


def test_a_language_that_the_version_is_not_asked_in_is_not_there(desk: Desk) -> None:
    told(desk, "nl")
    for language in ("fr", "de", "xx"):
        desk.author.get(f"{desk.address}/langues/{language}", status=404)
    desk.author.get(f"{desk.address}/langues/nl?page=2", status=404)
    desk.author.get(f"{desk.address}/langues/nl?page=zwei", status=404)
    offered = re.findall(r"/langues/(\w+)", desk.page("/langues"))
    assert set(offered) == {"nl"}


def test_the_texts_are_read_in_review_and_written_in_a_draft_alone(desk: Desk) -> None:
    told(desk, "nl")
    mark = desk.mark("/langues/nl")
    (name, *_others) = fields(desk.page("/langues/nl"))
    desk.send()
    assert fields(desk.page("/langues/nl")) == []
    assert "manque" in desk.page("/langues/nl")
    desk.author.post(f"{desk.address}/langues/nl", {name: "Balans", "_version": mark}, status=409)
    desk.supervisor.post(f"{desk.address}/langues/nl", {name: "Balans", "_version": mark}, status=403)


def test_publication_and_review_lead_to_the_texts_that_would_be_shown_in_french(desk: Desk) -> None:
    told(desk, "nl")
    assert f"{desk.address}/langues/nl" in desk.page("/relecture")
    desk.send()
    page = desk.supervisor.get(f"{desk.address}/publication").get_data(as_text=True)
    assert f"{desk.address}/langues/nl" in page
    assert "4 textes à traduire" in page.replace("\u00a0", " ")
