"""The choices of a form come from a table of codes, in the words of whoever looks at it."""

from __future__ import annotations

from flask import Flask

from clais.forms.choices import choice_values, choices_of, hinted_choices_of

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
