"""Words: French is complete, distances in days are said, and the check of translations can fail."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import gettext, pgettext

from clais.clock import today
from clais.place_names import of_place, the_place, to_place
from clais.web.formatting import (
    beside_row_day,
    day_as,
    exact_day,
    near_day,
    person_initials,
    relative_day,
    short_day,
)
from clais.web.translation_check import misplaced_translations, missing_translations
from clais.web.translations import language_of_request

REFERENCE = dt.date(2026, 11, 23)
HEADER = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "aujourd'hui"),
        (1, "demain"),
        (-1, "hier"),
        (3, "dans 3 jours"),
        (-34, "il y a 34 jours"),
        (-213, "il y a 7 mois"),
        (-900, "il y a 2 ans"),
        (61, "dans 2 mois"),
    ],
)
def test_a_day_is_said_the_way_people_say_it(app: Flask, days: int, said: str) -> None:
    with app.test_request_context("/"):
        assert relative_day(REFERENCE + dt.timedelta(days=days), REFERENCE) == said


def test_a_moment_late_in_the_evening_belongs_to_the_belgian_day(app: Flask) -> None:
    with app.test_request_context("/"):
        assert relative_day(dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC), REFERENCE) == "aujourd'hui"


def test_dates_are_belgian(app: Flask) -> None:
    with app.test_request_context("/"):
        assert exact_day(REFERENCE, weekday=True) == "lundi 23 novembre 2026"
        assert language_of_request() == "fr"
    assert [person_initials(name) for name in ("Nadia Lambert", "Jean-Marc P.", "Ali", "")] == ["NL", "JP", "A", "?"]


def test_the_1st_of_a_month_is_said_as_people_say_it(app: Flask) -> None:
    first = dt.date(2024, 5, 1)
    with app.test_request_context("/"):
        assert exact_day(first) == "1er mai 2024"
        assert exact_day(first, weekday=True) == "mercredi 1er mai 2024"
        assert short_day(first) == "1er mai 2024"
        assert near_day(first, weekday=True) == "mercredi 1er mai 2024"
        assert near_day(today().replace(month=5, day=1)) == "1er mai"
        assert day_as(first, "EEEE d MMMM") == "mercredi 1er mai"


def test_a_person_may_prefer_english(app: Flask) -> None:
    assert '<html lang="en">' in app.test_client().get("/note", headers={"X-Test-Locale": "en"}).text
    with app.test_request_context("/"):
        assert gettext("Save") == "Enregistrer"


def test_the_shell_is_complete_in_french() -> None:
    faults = [fault for fault in missing_translations() if "clais/web" in fault]
    assert faults == []


@pytest.mark.parametrize(
    ("catalogue", "fault"),
    [
        ("", "has no fr translation"),
        ('msgid "Hello %(name)s"\nmsgstr ""\n', "is empty"),
        ('#, fuzzy\nmsgid "Hello %(name)s"\nmsgstr "Bonjour %(name)s"\n', "is fuzzy"),
        ('msgid "Hello %(name)s"\nmsgstr "Bonjour %(nom)s"\n', "placeholders"),
        ('msgid "Hello %(name)s"\nmsgstr "Bonjour %(name)s !"\n', "has a space that breaks"),
        ('msgid "Hello %(name)s"\nmsgstr "Bonjour %(name)s"\n\nmsgid "Gone"\nmsgstr "Parti"\n', "no source uses it"),
        ('msgid "Hello %(name)s"\nmsgstr "Bonjour %(name)s"\n\n#~ msgid "Old"\n#~ msgstr "Vieux"\n', "obsolete"),
    ],
)
def test_a_fault_in_a_catalogue_is_found(tmp_path: Path, catalogue: str, fault: str) -> None:
    (tmp_path / "translations").mkdir()
    (tmp_path / "code.py").write_text('_("Hello %(name)s", name=1)\n')
    (tmp_path / "translations" / "fr.po").write_text(HEADER + catalogue)
    assert any(fault in found for found in missing_translations("fr", tmp_path))


def test_each_package_translates_its_own_texts() -> None:
    assert misplaced_translations() == []


def test_a_text_that_another_package_translates_is_found(tmp_path: Path) -> None:
    for package, text in (("low", "Hello"), ("high", "Goodbye")):
        (tmp_path / package / "translations").mkdir(parents=True)
        (tmp_path / package / "code.py").write_text(f'_("{text}")\n')
    french = 'msgid "Hello"\nmsgstr "Bonjour"\n\nmsgid "Goodbye"\nmsgstr "Au revoir"\n'
    (tmp_path / "low" / "translations" / "fr.po").write_text(HEADER)
    (tmp_path / "high" / "translations" / "fr.po").write_text(HEADER + french)
    assert misplaced_translations("fr", tmp_path) == ["high: 'Hello' is a text of another package"]


def test_one_english_word_may_be_two_french_ones(app: Flask) -> None:
    with app.test_request_context("/"):
        assert (gettext("Opened on"), pgettext("basin", "Opened on")) == ("Ouverte le", "Ouvert le")


@pytest.mark.parametrize(
    ("name", "of", "to", "the"),
    [
        ("Anderlues", "d'Anderlues", "à Anderlues", "Anderlues"),
        ("Aiseau-Presles", "d'Aiseau-Presles", "à Aiseau-Presles", "Aiseau-Presles"),
        ("Thuin", "de Thuin", "à Thuin", "Thuin"),
        ("Centre d'appui", "du centre d'appui", "au centre d'appui", "le centre d'appui"),
        ("CPAS de Farciennes", "du CPAS de Farciennes", "au CPAS de Farciennes", "le CPAS de Farciennes"),
        ("Mission régionale", "de la mission régionale", "à la mission régionale", "la mission régionale"),
        ("ALE d'Ath", "de l'ALE d'Ath", "à l'ALE d'Ath", "l'ALE d'Ath"),
    ],
)
def test_a_place_of_work_has_the_article_and_the_elision_of_its_name(
    app: Flask, name: str, of: str, to: str, the: str
) -> None:
    with app.test_request_context("/"):
        assert [of_place(name), to_place(name), the_place(name)] == [of, to, the]


def test_a_day_that_is_told_is_not_told_again_beside_itself(app: Flask) -> None:
    with app.test_request_context("/"):
        for days in (-1, 0, 1):
            assert beside_row_day(today() + dt.timedelta(days=days)) == ""
        assert beside_row_day(today() + dt.timedelta(days=15)) == "dans 15 jours"
