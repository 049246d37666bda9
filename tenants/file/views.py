from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, url_for

from clais.audit.actions import record_reading
from clais.feature.file import OVERVIEW, PARTS, THREAD, Section
from clais.feature.pages import Pages
from clais.identity.models import Membership
from clais.thread import Rows
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.formatting import short_day
from clais.web.rendering import render
from tenants.file import queries
from tenants.file.actions import remember_opening
from tenants.people.models import Person
from tenants.people.presentation import age, born_in_list, status_in_head
from tenants.people.queries import stage_steps
from tenants.people.views.referents import possible_referents
from tenants.people.workflow import STAGE

pages = Pages()
LoadedSection = tuple[Section, Mapping[str, Any]]
SHOWN = 4
"""The acts that stand in the head of the file; the others are in its menu."""


@pages.page("/personnes/<uuid:person_id>", "person.read")
def show(person_id: UUID) -> Response:
    """The file of a person. The reading is recorded."""
    person = get_or_404(Person, person_id)
    session, who = database(), actor()
    record_reading(session, person.id)
    remember_opening(session, who.membership_id, person.id)
    referents = possible_referents()
    happened = queries.newest(session, person.id, who)
    return render(
        "file/show.html",
        person=person,
        name=person.full_name,
        age=age(person) if person.birth_date else born_in_list(person),
        referent=_name_of(referents, person.referent_id),
        referents=referents,
        path_steps=[
            {
                "label": _(STAGE.states[step.code]),
                "state": step.state,
                "note": short_day(step.since) if step.since else "",
            }
            for step in stage_steps(person, happened["stages"])
        ],
        steps=STAGE.buttons(person, who.permissions),
        **_acts(person),
        **_parts(queries.sections(session, person, who), _thread_tab(person, happened)),
        status_words=status_in_head(person),
        SHOWN=SHOWN,
    )


def _thread_tab(person: Person, happened: Mapping[str, Rows]) -> dict[str, Any] | None:
    """The whole thread, which is a page of its own, with its number of entries; None for who may not read it."""
    if not actor().may("follow_up.read"):
        return None
    return {
        "label": _(THREAD),
        "url": url_for("follow_up.thread", person_id=person.id),
        "current": False,
        "count": queries.number_of_entries(happened, actor()),
    }


def _parts(sections: Sequence[LoadedSection], thread: dict[str, Any] | None) -> dict[str, Any]:
    """The parts of the file that have something, as tabs, `thread` before the documents; their sections by column."""
    contents: dict[str, dict[str, list[LoadedSection]]] = {OVERVIEW: defaultdict(list)}
    for section, content in sections:
        contents.setdefault(section.part, defaultdict(list))[section.column].append((section, content))
    # What comes next is sorted by its day; what has none is last.
    contents[OVERVIEW]["next"].sort(key=lambda loaded: loaded[1].get("first_on") or date.max)
    shown = {code: contents[code] for code in PARTS if code in contents}
    tabs = [
        {
            "label": _(PARTS[code]),
            "url": f"#part-{code}",
            "current": code == OVERVIEW,
            "count": next((content["count"] for _section, content in found["main"] if "count" in content), None),
        }
        for code, found in shown.items()
    ]
    if thread:
        after = [code for code in ("documents", "referrals") if code in shown]
        tabs.insert(list(shown).index(after[0]) if after else len(tabs), thread)
    return {"contents": shown, "parts": tabs, "labels": PARTS}


def _acts(person: Person) -> dict[str, Any]:
    """The acts of the head: the one of now is full; on a phone it stands with the first one, the others in the menu."""
    acts = queries.acts(person, actor())
    now_act = next((act for act in acts[:SHOWN] if person.stage in act.primary_in), None)
    others = [act for act in acts if act is not now_act]
    return {"acts": acts, "now_act": now_act, "narrow_acts": [*others[: 1 if now_act else 2], now_act]}


def _name_of(referents: list[Membership], referent_id: UUID | None) -> str | None:
    """The referent's name; someone who left the platform is looked up once more."""
    if referent_id is None:
        return None
    found = next((member for member in referents if member.id == referent_id), None)
    found = found or database().get(Membership, (actor().tenant_id, referent_id))
    return found.display_name if found else None
