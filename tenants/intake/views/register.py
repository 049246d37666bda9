from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, abort, flash, request
from werkzeug.wrappers import Response as AnyResponse

from clais.audit.listings import record_typing
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.limits import LimitReached
from clais.place_names import of_place
from clais.services import services
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post, render
from tenants.intake import actions
from tenants.intake.asked import Questions, questions_here, questions_sent
from tenants.intake.forms import beside_in, facts_in, parts_of
from tenants.intake.refusals import lacking_here
from tenants.intake.schemas import register_schema
from tenants.people.actions import Unacceptable
from tenants.people.choices import REGISTRATION_TEXT
from tenants.people.matching import check
from tenants.people.matching.duplicates import Match
from tenants.people.matching.presentation import duplicate_rows, number_context, number_warnings
from tenants.people.models import Person
from tenants.people.queries import national_number_authorisation
from tenants.people.refusals import look_first, refusal
from tenants.people.schemas import facts_of
from tenants.people.urls import home_of

pages = Pages()


@pages.form("/accueil/nouveau", "person.create")
def register() -> AnyResponse:
    """Register a newcomer: identity, request, agreement. Possible duplicates must be confirmed first."""
    if request.method == "GET":
        questions = questions_here(database())
        if refused_here := lacking_here(questions):
            return refused_here
        return _register_page(Form(register_schema(questions), {"intake": {"content": questions.mark}}), questions)
    questions = questions_sent(database(), request.form.get("intake-content", "")) or abort(404)
    form = Form.from_request(register_schema(questions), request.form)
    if not form.validate():
        return _correct(form, questions)
    facts, confirmed_different = facts_of(form.data), check.confirmed_different(form.data)
    reception, keyring = facts.pop("intake"), services().keyring
    beside = beside_in(reception, questions, keyring)
    try:
        person = actions.register(
            database(),
            actor(),
            facts,
            facts_in(reception),
            keyring,
            confirmed_different=confirmed_different,
            beside=beside,
        )
    except check.PossibleDuplicates as found:
        return _look_first(form, questions, found.matches)
    except Unacceptable as refused:
        form.add_error(refused.field, refusal(refused))
        return _register_page(form, questions, status=422)
    flash(
        _(
            "%(name)s is registered under %(reference)s.",
            name=person.full_name,
            reference=person.reference,
        ),
        "done",
    )
    for warning in number_warnings(facts):
        flash(warning, "wait")
    return redirect_after_post(home_of(person))


def _correct(form: Form, questions: Questions) -> Response:
    """The form with its errors, and with the possible duplicates to confirm."""
    answers = form.valid_answers()
    try:
        matches = _possible_duplicates(answers)
    except LimitReached:
        # Whoever searched enough for an hour corrects what is missing, and is told of nobody.
        matches = []
    if check.needs_confirmation(matches, check.confirmed_different(answers)):
        return _look_first(form, questions, matches)
    return _register_page(form, questions, matches, status=422)


def _look_first(form: Form, questions: Questions, matches: Sequence[Match[Person]]) -> Response:
    form.add_error("not_duplicate", look_first())
    return _register_page(form, questions, matches, status=422)


def _possible_duplicates(data: Mapping[str, Any]) -> list[Match[Person]]:
    return check.possible_duplicates(database(), data, services().keyring)


def _register_page(
    form: Form, questions: Questions, matches: Sequence[Match[Person]] = (), status: int = 200
) -> Response:
    return render(
        "intake/register.html",
        status=status,
        form=form,
        reception=form["intake"].nested,
        parts=parts_of(form["intake"].nested, questions),
        asked=questions.now.version if questions.now else None,
        more_is_needed=any(item.required for item in questions.definition.items.values()),
        consent_text=_(REGISTRATION_TEXT, of_place=of_place(actor().tenant_name)),
        may_keep_numbers=national_number_authorisation(database()),
        **number_context(form.valid_answers() if form.typed else {}),
        **_duplicates_context(form, matches),
    )


@pages.post("/accueil/doublons", "person.create")
def duplicates() -> Response:
    """The possible duplicates while the agent types. The typed text is sent in the body."""
    # Nothing of the request is sent: who it is, and how they are reached.
    form = Form.from_request(register_schema(), request.form)
    record_typing(database())
    return render(
        "people/_duplicates.html",
        **_duplicates_context(form, _possible_duplicates(form.valid_answers()), typing=True),
    )


def _duplicates_context(form: Form, matches: Sequence[Match[Person]], *, typing: bool = False) -> dict[str, Any]:
    data = form.valid_answers() if form.typed else {}
    return {
        "duplicates": duplicate_rows(matches),
        "answered": bool(matches) and not check.needs_confirmation(matches, check.confirmed_different(data)),
        "duplicate_error": "" if typing else " ".join(form["not_duplicate"].errors),
        "home_of": home_of,
    }
