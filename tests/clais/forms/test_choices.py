"""The choices of a form come from a table of codes, in the words of whoever looks at it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from clais.forms.choices import choice_values, choices_of, hinted_choices_of
from clais.forms.fields import OneChoice
from clais.forms.form import Form
from clais.forms.schemas import Schema

TABLE = {1: "Close", 2: "Search"}
HINTED = {"close": ("Close", "Search")}


def test_a_table_is_translated_when_it_is_shown_and_not_when_it_is_declared(app: Flask) -> None:
    choices, hinted = choices_of(TABLE), hinted_choices_of(HINTED)
    with app.test_request_context("/"):
        assert choices() == [("1", "Fermer"), ("2", "Chercher")]
        assert hinted() == [("close", "Fermer", "Chercher")]
    assert choices() == [("1", "Close"), ("2", "Search")], "outside of a request an id is its own text"


def test_the_codes_of_a_table_are_the_values_that_are_accepted() -> None:
    assert choice_values(choices_of(TABLE)) == ["1", "2"]
    assert choice_values(hinted_choices_of(HINTED)) == ["close"]


@pytest.mark.parametrize("choices", [[("a", "A"), ("b", "B")], [("One", [("a", "A")]), ("Two", [("b", "B")])]])
def test_nothing_is_chosen_beforehand_in_a_list_whether_its_answers_are_grouped_or_not(choices: list[Any]) -> None:
    schema = Schema.from_dict({"reason": OneChoice(lambda: choices, required=True, metadata={"widget": "select"})})
    first, *others = Form(schema())["reason"].options
    assert (first.value, first.selected, first.options) == ("", True, ())
    assert not any(option.selected for other in others for option in (other, *other.options))
