"""What a bilan asks, or was asked: the version that the platform adopted, else the first one of the house."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from clais.database import ScopedSession
from clais.instruments.filling import Questionnaire
from clais.instruments.first import first_version
from clais.instruments.rules.definition import Definition, InstrumentKind, Item, said
from clais.instruments.rules.difference import Comparability, comparability_of
from clais.instruments.rules.dimensions import choices_by_level, feeding
from clais.instruments.rules.problems import problems_of_bilan
from clais.web.translations import language_of_request
from tenants.instruments.queries import asked_questionnaire
from tenants.questionnaires.asked import Asked, AskedNow
from tenants.questionnaires.elsewhere import adopted_now, asked_before, mark_of


@dataclass(frozen=True, slots=True)
class Questions:
    """What a bilan asks: a version of the basin (`asked`), None for the first one of the house; with what the platform
    has of its own beside it.
    """

    questionnaire: Questionnaire
    asked: Asked | None = None
    layer_id: UUID | None = None

    @property
    def mark(self) -> str:
        """What tells what is asked, in forms that are sent and in rows."""
        return mark_of(self.asked.content_id, self.layer_id) if self.asked else ""

    @property
    def definition(self) -> Definition:
        return self.questionnaire.definition

    @property
    def dimensions(self) -> Mapping[str, Item]:
        """Dimension → the question about it."""
        return self.questionnaire.once(_feeding)

    @property
    def others(self) -> list[Item]:
        """The questions that feed no dimension."""
        return [item for item in self.definition.items.values() if not item.dimension]

    def choices(self, dimension: str) -> list[tuple[int, str]]:
        """The levels of a dimension with their words."""
        item = self.dimensions[dimension]
        return [
            (level, said(choice.label, language_of_request()))
            for level, choice in choices_by_level(self.definition, item).items()
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
NO_CONTENT = UUID(int=0)
"""The key of what is asked in a bilan under way that asks the first version of the house."""


def questions_here(session: ScopedSession) -> Questions:
    """What a new bilan asks on this platform. A version that no bilan can be drawn from is passed over."""
    found = adopted_now(session, HOUSE, _can_be_drawn)
    return _questions(found) if found else Questions(first_version(HOUSE))


def questions_sent(session: ScopedSession, mark: str) -> Questions | None:
    """What a form asked, or what is under way, by its mark; None when the basin has no such version of a bilan."""
    if not mark:
        return Questions(first_version(HOUSE))
    found = asked_before(session, HOUSE, mark, _can_be_drawn)
    return _questions(found) if found else None


def _questions(found: AskedNow) -> Questions:
    return Questions(found.questionnaire, found.version, found.layer_id)


def questions_then(session: ScopedSession, content_id: UUID | None, layer_id: UUID | None = None) -> Questionnaire:
    """What an earlier bilan asked; it is read once a process."""
    found = asked_questionnaire(session, content_id, layer_id) if content_id and content_id != NO_CONTENT else None
    return found or first_version(HOUSE)


def compared(earlier: Questionnaire, later: Questionnaire) -> Mapping[str, Comparability]:
    """Dimension → how the answers to a later version compare with those to an earlier one; without the same ones."""
    if earlier is later:
        return {}
    known = later.once(_with_earlier)
    if earlier not in known:
        known[earlier] = _compared(earlier, later)
    return known[earlier]


def _with_earlier(_later: Questionnaire) -> WeakKeyDictionary[Questionnaire, Mapping[str, Comparability]]:
    """Where it is kept how a version compares with each earlier one, until that one goes."""
    return WeakKeyDictionary()


def _compared(earlier: Questionnaire, later: Questionnaire) -> Mapping[str, Comparability]:
    found = {}
    for dimension, item in later.once(_feeding).items():
        before = earlier.once(_feeding).get(dimension)
        another = before is None or before.id != item.id
        found[dimension] = (
            Comparability.BROKEN if another else comparability_of(earlier.definition, later.definition, item)
        )
    return {dimension: one for dimension, one in found.items() if one is not Comparability.SAME}


def _feeding(questionnaire: Questionnaire) -> Mapping[str, Item]:
    return feeding(questionnaire.definition)


def _can_be_drawn(definition: Definition) -> bool:
    return next(problems_of_bilan(definition), None) is None
