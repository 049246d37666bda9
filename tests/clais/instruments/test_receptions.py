"""An intake form is published only if every platform can note its receptions with it."""

from dataclasses import replace
from typing import Any

import pytest

from clais.instruments.first import first_version
from clais.instruments.presentation import problem_text
from clais.instruments.rules.definition import Choice, Definition, InstrumentKind, ItemKind, Latitude
from clais.instruments.rules.editing import with_item_instead
from clais.instruments.rules.problems import problems_of
from clais.instruments.rules.receptions import COLUMNS, asked_beside


def told(definition: Definition) -> list[tuple[str, str]]:
    return [(problem.code, problem.part) for problem in problems_of(definition)]


INTAKE = first_version(InstrumentKind.INTAKE).definition


def intake_with(item: str, **facts: Any) -> Definition:
    return with_item_instead(INTAKE, replace(INTAKE.items[item], **facts), item)


def intake_without(*items: str) -> Definition:
    sections = tuple(
        replace(one, items=tuple(item for item in one.items if item.id not in items)) for one in INTAKE.sections
    )
    return replace(INTAKE, sections=sections)


def intake_choosing(name: str, *codes: str) -> Definition:
    """The form with these codes in a list of choices."""
    choices = tuple(Choice(code, {"fr": code, "en": code}) for code in codes)
    return replace(INTAKE, lists={**INTAKE.lists, name: choices})


URGENT = COLUMNS["urgent_needs"].codes
CAME = COLUMNS["channel"].codes


def test_the_intake_form_of_the_house_can_be_published_and_asks_what_receptions_keep() -> None:
    assert problems_of(INTAKE) == []
    assert set(INTAKE.items) == set(COLUMNS)
    assert asked_beside(INTAKE) == []
    for name, column in COLUMNS.items():
        assert tuple(choice.code for choice in INTAKE.choices(INTAKE.items[name])) == column.codes


@pytest.mark.parametrize(
    ("definition", "problem"),
    [
        (intake_with("channel", id="canal"), ("reception_missing", "")),
        (intake_with("request_kinds", kind=ItemKind.ONE_OF), ("reception_kind", "request_kinds")),
        (intake_choosing("urgences", *URGENT[1:]), ("reception_codes", "urgent_needs")),
        (intake_choosing("canaux", *CAME, "par_une_plate_forme_voisine"), ("reception_long_codes", "channel")),
        (intake_with("urgent_note", sealed=True), ("reception_sealed", "urgent_note")),
        (intake_with("urgent_needs", required=True), ("reception_required", "urgent_needs")),
        (intake_with("request", allows=frozenset({Latitude.SKIP})), ("reception_locked", "request")),
        (intake_with("channel", allows=frozenset({Latitude.CHOICES})), ("reception_locked", "channel")),
    ],
)
def test_a_form_that_no_reception_can_be_noted_with_is_not_published(
    definition: Definition, problem: tuple[str, str]
) -> None:
    assert problem in told(definition)
    assert all(found.blocks for found in problems_of(definition))
    assert all(problem_text(found) for found in problems_of(definition))
    # Of another kind of instrument nothing of this is asked.
    assert told(replace(definition, kind=InstrumentKind.PLAN_TEMPLATE)) == []


@pytest.mark.parametrize(
    "definition",
    [
        intake_without("sent_by", "urgent_note"),
        intake_choosing("urgences", *URGENT, "un_code_aussi_long_que_le_permet_une_liste"[:40]),
        intake_choosing("canaux", *CAME, "voisine"),
        intake_with("request", required=True, shown_if="${channel} != 'phone'"),
        intake_with("request_kinds", allows=frozenset({Latitude.CHOICES, Latitude.REWORD, Latitude.REQUIRE})),
    ],
)
def test_a_form_may_reword_require_add_choices_and_leave_out_what_no_reception_needs(definition: Definition) -> None:
    assert told(definition) == []
