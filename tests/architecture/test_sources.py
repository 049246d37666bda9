"""The rules of the house that its sources can be asked for. Each has its planted fault."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from marshmallow import fields

from clais.forms.schemas import Schema, unbounded_fields
from tests.architecture.sources import ROOT, Source, read, sources
from tests.isolation.canaries import every_schema

FLASKLESS = {"actions", "queries", "models", "workflow"}
LONGEST = 300
LONGEST_TEST = 500


WEB = re.compile(r"flask|werkzeug|marshmallow|clais\.web(?!\.submissions\.models)|clais\.forms")


def check_web_free(found: Iterable[Source]) -> list[str]:
    """Actions, queries, models and workflows import neither Flask nor marshmallow."""
    return sorted(
        {
            f"{source.module} imports {imported}"
            for source in found
            for imported in source.imports()
            if source.name in FLASKLESS and WEB.match(imported)
        }
    )


def check_function_imports(found: Iterable[Source]) -> list[str]:
    """Imports inside functions hide cycles."""
    return [
        f"{source.module}:{node.lineno}"
        for source in found
        for function in ast.walk(source.tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]


def check_commits(found: Iterable[Source]) -> list[str]:
    """Actions and queries never commit: the request does, once."""
    return [
        f"{source.module}:{node.lineno}"
        for source in found
        if source.name in {"actions", "queries", "views", "api"} or source.module.endswith("_views")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]


GUARDED = ("stage", "state")
UNGUARDED = {
    "clais.registry.actions",  # a tenant is opened and suspended: an administrator's act without a path of its own
    "clais.messaging.outbox",  # a mail is waiting, sending, sent: claimed and decided about by single statements
    "clais.workflow",  # `apply` itself
}


def check_states(found: Iterable[Source]) -> list[str]:
    """A state is moved by `apply`: no assignment to one, and no UPDATE of one by hand."""
    problems = []
    for source in found:
        if source.module in UNGUARDED:
            continue
        for node in ast.walk(source.tree):
            targets = (
                node.targets
                if isinstance(node, ast.Assign)
                else [node.target]
                if isinstance(node, (ast.AugAssign, ast.AnnAssign))
                else []
            )
            problems += [
                f"{source.module}:{node.lineno}"  # type: ignore[attr-defined]
                for target in targets
                if isinstance(target, ast.Attribute)
                and target.attr in GUARDED
                and not (isinstance(target.value, ast.Name) and target.value.id == "self")
            ]
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "values":
                problems += [f"{source.module}:{node.lineno}" for word in node.keywords if word.arg in GUARDED]
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setattr":
                problems += [
                    f"{source.module}:{node.lineno}"
                    for a in node.args[1:2]
                    if isinstance(a, ast.Constant) and a.value in GUARDED
                ]
    return problems


def check_docstrings(found: Iterable[Source]) -> list[str]:
    """Public functions of actions and queries say what they do."""
    return [
        f"{source.module}.{node.name}"
        for source in found
        if source.name in {"actions", "queries"}
        for node in source.tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]


FOLDING = "clais.text"


def check_one_folding(found: Iterable[Source]) -> list[str]:
    """Accents are taken away in one place, so that what is stored and what is typed are compared alike."""
    return [
        f"{source.module}:{node.lineno}"
        for source in found
        if source.module != FOLDING
        for node in ast.walk(source.tree)
        if (isinstance(node, ast.Constant) and node.value in {"NFD", "NFKD"})
        or (isinstance(node, ast.Attribute) and node.attr == "combining")
    ]


CALENDAR = "clais.dates"
COUNTING = {"holidays", "calendar", "babel.dates"}


def check_one_calendar(found: Iterable[Source]) -> list[str]:
    """Working days, weeks, months and days in words are counted and written in one place."""
    elsewhere = [source for source in found if source.module != CALENDAR]
    imported = [f"{source.module} imports {name}" for source in elsewhere for name in COUNTING & {*source.imports()}]
    return imported + [
        f"{source.module}:{node.lineno}"
        for source in elsewhere
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr in {"weekday", "isoweekday"}
    ]


NUMBERS = "clais.numbers"


def check_one_reading_of_numbers(found: Iterable[Source]) -> list[str]:
    """Phones and national numbers are read and written in one place."""
    return [
        f"{source.module} imports {name}"
        for source in found
        if source.module != NUMBERS
        for name in source.imports()
        if name.partition(".")[0] in {"phonenumbers", "stdnum"}
    ]


LONGEST_FUNCTION = 60


def check_functions(found: Iterable[Source]) -> list[str]:
    """Functions that are two things."""
    return [
        f"{source.module}.{node.name}"
        for source in found
        for node in ast.walk(source.tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]


CHECKS: dict[Callable[[Iterable[Source]], list[str]], Source] = {
    check_web_free: read("from flask import request"),
    check_function_imports: read("def hidden():\n    import tenants.people"),
    check_commits: read("def save(session):\n    session.commit()"),
    check_states: read("def skip(person):\n    person.stage = 'closed'"),
    check_one_folding: read("import unicodedata\nplain = unicodedata.normalize('NFKD', 'é')"),
    check_one_calendar: read(
        "from datetime import timedelta\n\ndef monday(day):\n    return day - timedelta(day.weekday())"
    ),
    check_one_reading_of_numbers: read("from stdnum.be import ssn"),
    check_functions: read("def long():\n" + "    x = 1\n" * LONGEST_FUNCTION),
    check_docstrings: read("def open_file(session):\n    return 1"),
}
"""Each rule with a source that breaks it."""


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_sources_keep_the_rule(check: Callable[[Iterable[Source]], list[str]]) -> None:
    assert check(sources()) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_source_that_breaks_the_rule_is_found(check: Callable[[Iterable[Source]], list[str]]) -> None:
    assert check([CHECKS[check]])


def tracked(*patterns: str) -> list[Path]:
    """The files that git knows."""
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).is_file()]


def lengths(paths: Iterable[Path]) -> Iterator[tuple[str, int, int]]:
    """(path, lines, how many there may be)."""
    for path in paths:
        relative = path.relative_to(ROOT).as_posix()
        if not relative.startswith("migrations/versions/"):
            yield (
                relative,
                len(path.read_text().splitlines()),
                LONGEST_TEST if relative.startswith("tests/") else LONGEST,
            )


def check_lengths(found: Iterable[tuple[str, int, int]]) -> list[str]:
    """Files that are two things."""
    return [f"{path}: {count} lines" for path, count, most in found if count > most]


def test_no_file_is_two_things(capsys: pytest.CaptureFixture[str]) -> None:
    found = sorted(lengths(tracked("*.py", "*.html", "*.js", "*.css")), key=lambda each: -each[1])
    with capsys.disabled():
        print("\nlongest files:", ", ".join(f"{path} {count}" for path, count, _most in found[:5]))  # noqa: T201 - the report
    assert check_lengths(found) == []
    assert check_lengths([("x.py", LONGEST + 1, LONGEST)])


# In pieces, so that this file does not hold what it looks for.
FORBIDDEN = re.compile(
    "|".join(
        (
            "/ro" + r"ot/", "/wo" + r"rk/(main|shared)", "/tm" + "p/brief",
            "/ho" + r"me/\w+/", "registry" + r"\.npmjs", "pypi" + r"\.org/simple",
            "artifact" + r"ory", r"\bTO" + r"DO\b", "FIX" + "ME", r"raise Not" + "ImplementedError", r"\bX" + r"XX\b",
        )
    )
)  # fmt: skip
TEXTS = (
    "*.py",
    "*.html",
    "*.js",
    "*.css",
    "*.toml",
    "*.md",
    "*.po",
    "*.txt",
    "*.in",
    "*.json",
    "*.mako",
    "Makefile",
    ".ci/*",
)


def check_words(texts: Iterable[tuple[str, str]]) -> list[str]:
    """Paths of a machine, addresses of a registry, work that is left."""
    return [f"{name}: {found[0]}" for name, text in texts for found in FORBIDDEN.finditer(text)]


def test_no_file_names_this_machine_or_leaves_work() -> None:
    texts = [(path.relative_to(ROOT).as_posix(), path.read_text(errors="replace")) for path in tracked(*TEXTS)]
    assert check_words(texts) == []
    assert check_words([("x.py", "# TO" + "DO later")])


def check_requirements(text: str) -> list[str]:
    """Pins without hash, and addresses."""
    pins = re.findall(r"^[\w.\[\]-]+==\S+.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    problems = [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin]
    problems += re.findall(r"https?://\S+|--(?:extra-)?index-url.*", text)
    return problems if pins else [*problems, "nothing is pinned"]


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_requirements_are_pinned_with_hashes_and_name_no_registry(path: Path) -> None:
    assert check_requirements(path.read_text()) == []


def test_a_pin_without_hash_is_found() -> None:
    assert check_requirements("flask==3.1\n") == ["flask==3.1"]


def test_the_lock_file_of_npm_names_no_registry() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert '"integrity"' in text
    assert not re.findall(r'"resolved"|https?://registry', text)


@pytest.mark.parametrize("folder", [".", "platform", "tenants", "config", "tests"])
def test_import_platform_is_the_standard_library(folder: str) -> None:
    code = "import platform, clais; print(platform.python_implementation(), platform.__file__)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / folder, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("CPython")
    assert str(ROOT) not in done.stdout.replace(sys.prefix, "")
    assert not (ROOT / "platform" / "__init__.py").exists()


def is_typed(schema: type[Schema]) -> bool:
    """Inputs stand in `schemas.py` and are called so; the other shapes are what the API gives back."""
    return schema.__module__.endswith(".schemas") and schema.__name__.endswith("Schema")


def test_every_text_that_is_typed_has_a_length() -> None:
    schemas = every_schema()
    loose = {schema.__name__: unbounded_fields(schema) for schema in schemas if is_typed(schema)}
    assert loose
    assert {name: found for name, found in loose.items() if found} == {}


def test_a_text_without_length_is_found() -> None:
    planted = type("PlantedSchema", (Schema,), {"note": fields.String(), "__module__": "tests.planted"})
    assert unbounded_fields(planted) == ["note"]
