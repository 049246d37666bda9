"""What is drawn from the code is current, and nothing is stored of which nobody says what it is."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from config.documents.__main__ import DOCUMENTS, drawn, stale
from config.documents.meanings import columns_of, meaning_of, without_meaning
from config.documents.sensitivity import Sensitivity
from config.features import FEATURES, METADATA
from tenants.people.models import Person

MODELS = [model for feature in FEATURES for model in feature.tables]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return drawn()


def test_every_document_that_is_drawn_is_current(pages: dict[str, str]) -> None:
    """What a reviewer reads when a route, a right, a table or a state is added. `make docs` draws them anew."""
    assert stale(DOCUMENTS, pages) == []


def test_a_document_that_is_not_current_is_found(pages: dict[str, str], tmp_path: Path) -> None:
    for name, text in pages.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert stale(tmp_path, pages) == []
    (tmp_path / "reference" / "routes.md").write_text(pages["reference/routes.md"].replace("inbox.read", "public", 1))
    (tmp_path / "reference" / "states.md").unlink()
    assert stale(tmp_path, pages) == ["reference/states.md", "reference/routes.md"]


def test_each_page_tells_what_it_is_for(pages: dict[str, str]) -> None:
    assert "| GET | `/<tenant_slug>/personnes` | person.list |" in pages["reference/routes.md"]
    assert "registered --> in_intake: begin_intake" in pages["reference/states.md"]
    assert "- `POST /<tenant_slug>/accueil/nouveau`" in pages["reference/rights.md"]
    assert "| `national_number` | bytea | sealed |" in pages["reference/tables.md"]
    assert "tenants --> clais" in pages["architecture.md"]
    assert all(f"`{feature.package}`" in pages["architecture.md"] for feature in FEATURES)


def test_every_column_says_how_sensitive_it_is_and_what_it_means() -> None:
    assert Sensitivity.read().faults(METADATA.tables.values()) == []
    assert without_meaning(MODELS) == []


def test_every_decision_is_listed() -> None:
    listed = (DOCUMENTS / "decisions" / "README.md").read_text()
    decisions = sorted((DOCUMENTS / "decisions").glob("[0-9]*.md"))
    assert len(decisions) >= 13
    assert [path.name for path in decisions if f"]({path.name})" not in listed] == []
    assert [path.name for path in decisions if len(path.read_text().splitlines()) > 50] == []


def planted(*columns: Column[object]) -> Table:
    return Table("planted", MetaData(), Column("id", Integer, primary_key=True), *columns)


@pytest.mark.parametrize(
    ("table", "level", "fault"),
    [
        (planted(Column("nickname", String)), None, "planted.nickname: its sensitivity is None"),
        (planted(Column("nickname", String)), "hidden", "planted.nickname: its sensitivity is hidden"),
        (planted(Column("scan", LargeBinary)), "personal", "planted.scan: bytes are sealed or a secret, not personal"),
        (planted(Column("sealed", LargeBinary)), "secret", "planted.sealed: sealed, not secret"),
    ],
)
def test_a_column_of_which_that_is_not_said_is_found(table: Table, level: str | None, fault: str) -> None:
    rules = replace(Sensitivity.read(), columns={}, tables={"planted": level} if level else {})
    assert rules.faults([table]) == [fault]


def test_a_rule_for_what_is_gone_is_found() -> None:
    rules = replace(Sensitivity.read(), columns={"person.shoe_size": "personal"}, tables={"shoe": "personal"})
    faults = rules.faults([Table("person", MetaData(), Column("id", Integer, primary_key=True))])
    assert faults == ["shoe: there is no such thing", "person.shoe_size: there is no such thing"]


def test_a_column_without_meaning_is_found() -> None:
    class PlantedBase(DeclarativeBase): ...

    class Planted(PlantedBase):
        __tablename__ = "planted"
        id: Mapped[int] = mapped_column(primary_key=True)
        shoe_size: Mapped[int]

    assert [fault.partition(":")[0] for fault in without_meaning([Planted])] == ["planted.shoe_size"]  # type: ignore[list-item]


def test_what_a_model_says_below_a_column_is_its_meaning() -> None:
    languages = next(column for column in columns_of(Person) if column.key == "languages")
    assert meaning_of(Person, languages).startswith("Rows of {language, spoken, written, understood}")
