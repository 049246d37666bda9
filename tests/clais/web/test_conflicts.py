"""What a form holds in words, and two versions of it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from clais.forms.answers import all_answers, differing_answers, given_answers
from clais.forms.form import Form
from clais.web.conflicts import version_read

from .conftest import IntakeSchema

TYPED = {
    "last_name": "D'Hondt",
    "birth_date": "3-4-1990",
    "sex": "f",
    "phone": "071206020",
    "address-street": "Rue du Puits 4",
    "languages-0-code": "it",
    "languages-0-level": "A2",
    "languages-2-code": "ar",
    "occupation": "K1304",
    "request_text": "Un emploi,\r\nle matin.",
    "agreed": "true",
}


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


def typed(**changes: str) -> Form:
    form = Form.from_request(
        IntakeSchema, MultiDict([*(TYPED | changes).items(), ("needs", "food"), ("needs", "debts")])
    )
    form.validate()
    return form


def test_what_was_written_is_read_in_the_words_of_labels_and_choices() -> None:
    assert [(str(label), words) for label, words in given_answers(typed())] == [
        ("Nom", "D'Hondt"),
        ("Date de naissance", "3-4-1990"),
        ("Sexe déclaré", "Femme"),
        ("Téléphone", "071206020"),
        ("Rue", "Rue du Puits 4"),
        ("Langues", "Italien · A2\nArabe"),
        ("Besoins urgents", "Alimentation, Dettes"),
        ("Métier souhaité", "Aide-ménagère"),
        ("Demande", "Un emploi,\r\nle matin."),
        ("Elle accepte d'être inscrite", "Oui"),
    ]


def test_a_blank_form_has_all_its_questions_and_nothing_written() -> None:
    blank = Form(IntakeSchema)
    assert [str(label) for label, _words in all_answers(blank)][:2] == ["Nom", "Date de naissance"]
    assert given_answers(blank) == []


def test_an_answer_that_was_not_proposed_is_read_as_it_was_typed() -> None:
    assert ("Statut", "inconnu") in [(str(label), words) for label, words in given_answers(typed(status="inconnu"))]


def test_two_versions_are_shown_where_they_say_something_else_and_not_where_they_are_only_written_otherwise() -> None:
    form = typed()
    assert differing_answers(form, form.data) == ([], [])
    yours, theirs = differing_answers(typed(), form.data | {"sex": "x", "languages": [], "phone": "+3271206021"})
    assert [(str(label), words) for label, words in yours] == [
        ("Sexe déclaré", "Femme"),
        ("Téléphone", "071 20 60 20"),
        ("Langues", "Italien · A2\nArabe"),
    ]
    assert [words for _label, words in theirs] == ["Autre", "071 20 60 21", ""]


def test_what_cannot_be_saved_is_compared_and_kept_all_the_same() -> None:
    stored = typed().data
    yours, theirs = differing_answers(typed(birth_date="31/02/1990"), stored)
    assert ("Date de naissance", "31/02/1990") in [(str(label), words) for label, words in yours]
    assert ("Date de naissance", "03/04/1990") in [(str(label), words) for label, words in theirs]


def test_a_form_says_which_version_it_was_drawn_from() -> None:
    assert version_read(typed(_version="12")) == 12


@pytest.mark.parametrize("version", ["", "none", "-1", "1.5", "١٢", "1234567890"])
def test_a_version_that_no_row_can_have_is_refused(version: str) -> None:
    with pytest.raises(BadRequest):
        version_read(typed(_version=version))
