"""A feature folder holds what STYLE.md lists, and its manifest names all of it."""

import importlib
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from clais.database import Base
from clais.feature import Feature
from clais.feature.pages import Pages
from clais.workflow import Workflow
from config.features import FEATURES, METADATA
from tests.architecture.sources import ROOT

STYLE = (ROOT / "STYLE.md").read_text()
TABLE = re.compile(r"^\| (`[^|]*) \| ([^|]*) \|$", re.MULTILINE)
PACKAGES = {"rules", "actions", "views"}
"""The names that may be a folder of nouns."""


def names_in(text: str) -> set[str]:
    """The names between backquotes, without what follows a stroke."""
    return {name.partition("/")[0] for name in re.findall(r"`([^`]*)`", text)}


def listed_names() -> tuple[set[str], dict[str, set[str]]]:
    """The names that every folder may have, and those of one folder."""
    common: set[str] = set()
    own: dict[str, set[str]] = {}
    for first, second in TABLE.findall(STYLE):
        folder = first.strip("`")
        if (ROOT / folder).is_dir() or (ROOT / "platform" / folder).is_dir():
            own[folder] = names_in(second)
        else:
            common |= names_in(first)
    return common, own


def folder_of(feature: Feature) -> str:
    """The folder as STYLE.md writes it."""
    return feature.package.replace(".", "/")


def modules_of(folder: Path) -> set[str]:
    """The modules of a folder, with one level of sub-folders."""
    paths = [path.relative_to(folder) for path in folder.rglob("*.py") if path.name != "__init__.py"]
    return {path.with_suffix("").as_posix() for path in paths if len(path.parts) <= 2}


def unlisted_modules(feature: Feature, modules: Iterable[str]) -> list[str]:
    """The modules of a feature whose names STYLE.md does not list."""
    common, own = listed_names()
    mine = own.get(folder_of(feature), set())
    found = []
    for module in modules:
        head, _stroke, noun = module.partition("/")
        if noun and head in PACKAGES:
            continue
        if head not in common | mine or (noun and noun not in mine):
            found.append(f"{folder_of(feature)}/{module}")
    return sorted(found)


def doubled(style: str) -> list[str]:
    """The folders that stand in two rows of STYLE.md, of which only the last would count, and the names said twice."""
    rows = [(first, re.findall(r"`([^`/]*)`:", second)) for first, second in TABLE.findall(style)]
    folders = Counter(first.strip("`") for first, _names in rows)
    names = Counter((first.strip("`"), name) for first, said in rows for name in said)
    found = [folder for folder, times in folders.items() if times > 1]
    return sorted(found + [f"{folder}: {name}" for (folder, name), times in names.items() if times > 1])


def test_style_says_each_folder_and_each_of_its_names_once() -> None:
    assert doubled(STYLE) == []


def test_a_folder_that_stands_in_two_rows_is_found() -> None:
    rows = "| `tenants/tags` | `colour`: of a tag |\n| `tenants/tags` | `order`: of tags; `order`: again |"
    assert doubled(rows) == ["tenants/tags", "tenants/tags: order"]


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_a_folder_holds_only_names_that_style_lists(feature: Feature) -> None:
    below = {other.folder for other in FEATURES if other is not feature and feature.folder in other.folder.parents}
    modules = {
        name for name in modules_of(feature.folder) if not any((feature.folder / name).is_relative_to(f) for f in below)
    }
    assert unlisted_modules(feature, modules) == []


def test_a_name_that_style_does_not_list_is_found() -> None:
    people = next(feature for feature in FEATURES if feature.name == "people")
    planted = ["helpers", "matching/luck", "views/anything"]
    assert unlisted_modules(people, planted) == ["tenants/people/helpers", "tenants/people/matching/luck"]


def test_style_lists_no_name_that_no_folder_has() -> None:
    common, own = listed_names()
    by_folder = {folder_of(feature): modules_of(feature.folder) for feature in FEATURES}
    used = {module.partition("/")[0] for modules in by_folder.values() for module in modules}
    assert common - used - {"templates", "static", "translations"} == set()
    for folder, names in own.items():
        place = ROOT / folder if (ROOT / folder).is_dir() else ROOT / "platform" / folder
        present = {part for module in modules_of(place) for part in module.split("/")}
        assert names - present == set(), folder


def test_every_folder_with_a_manifest_is_in_the_list_of_features() -> None:
    places = [ROOT / "platform/clais", ROOT / "tenants", ROOT / "support_center"]
    folders = {path.parent for place in places for path in place.rglob("feature.py")}
    assert folders == {feature.folder for feature in FEATURES}


def in_modules(feature: Feature, kind: type) -> list[object]:
    """What the modules of a feature define of a kind."""
    found = []
    for module in sorted(modules_of(feature.folder)):
        name = f"{feature.package}.{module.replace('/', '.')}"
        found += [each for each in vars(importlib.import_module(name)).values() if isinstance(each, kind)]
    return found


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_a_manifest_names_every_route_and_workflow_of_its_folder(feature: Feature) -> None:
    assert {id(pages) for pages in in_modules(feature, Pages)} <= {id(pages) for pages in feature.pages}
    every = {id(workflow) for each in FEATURES for workflow in each.workflows}
    assert {id(workflow) for workflow in in_modules(feature, Workflow)} <= every


def missing_tables(features: Iterable[Feature], tables: Iterable[str]) -> set[str]:
    """The tables that no manifest names."""
    return set(tables) - {table.__tablename__ for feature in features for table in feature.tables}


def test_every_table_is_named_by_one_manifest() -> None:
    named = [table for feature in FEATURES for table in feature.tables]
    assert len(named) == len(set(named))
    assert missing_tables(FEATURES, METADATA.tables) == set()
    assert missing_tables([feature for feature in FEATURES if feature.name != "people"], METADATA.tables) >= {"person"}
    assert all(issubclass(table, Base) for table in named)
