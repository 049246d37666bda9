"""The sheets and templates of the house, as the rules about them read them."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.architecture.sources import PLACES, ROOT

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
CLASS = re.compile(r"\.([a-zA-Z][\w-]*)")
QUOTED = re.compile(r"""(["'])((?:(?!\1).)*)\1""")
PREFIX = re.compile(r"([\w-]+-)(?:\{\{|[\"'] ?~)")
"""The fixed beginning of a class whose end is a value: `w-{{ kind }}`."""
AT_RULE = 2
"""How deep the braces of a media query count: a rule inside one is deeper than any other."""
OF_A_LIBRARY = ("htmx-",)
"""Beginnings of the classes that a library sets while a page is in use."""

Text = tuple[str, str]
"""The path of a file in the repository, and what it holds."""


def read(paths: Iterable[Path]) -> list[Text]:
    """The files, by their paths in the repository."""
    return [(path.relative_to(ROOT).as_posix(), path.read_text()) for path in sorted(paths)]


def sheets() -> list[Text]:
    """Our own sheets: those of the ground floor and those beside the features."""
    return read(
        path for place in PLACES for path in (ROOT / place).rglob("static/**/*.css") if "vendor" not in path.parts
    )


def templates() -> list[Text]:
    """Every template of the product."""
    return read(path for place in PLACES for path in (ROOT / place).rglob("templates/**/*.html"))


def programs() -> list[Text]:
    """Python and JavaScript of the product, where names of classes may stand as strings."""
    return read(
        path
        for place in PLACES
        for pattern in ("*.py", "static/**/*.js")
        for path in (ROOT / place).rglob(pattern)
        if "vendor" not in path.parts
    )


def selectors(sheet: str) -> Iterator[str]:
    """Each selector of a sheet, one of a list at a time, as often as it is styled outside media queries."""
    plain, depth, outside = COMMENT.sub("", sheet), 0, []
    for part in re.split(r"(@[^{;]+\{|[{}])", plain):
        if part.startswith("@"):
            depth += AT_RULE
        elif part == "{":
            depth += 1
        elif part == "}":
            depth -= AT_RULE if depth == AT_RULE else 1
        elif depth == 0:
            outside.append(part)
    for found in outside:
        yield from (" ".join(one.split()) for one in found.split(",") if one.strip())


def classes(sheet: str) -> set[str]:
    """The classes that a sheet styles, in media queries too."""
    return {
        name for rule in RULE.finditer(COMMENT.sub("", sheet)) for name in CLASS.findall(rule[1].rpartition(";")[2])
    }


def used_classes(pages: Iterable[Text], others: Iterable[Text]) -> tuple[set[str], set[str]]:
    """The words that templates and programs give as classes, and the beginnings of those that end with a value."""
    words: set[str] = set()
    beginnings: set[str] = set()
    for _path, text in pages:
        for attribute in re.findall(r'\bclass="((?:\{\{.*?\}\}|\{%.*?%\}|[^"{])*)"', text):
            words |= set(re.findall(r"[\w-]+", attribute))
            beginnings |= set(PREFIX.findall(attribute))
        words |= {word for quoted in QUOTED.finditer(text) for word in re.findall(r"[\w-]+", quoted[2])}
    for _path, text in others:
        words |= {word for quoted in QUOTED.finditer(text) for word in re.findall(r"[\w-]+", quoted[2])}
    return words, beginnings
