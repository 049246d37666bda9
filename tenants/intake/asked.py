"""What a reception asks, or was asked: the version that the platform adopted, else the first one of the house."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from clais.database import ScopedSession
from clais.instruments.filling import Questionnaire
from clais.instruments.first import first_version
from clais.instruments.rules.definition import Definition, InstrumentKind, Item, said
from clais.instruments.rules.problems import problems_of_intake
from clais.instruments.rules.receptions import asked_beside
from clais.web.translations import language_of_request
from tenants.instruments.queries import asked_questionnaire
from tenants.intake.models import Intake
from tenants.questionnaires.asked import AskedNow
from tenants.questionnaires.elsewhere import adopted_now, asked_before, mark_of
from tenants.questionnaires.models import InstrumentFilling

KIND = InstrumentKind.INTAKE


@dataclass(frozen=True, slots=True)
class Questions:
    """What a reception asks; `now` is the version of the basin, None for the first version of the house."""

    questionnaire: Questionnaire
    now: AskedNow | None = None

    @property
    def definition(self) -> Definition:
        return self.questionnaire.definition

    @property
    def beside(self) -> list[Item]:
        """The questions whose answers are kept in no column."""
        return self.questionnaire.once(_beside)

    @property
    def mark(self) -> str:
        """What the form names what it asks with."""
        return mark_of(self.now.version.content_id, self.now.layer_id) if self.now else ""


class Then(NamedTuple):
    """What a filling says was asked: the released content, and what the platform had of its own beside it."""

    content_id: UUID | None = None
    layer_id: UUID | None = None


def house() -> Questionnaire:
    """What every reception asked before there were versions."""
    return first_version(KIND)


def questions_here(session: ScopedSession) -> Questions:
    """What a new reception asks on this platform."""
    found = adopted_now(session, KIND, _fits)
    return Questions(found.questionnaire, found) if found else Questions(house())


def questions_sent(session: ScopedSession, mark: str) -> Questions | None:
    """What a form asked that has this mark; None when there is no such version in the basin."""
    if not mark:
        return Questions(house())
    found = asked_before(session, KIND, mark, _fits)
    return Questions(found.questionnaire, found) if found else None


def questions_then(session: ScopedSession, then: Then) -> Questionnaire:
    """What an earlier reception asked; it is read once a process."""
    found = asked_questionnaire(session, then.content_id, then.layer_id) if then.content_id else None
    return found or house()


def questions_of(session: ScopedSession, intake: Intake) -> Questionnaire:
    """What a reception asked."""
    filling = filling_of(session, intake)
    return questions_then(session, Then(filling.content_id, filling.layer_id) if filling else Then())


def filling_of(session: ScopedSession, intake: Intake) -> InstrumentFilling | None:
    """What a reception was asked on, and the answers beside its columns; None for the first version of the house."""
    return session.get(InstrumentFilling, (intake.tenant_id, intake.filling_id)) if intake.filling_id else None


def label_of(questionnaire: Questionnaire, name: str) -> str:
    """A question in words; of a column that a version does not ask, in those of the house."""
    item = questionnaire.definition.items.get(name) or house().definition.items[name]
    return said(item.label, language_of_request())


def _fits(definition: Definition) -> bool:
    return next(problems_of_intake(definition), None) is None


def _beside(questionnaire: Questionnaire) -> list[Item]:
    return asked_beside(questionnaire.definition)
