"""Between a page and the actions: the answer to one question, or the whole form, as a page sends it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from flask import request
from werkzeug.datastructures import MultiDict

from clais.clock import today
from clais.database import ScopedSession
from clais.encryption import Keyring
from clais.forms.form import Form
from clais.instruments.filling import Filled, Questionnaire, tell
from clais.instruments.rules.definition import Definition, Item, ItemKind
from clais.services import services
from clais.text import western_digits
from clais.web.context import actor, database
from clais.web.errors import StaleEdit, StateConflict
from clais.workflow import Refused
from tenants.questionnaires import actions, queries
from tenants.questionnaires.answers import Answerable, Given, Overwritten
from tenants.questionnaires.conflicts import answered_meanwhile, state_moved
from tenants.questionnaires.schemas import AnswerSchema
from tenants.questionnaires.sources import SOURCES

TYPED_IN_DIGITS = (ItemKind.NUMBER, ItemKind.DATE)


@dataclass(frozen=True, slots=True)
class Keeping:
    """How the answers of a kind of filling are read, saved and finished, and what is said to who comes too late.

    `queries.given`, `actions.save`, `actions.finish` and the conflicts of its feature.
    """

    given: Callable[[ScopedSession, Keyring, UUID], Given]
    save: Callable[..., Given]
    finish: Callable[..., Filled]
    answered_meanwhile: Callable[[Form, Any, Mapping[str, Any]], StaleEdit]
    state_moved: Callable[[Form, Any], StateConflict]


OF_A_PERSON = Keeping(queries.given, actions.save, actions.finish, answered_meanwhile, state_moved)
BY_THE_PERSON = replace(OF_A_PERSON, save=partial(actions.save, by_person=True))
"""Of a person who answers alone, on the agent's tablet."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an answer that was sent.

    `code`: `saved`; `other_version` of a page that shows another one; `not_asked` without such a question;
    `unreadable_form` or `not_possible` with why, in `messages`;
    `answered_meanwhile` with the answer of someone else and its revision; `unreadable` where a sealed one stays;
    `closed`.
    """

    code: str
    item: Item | None = None
    messages: Sequence[str] = ()
    theirs: Any = None
    revision: int = 0
    given: Given | None = None


def save_one(
    filling: Answerable[Any],
    questionnaire: Questionnaire,
    sent: MultiDict[str, str],
    language: str,
    keeping: Keeping = OF_A_PERSON,
) -> Outcome:
    """Save the answer to the question that a form names, unless someone answered since it was read.

    Raises UnknownFields for a form with anything else in it.
    """
    refuse_other_fields(questionnaire, sent)
    about = Form.from_request(AnswerSchema, _only(sent, ("item", "seen", "asked")))
    item = questionnaire.definition.items.get(about.data["item"]) if about.validate() else None
    if item is None or about.data["asked"] not in {"", mark_of(filling)}:
        return Outcome("other_version" if item else "not_asked")
    form = Form.from_request(questionnaire.question(item, language, "fr", sources=SOURCES), answer_in(sent, item))
    if not form.validate():
        return Outcome("unreadable_form", item, [str(one) for one in form.errors.get(item.id, form.form_errors)])
    wrong = _wrong(keeping, filling, questionnaire, item, form, language)
    if wrong:
        return Outcome("not_possible", item, wrong)
    answer = form.schema.dump(form.data).get(item.id)
    seen = {item.id: about.data["seen"]}
    try:
        given = keeping.save(
            database(),
            actor(),
            filling,
            services().keyring,
            questionnaire,
            {item.id: answer},
            seen,
        )
    except Overwritten as other:
        return Outcome("answered_meanwhile", item, theirs=other.theirs, revision=other.revision)
    except Refused as refused:
        return Outcome("unreadable" if refused.code == "sealed" else "closed", item)
    return Outcome("saved", item, revision=given.revisions.get(item.id, 0), given=given)


def _wrong(
    keeping: Keeping, filling: Answerable[Any], questionnaire: Questionnaire, item: Item, form: Form, language: str
) -> Sequence[str]:
    """Why an answer is not possible beside the others, which are read only where a question asks for that."""
    if not questionnaire.is_bound(item):
        return ()
    others = keeping.given(database(), services().keyring, filling.id).answers
    return questionnaire.wrong(item, {**questionnaire.load(others), **form.data}, today(), language)


def save_all(
    filling: Answerable[Any], questionnaire: Questionnaire, form: Form, given: Given, keeping: Keeping = OF_A_PERSON
) -> Given:
    """Save all the answers of a valid form, beside what was there when it was read; what cannot be read stays.

    Raises Overwritten when somebody answered meanwhile, Refused when it is not open any more.
    """
    dumped: Mapping[str, Any] = questionnaire.dump(form.data)
    answers = {item: answer for item, answer in dumped.items() if item not in given.unreadable}
    seen = {**dict.fromkeys(answers, 0), **given.revisions}
    return keeping.save(database(), actor(), filling, services().keyring, questionnaire, answers, seen)


def save_whole(
    filling: Answerable[Any],
    questionnaire: Questionnaire,
    form: Form,
    given: Given,
    keeping: Keeping = OF_A_PERSON,
    *,
    finish: bool,
) -> bool:
    """Save the whole form and, when asked, finish. False when the form is to be shown again, with why.

    What was answered is kept also where it is not complete. Raises StaleEdit when somebody answered since it was read,
    StateConflict when it is not open any more.
    """
    if filling.state != "open":
        raise keeping.state_moved(form, filling)
    if form.version != str(filling.version):
        raise keeping.answered_meanwhile(form, filling, questionnaire.load(given.answers))
    if not form.validate():
        return False
    session, keyring = database(), services().keyring
    try:
        save_all(filling, questionnaire, form, given, keeping)
        filled = keeping.finish(session, actor(), filling, keyring, questionnaire) if finish else None
    except Overwritten as theirs:
        session.rollback()
        present = keeping.given(session, keyring, filling.id)
        raise keeping.answered_meanwhile(form, filling, questionnaire.load(present.answers)) from theirs
    except Refused as refused:
        raise keeping.state_moved(form, filling) from refused
    if filled is None or tell(form, filled):
        return True
    session.commit()
    return False


def asked_language(definition: Definition, otherwise: str = "fr") -> str:
    """The language in which a page shows the questions: the one in its address, if they have it; else French."""
    asked = request.args.get("langue", otherwise)
    return asked if asked in definition.languages else "fr"


def mark_of(filling: Answerable[Any]) -> str:
    """What tells what a filling asks: a page that shows something else saves nothing."""
    return f"{filling.content_id.hex}{filling.layer_id.hex if filling.layer_id else ''}"


def refuse_other_fields(questionnaire: Questionnaire, sent: MultiDict[str, str]) -> None:
    """Raise UnknownFields for a form that has more than answers, and which of them is meant."""
    Form.from_request(questionnaire.schema("fr"), sent, allow=("act", *AnswerSchema().fields))


def answer_in(sent: MultiDict[str, str], item: Item) -> MultiDict[str, str]:
    """The answer to a question in a form, whatever else it holds; figures of any script are read."""
    found = _only(sent, (item.id,))
    if item.kind in TYPED_IN_DIGITS:
        return MultiDict([(name, western_digits(value)) for name, value in found.items(multi=True)])
    return found


def standing(filling: Answerable[Any], questionnaire: Questionnaire, outcome: Outcome) -> dict[str, Any]:
    """What the script of a page is told of an answer that was saved: what is asked now, how much is answered."""
    given = outcome.given or Given()
    shown = shown_now(questionnaire, given)
    return {
        "revision": outcome.revision,
        "revisions": dict(given.revisions),
        "version": filling.version,
        "shown": shown,
        "answered": answered(given, shown),
    }


def shown_now(questionnaire: Questionnaire, given: Given) -> list[str]:
    """The questions that the answers so far show, in order."""
    return [item.id for item in questionnaire.shown(questionnaire.load(given.answers), today())]


def answered(given: Given, shown: Sequence[str]) -> int:
    """How many of these questions are answered."""
    return sum(item in given.answers or item in given.unreadable for item in shown)


def _only(sent: MultiDict[str, str], names: tuple[str, ...]) -> MultiDict[str, str]:
    return MultiDict([(name, value) for name in names for value in sent.getlist(name)])
