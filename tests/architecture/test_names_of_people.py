"""A person's name is put together in one place, which knows that « - » is no given name."""

import ast
import re
from collections.abc import Iterable, Iterator

from tests.architecture.sources import ROOT, Source, read, sources

HOME = "clais.text"
FAMILY, GIVEN = {"family_name", "family"}, {"given_names", "given"}
COMPARED = {"fold", "compact"}
"""What is folded is compared or put in order, and never shown."""
RAW = re.compile(r"\.given_names\b|\bgiven_names\s*[~+]")


def _parts(node: ast.AST) -> Iterator[str]:
    """The names, attributes and keys that a text is made of, as far as they are not folded."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in COMPARED:
        return
    if isinstance(node, ast.Attribute):
        # Of `one.family.compact` nothing is shown but what is asked for last.
        yield node.attr
        return
    if isinstance(node, ast.Name):
        yield node.id
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        yield str(node.slice.value)
    for child in ast.iter_child_nodes(node):
        yield from _parts(child)


def _texts(node: ast.AST) -> Iterator[ast.expr]:
    """Every expression that puts a text together and is not folded."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in COMPARED:
        return
    called = node.func if isinstance(node, ast.Call) else None
    joined = isinstance(called, ast.Attribute) and called.attr in {"join", "format"}
    added = isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod))
    if isinstance(node, ast.expr) and (joined or added or isinstance(node, ast.JoinedStr)):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from _texts(child)


def names_put_together(found: Iterable[Source]) -> list[str]:
    """Texts of Python that join a given name and a family name themselves."""
    return sorted(
        {
            f"{source.module}:{text.lineno}"
            for source in found
            if source.module != HOME
            for text in _texts(source.tree)
            if FAMILY & {*_parts(text)} and GIVEN & {*_parts(text)}
        }
    )


def given_names_shown(templates: Iterable[tuple[str, str]]) -> list[str]:
    """Templates that show a given name as it is stored."""
    return [f"{name}: {found[0]}" for name, text in templates for found in RAW.finditer(text)]


def test_a_name_is_put_together_in_one_place() -> None:
    assert names_put_together(sources()) == []


def test_no_template_shows_a_given_name_as_it_is_stored() -> None:
    templates = [
        (path.relative_to(ROOT).as_posix(), path.read_text())
        for place in ("platform", "tenants", "support_center")
        for path in (ROOT / place).rglob("templates/**/*.html")
    ]
    assert templates
    assert given_names_shown(templates) == []


def test_a_name_put_together_elsewhere_is_found() -> None:
    planted = (
        'who = f"{person.given_names} {person.family_name}"',
        "who = f\"{card['given_names']} {card['family_name']}\"",
        'who = person.given_names + " " + person.family_name',
        'who = " ".join((given, family))',
        'who = "{} {}".format(person.given_names, person.family_name)',
        'who = "%s %s" % (person.given_names, person.family_name)',
    )
    assert [text for text in planted if not names_put_together([read(text)])] == []
    assert names_put_together([read('order = fold(f"{family_name} {given_names}")')]) == []
    assert given_names_shown([("x.html", "{{ person.given_names }} {{ person.family_name }}")])
    assert given_names_shown([("x.html", 'form["given_names"]')]) == []
