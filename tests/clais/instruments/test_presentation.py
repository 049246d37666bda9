"""Every problem of an instrument is told in words, in French and in English, with what it is about."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from clais.catalogues import translations_into
from clais.instruments import rules, xlsform
from clais.instruments.presentation import WORDS, problem_text
from clais.instruments.rules.problems import Problem
from clais.instruments.rules.syntax import ExpressionError
from clais.instruments.xlsform.problems import SheetProblem
from clais.translation import OF_REQUEST

RAISERS = {"Problem", "ExpressionError", "SheetProblem", "UnreadableError", "_fail", "wrong", "lost", "_tell"}
"""What the code of a problem is given to, as its first argument."""
NO_CODES = {"end", "utf-16-le", "mimetype", "xl/workbook.bin", "EncryptedPackage"}
"""Other texts that stand where a code is chosen."""


def calls_of(source: str) -> Iterator[tuple[str, ast.Call]]:
    """The calls of a source, each with the last name of what is called."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = node.func
            name = (
                called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
            )
            yield name, node


def codes_of(source: str) -> set[str]:
    """The codes of problems that a source raises or tells."""
    found = set[str]()
    for name, call in calls_of(source):
        if name in RAISERS and call.args:
            parts = ast.walk(call.args[0])
            found |= {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}
        if name == "_of_kind":  # Its code is made of the kind that is expected, when it is one.
            found |= {
                f"expected_{ast.unparse(kind).rpartition('.')[2].lower()}"
                for kind in call.args[1:2]
                if "Kind" in ast.unparse(kind)
            }
    return {code for code in found - NO_CODES if not code.endswith("_")}


def sources() -> list[str]:
    """The sources of the rules and of the spreadsheets."""
    folders = [Path(place) for package in (rules, xlsform) for place in package.__path__]
    return [path.read_text() for folder in folders for path in folder.rglob("*.py")]


def test_every_code_has_its_words_and_there_are_no_words_without_a_code() -> None:
    codes = set[str]().union(*map(codes_of, sources()))
    assert len(codes) > 80
    assert codes - WORDS.keys() == set()
    assert WORDS.keys() - codes - {"expected_number"} == set()


def test_a_code_without_words_is_found() -> None:
    planted = 'def f(told, kind):\n    told.wrong("brand_new", 3)\n    raise ExpressionError("a" if kind else "b", 2)\n'
    assert codes_of(planted) == {"brand_new", "a", "b"}


@pytest.fixture
def in_french() -> Iterator[None]:
    token = OF_REQUEST.set(translations_into("fr"))
    yield
    OF_REQUEST.reset(token)


@pytest.mark.parametrize("code", WORDS)
@pytest.mark.usefixtures("in_french")
def test_every_problem_is_a_french_sentence_without_holes(code: str) -> None:
    about = ("première", "deuxième", "troisième")
    for problem in (
        Problem(code, "partie", "label", about, at=3),
        SheetProblem(code, "survey", 7, "relevant", about, part="partie"),
        SheetProblem(code, "survey", part="partie"),
    ):
        text = problem_text(problem)
        assert "%(" not in text
        assert not text.startswith(WORDS[code].partition("%")[0] or "\0")


@pytest.mark.usefixtures("in_french")
def test_what_is_named_is_named_in_words() -> None:
    assert problem_text(Problem("kind_changed", "q", "kind", ("long_text", "one_of"))).count("Texte long") == 1
    assert "Nederlands" in problem_text(Problem("untranslated", "q", "hint", ("nl",), blocks=False))
    unknown = problem_text(SheetProblem("unknown_column", "survey", 1, "relevent", ("relevant",)))
    assert unknown.replace("\u00a0", " ") == (
        "La colonne « relevent » est inconnue : elle n'a pas été lue. Vouliez-vous dire « relevant » ?"
    )
    missing = problem_text(ExpressionError("unknown_item", 4, "age"))
    assert missing.replace("\u00a0", " ") == "Il n'y a pas de question « age ». (Caractère 5.)"


def test_in_english_they_are_the_ids_themselves() -> None:
    assert problem_text(Problem("empty_list", "pace", "list")) == "The list “pace” has no choices."
