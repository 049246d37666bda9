"""Templates of notes and contacts: written by who leads the platform, chosen by everybody who writes."""

import json
import re
from html import unescape
from typing import Any

import pytest

from clais.workflow import Refused
from tenants.note_templates import actions, queries
from tenants.note_templates.models import NoteTemplate
from tests.support.federation import Federation, Member
from tests.support.note_templates import BLANK, a_template
from tests.tenants.people.newcomers import words

FORM = {"form": "contact", "label": "Message laissé", "text": "Message laissé sur le répondeur.", "channel": "phone"}


def lead(federation: Federation) -> Member:
    return federation.member(federation.platform, "coordinator", "Paul Henin")


def offered(member: Member, which: str) -> dict[str, dict[str, Any]]:
    """Label → what a click puts into the form."""
    page = member.browser().get(f"/modeles-de-notes/{which}/choix").get_data(as_text=True)
    found = re.findall(r'data-insert="([^"]*)"><span>([^<]*)<', page)
    return {label: json.loads(unescape(facts)) for facts, label in found}


def test_the_coordinator_writes_one_and_an_agent_is_offered_it_above_the_field(federation: Federation) -> None:
    coordinator, agent = lead(federation), federation.agent()
    coordinator.browser().post("/modeles-de-notes/nouveau", FORM | {"minutes": "5"}, status=303)
    assert offered(agent, "contact") == {
        "Message laissé": {"text": FORM["text"], "class": None, "fields": {"channel": "phone", "minutes": 5}}
    }
    assert offered(agent, "note") == {}
    assert "Message laissé" in words(agent.browser().get("/modeles-de-notes"))


def test_what_is_not_of_its_form_is_left_out(federation: Federation) -> None:
    coordinator = lead(federation)
    a_template(coordinator, "Confidence", note_class="confidence", channel="phone", minutes=5)
    assert offered(coordinator, "note")["Confidence"]["fields"] == {}
    assert offered(coordinator, "note")["Confidence"]["class"] == "confidence"


def test_a_theme_goes_into_the_form_of_a_note_or_a_contact_and_into_no_letter(federation: Federation) -> None:
    coordinator = lead(federation)
    for form in ("note", "contact", "letter"):
        a_template(coordinator, "Formation", form=form, theme="training")
    assert offered(coordinator, "note")["Formation"]["fields"] == {"note-theme": "training"}
    assert offered(coordinator, "contact")["Formation"]["fields"] == {"theme": "training"}
    assert offered(coordinator, "letter")["Formation"]["fields"] == {}
    coordinator.browser().post("/modeles-de-notes/nouveau", FORM | {"theme": "health"}, status=422)


def test_a_template_is_changed_and_who_comes_too_late_sees_both(federation: Federation) -> None:
    coordinator = lead(federation)
    template = a_template(coordinator)
    sent = {"form": "note", "label": "Absent", "text": "Pas venu.", "_version": str(template.version)}
    browser = coordinator.browser()
    browser.post(f"/modeles-de-notes/{template.id}", sent, status=303)
    late = browser.post(f"/modeles-de-notes/{template.id}", sent | {"text": "Autre"}, status=409)
    assert "Pas venu." in words(late)
    assert list(offered(coordinator, "note")) == ["Absent"]


def test_a_name_is_used_once_for_each_form(federation: Federation) -> None:
    coordinator = lead(federation)
    template, other = a_template(coordinator, "Un"), a_template(coordinator, "Deux")
    a_template(coordinator, "Un", "contact")
    browser = coordinator.browser()
    for path, version in (("nouveau", {}), (str(other.id), {"_version": str(other.version)})):
        sent = {"form": "note", "label": template.label, "text": "x", **version}
        assert "Un autre modèle porte ce nom" in words(browser.post(f"/modeles-de-notes/{path}", sent, status=422))
    for wrong in ({"label": ""}, {"text": "x" * 1001}, {"minutes": "0"}, {"channel": "pigeon"}):
        browser.post("/modeles-de-notes/nouveau", FORM | wrong, status=422)


def test_the_platform_has_sixty_at_most(federation: Federation) -> None:
    coordinator = lead(federation)
    with coordinator.at_work() as session:
        for number in range(queries.MOST):
            session.add(NoteTemplate(form="note", label=f"Modèle {number}", text="x"))
        session.flush()
        with pytest.raises(Refused):
            actions.add_template(session, BLANK | {"form": "note", "label": "Encore", "text": "x"})
        session.rollback()


def test_one_is_taken_away_by_a_click_and_agents_write_none(federation: Federation) -> None:
    coordinator, agent = lead(federation), federation.agent()
    template = a_template(coordinator)
    browser = agent.browser()
    for path in ("nouveau", str(template.id)):
        browser.get(f"/modeles-de-notes/{path}", status=403)
    browser.post(f"/modeles-de-notes/{template.id}/retrait", status=403)
    coordinator.browser().post(f"/modeles-de-notes/{template.id}/retrait", status=303)
    assert offered(agent, "note") == {}


def test_another_platform_has_its_own(federation: Federation) -> None:
    a_template(lead(federation))
    assert offered(federation.other_agent(), "note") == {}
