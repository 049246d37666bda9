"""On the path of a file: what became of the step that the last orientation advised."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.translation import gettext as _
from clais.web.formatting import exact_day
from tenants.advice.choices import ANSWERS, NOT_YET, NOUNS, WHY_NOT
from tenants.advice.presentation import in_words, kind_of
from tenants.advice.rules.asking import FIRST
from tenants.file.queries import newest
from tenants.orientation.workflow import WRITE
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was given."""

    words: str
    kind: str
    day: str
    by: str
    take_back_url: str


@dataclass(frozen=True, slots=True)
class Offered:
    """An answer that can be given with a click."""

    label: str
    url: str
    is_no: bool


def advice_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any] | None:
    """The question about the last orientation, with what was answered; None before the first."""
    happened = newest(session, person.id, actor)
    decision = next(iter(happened["decisions"]), None)
    if decision is None:
        return None
    may_write = actor.may(WRITE) and person.stage in OPEN_STAGES
    given = [answer for answer in happened["advice"] if answer.decision_id == decision.id]
    is_settled = bool(given) and given[0].answer != NOT_YET
    since = given[0].answered_on if given else decision.decided_on
    asked_on = since + FIRST
    return {
        "goal": decision.goal,
        "answers": [_given(answer, may_write and answer is given[0]) for answer in given],
        "offered": offered(person.id, decision.id) if may_write and not is_settled else [],
        "note": "" if is_settled or today() >= asked_on else _("asked from %(day)s on", day=exact_day(asked_on)),
    }


def _given(answer: Any, may_take_back: bool) -> Answered:
    address = {"person_id": answer.person_id, "advice_answer_id": answer.id}
    url = url_for("advice.take_back", **address) if may_take_back else ""
    return Answered(
        in_words(answer.answer), kind_of(answer.answer), exact_day(answer.answered_on), answer.answered_by, url
    )


def offered(person_id: UUID, decision_id: UUID) -> list[Offered]:
    """The answers, each a click."""
    return [
        Offered(
            _(label),
            url_for("advice.answer", person_id=person_id, orientation_decision_id=decision_id, answer=NOUNS[code]),
            code in WHY_NOT,
        )
        for code, label in ANSWERS.items()
    ]
