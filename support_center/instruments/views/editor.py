"""The page of a version: its questions, one of them opened, how it looks on a telephone, what is wrong with it."""

from collections.abc import Sequence
from typing import Any

from flask import Response

from clais.clock import today
from clais.exchange.publications.instruments import IN_PREPARATION, IN_REVIEW
from clais.exchange.publications.models import InstrumentVersion
from clais.forms.form import Form
from clais.identity.queries import members_who_may
from clais.instruments.choices import LANGUAGE_NAMES
from clais.instruments.filling import questionnaire_of
from clais.instruments.rules.definition import RIGHT_TO_LEFT, Definition, Item, said
from clais.instruments.rules.difference import Comparability, differences
from clais.instruments.rules.editing import place_of
from clais.instruments.rules.problems import Problem
from clais.instruments.screen_words import words_of
from clais.instruments.wording import question_text, title_of
from clais.services import services
from clais.web.context import actor, database
from clais.web.rendering import render
from support_center.instruments import presentation, rows
from support_center.instruments.actions.versions import problems
from support_center.instruments.forms import item_mark, whole_mark
from support_center.instruments.lookups import Opened
from support_center.instruments.models import InstrumentRemark
from support_center.instruments.queries import (
    authors_of,
    counted_by_platforms,
    readings_of,
    released_before,
    remarks_of,
    still_on,
    trials_of,
)
from support_center.instruments.workflow import PUBLISH, VERSION


def editor(opened: Opened, item: Item | None, form: Form | None, status: int = 200) -> Response:
    """The page with `item` opened, or with the form of a new one."""
    session, version, definition = database(), opened.version, opened.definition
    released = released_before(session, version)
    earlier = next(iter(released), None)
    found = problems(definition, released) if version.state in IN_PREPARATION else []
    changes = differences(earlier[1], definition) if earlier else []
    new = frozenset(change.part for change in changes if change.comparability is Comparability.NEW)
    trials = trials_of(session, version.id)
    counted = counted_by_platforms(session, version.instrument_id)
    remarks = remarks_of(session, version.id)
    return render(
        "instruments/editor.html",
        status=status,
        **head(opened),
        outline=rows.outline(version, definition, found, new),
        item=item,
        form=form,
        mark=item_mark(item, place_of(definition, item.id)[1]) if item else None,
        number=list(definition.items).index(item.id) + 1 if item else None,
        preview=preview_of(opened.definition, item) if item else None,
        problem_lines=list(rows.problem_lines(version.id, definition, found)),
        problems_note=presentation.problems_note(found),
        effects=presentation.effects(definition, earlier, len(trials), *counted),
        remarks=remarks,
        **_review(version, remarks, found),
        whole=whole_mark(definition),
        question_text=question_text,
        changes=len(changes),
        dependants=_dependants(opened, item) if item else "",
    )


def _review(
    version: InstrumentVersion, remarks: Sequence[InstrumentRemark], found: Sequence[Problem]
) -> dict[str, Any]:
    """Who has read a version in review, what is left before it is published, and whether one's own reading is."""
    if version.state != IN_REVIEW:
        return {"review": [], "to_read": False}
    session = database()
    authors, readings = authors_of(session, version.id), readings_of(session, version.id)
    publish = members_who_may(session, PUBLISH, services().permissions)
    reviewers = [member for member in publish if str(member.user_id) not in authors]
    return {
        "review": rows.review_lines(reviewers, readings, remarks, found),
        "to_read": actor().membership_id in {member.id for member in reviewers} - readings.keys(),
    }


def head(opened: Opened) -> dict[str, Any]:
    """What the head of each page of a version shows."""
    who = actor()
    buttons = VERSION.buttons(opened.version, who.permissions)
    ends = "close" in buttons or "retire" in buttons
    return {
        "version": opened.version,
        "instrument": opened.instrument,
        "definition": opened.definition,
        "title": title_of(opened.instrument.name, opened.version.number),
        "path": presentation.path_of(opened.version),
        "buttons": buttons,
        "may_write": opened.is_draft and who.may("instrument.write"),
        "is_own": str(who.user_id) in authors_of(database(), opened.version.id),
        "languages": {code: LANGUAGE_NAMES[code] for code in opened.definition.languages},
        "right_to_left": RIGHT_TO_LEFT,
        "said": said,
        "words_of": words_of,
        "in_preparation": opened.version.state in IN_PREPARATION,
        "still_on": presentation.still_on_text(*still_on(database(), opened.version)) if ends else "",
    }


def preview_of(definition: Definition, item: Item) -> dict[str, object]:
    """A question as it is asked, alone, in French."""
    questionnaire = questionnaire_of(definition)
    form = Form(questionnaire.question(item, "fr"), prefix="preview-")
    shown = len(questionnaire.shown({}, today()))
    place = list(definition.items).index(item.id) + 1
    return {"field": form[item.id], "place": place, "total": len(definition.items), "shown": shown}


def _dependants(opened: Opened, item: Item) -> str:
    """The numbers of the questions whose condition reads this one."""
    conditions = questionnaire_of(opened.definition).conditions.of_items
    numbers = {name: number for number, name in enumerate(opened.definition.items, 1)}
    return ", ".join(str(numbers[name]) for name, condition in conditions.items() if item.id in condition.items)
