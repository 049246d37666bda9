"""The facts of a reception as text, in the words of the version that it was asked on."""

from collections.abc import Iterator, Mapping
from typing import Any

from clais.instruments.filling import Questionnaire
from clais.instruments.rules.receptions import COLUMNS
from clais.translation import gettext as _
from clais.web.translations import language_of_request
from tenants.intake.asked import house, label_of
from tenants.questionnaires.presentation import answer_text

AT_THE_HEAD = ("request", "urgent_needs", "urgent_note")
"""What the file shows above the other facts of a reception."""


def as_text(asked: Questionnaire, name: str, value: Any) -> str:
    """The value of a column as text: the labels of its codes, or the typed text."""
    # A column that a version does not ask is in the words of the house.
    said_by = asked if name in asked.definition.items else house()
    return answer_text(said_by, said_by.definition.items[name], value, language_of_request())


def urgent_text(asked: Questionnaire, intake: Any) -> str:
    """What cannot wait at a reception: the needs, and what was said of them."""
    return ". ".join(filter(None, (as_text(asked, "urgent_needs", intake.urgent_needs), intake.urgent_note)))


def came_text(asked: Questionnaire, intake: Any, *, may_read: bool) -> str:
    """How someone came, for a list; what they ask only for who may read it."""
    came = as_text(asked, "channel", intake.channel)
    parts = [f"{came} ({intake.sent_by})" if intake.sent_by else came]
    if may_read:
        parts.append(as_text(asked, "request_kinds", intake.request_kinds))
    return " · ".join(filter(None, (*parts, _("urgent need") if intake.urgent_needs else "")))


def lines_of(asked: Questionnaire, intake: Any, beside: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The questions with their answers in words, in the order in which they are asked, but for those at the head.

    `beside` are the answers that are kept in no column; one of None is sealed.
    """
    for item in asked.definition.items.values():
        if item.id in COLUMNS:
            if item.id in AT_THE_HEAD or (item.id == "sent_by" and "channel" in asked.definition.items):
                continue
            answer = as_text(asked, item.id, getattr(intake, item.id))
            who = intake.sent_by if item.id == "channel" else None
            yield label_of(asked, item.id), f"{answer} · {who}" if who else answer
        elif item.id in beside:
            told = answer_text(asked, item, beside[item.id], language_of_request())
            yield label_of(asked, item.id), told or _("sensitive: open the reception to read it")
