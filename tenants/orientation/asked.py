"""What a bilan asks, or was asked: the version that the platform adopted, else the first one of the house."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from clais.database import ScopedSession
from clais.exchange.publications.instruments import released_questionnaire
from clais.instruments.filling import Questionnaire
from clais.instruments.first import first_version
from clais.instruments.rules.definition import Definition, InstrumentKind, Item, said
from clais.instruments.rules.difference import Comparability, comparability_of
from clais.instruments.rules.dimensions import choices_by_level, feeding
from clais.instruments.rules.problems import problems_of_bilan
from clais.web.translations import locale_of_request
from tenants.questionnaires.asked import Asked, asked_here, asked_under


@dataclass(frozen=True, slots=True)
class Questions:
    """What a bilan asks; `asked` is the version of the basin, None for the first version of the house."""

    questionnaire: Questionnaire
    asked: Asked | None = None

    @property
    def definition(self) -> Definition:
        return self.questionnaire.definition

    @property
    def dimensions(self) -> Mapping[str, Item]:
        """Dimension → the question about it."""
        return _feeding(self.questionnaire)

    @property
    def others(self) -> list[Item]:
        """The questions that feed no dimension."""
        return [item for item in self.definition.items.values() if not item.dimension]

    def choices(self, dimension: str) -> list[tuple[int, str]]:
        """The levels of a dimension with their words."""
        item = self.dimensions[dimension]
        return [
            (level, said(choice.label, language())) for level, choice in choices_by_level(self.definition, item).items()
        ]

    def words(self, dimension: str, level: int) -> str:
        """A level of a dimension in words."""
        return dict(self.choices(dimension))[level]

    def by_item(self, levels: Mapping[str, int], others: Mapping[str, Any]) -> dict[str, Any]:
        """All answers by the ids of their questions, as the schema of the instrument loads them."""
        found = dict(others)
        for dimension, level in levels.items():
            item = self.dimensions[dimension]
            found[item.id] = choices_by_level(self.definition, item)[level].code
        return found


HOUSE = InstrumentKind.BILAN


def questions_here(session: ScopedSession) -> Questions:
    """What a new bilan asks on this platform. A version that no bilan can be drawn from is passed over."""
    adopted = asked_here(session, (HOUSE,))
    # Of several, the one of the code of the kind comes first.
    for asked in sorted(adopted, key=lambda one: one.code != HOUSE):
        found = _drawn_from(session, asked)
        if found is not None:
            return found
    return Questions(first_version(HOUSE))


def questions_sent(session: ScopedSession, content: str) -> Questions | None:
    """What a form asked that names its content; None when there is no such version of a bilan in the basin."""
    if not content:
        return Questions(first_version(HOUSE))
    try:
        asked = asked_under(session, UUID(content))
    except ValueError:
        return None
    return _drawn_from(session, asked) if asked and asked.kind == HOUSE else None


def questions_then(session: ScopedSession, content_id: UUID | None) -> Questionnaire:
    """What an earlier bilan asked; it is read once a process."""
    found = released_questionnaire(session, content_id) if content_id else None
    return found or first_version(HOUSE)


def compared(earlier: Questionnaire, later: Questionnaire) -> Mapping[str, Comparability]:
    """Dimension → how the answers to a later version compare with those to an earlier one; without the same ones."""
    return {} if earlier is later else _compared(earlier, later)


@lru_cache(maxsize=64)
def _compared(earlier: Questionnaire, later: Questionnaire) -> Mapping[str, Comparability]:
    found = {}
    for dimension, item in _feeding(later).items():
        before = _feeding(earlier).get(dimension)
        another = before is None or before.id != item.id
        found[dimension] = (
            Comparability.BROKEN if another else comparability_of(earlier.definition, later.definition, item)
        )
    return {dimension: one for dimension, one in found.items() if one is not Comparability.SAME}


@lru_cache(maxsize=32)
def _feeding(questionnaire: Questionnaire) -> Mapping[str, Item]:
    return feeding(questionnaire.definition)


def _drawn_from(session: ScopedSession, asked: Asked) -> Questions | None:
    questionnaire = released_questionnaire(session, asked.content_id)
    if questionnaire is None or next(problems_of_bilan(questionnaire.definition), None) is not None:
        return None
    return Questions(questionnaire, asked)


def language() -> str:
    """The language of the request, for texts of an instrument."""
    return locale_of_request().language
