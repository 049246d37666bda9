"""One condition at a time: chosen by its fact, written, moved, taken out."""

from uuid import UUID

from flask import Response, abort, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.database import new_id
from clais.exchange.eligibility.choices import QUESTIONS
from clais.exchange.eligibility.presentation import in_words
from clais.exchange.eligibility.rules.facts import FACTS, Fact
from clais.exchange.eligibility.rules.judging import Rule
from clais.exchange.eligibility.schemas import first_values, form_values, rule_from, schema_of
from clais.exchange.publications.models import Scheme
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from support_center.eligibility import actions
from support_center.eligibility.conflicts import draft_conflict, version_read
from support_center.eligibility.lookups import fact_or_404, rule_or_404, scheme_and_conditions
from support_center.eligibility.queries import Conditions
from support_center.eligibility.refusals import refusal

pages = Pages()
WRITE = "catalogue.write"


@pages.page("/dispositifs/<uuid:scheme_id>/conditions/nouvelle", WRITE)
def facts(scheme_id: UUID) -> Response:
    """Choose what a new condition asks about."""
    scheme, conditions = scheme_and_conditions(scheme_id)
    used = {rule.field for rule in conditions.rules}
    return render("eligibility_desk/facts.html", scheme=scheme, facts=FACTS.values(), questions=QUESTIONS, used=used)


@pages.form("/dispositifs/<uuid:scheme_id>/conditions/nouvelle/<code>", WRITE)
def add(scheme_id: UUID, code: str) -> AnyResponse:
    """Write a new condition."""
    scheme, conditions = scheme_and_conditions(scheme_id)
    fact = fact_or_404(code)
    return _form(scheme, conditions, fact, None)


@pages.form("/dispositifs/<uuid:scheme_id>/conditions/regle/<code>", WRITE)
def edit(scheme_id: UUID, code: str) -> AnyResponse:
    """Change a condition."""
    scheme, conditions = scheme_and_conditions(scheme_id)
    rule = rule_or_404(conditions, code)
    if rule.field not in FACTS:
        abort(404)
    return _form(scheme, conditions, rule.fact, rule)


def _form(scheme: Scheme, conditions: Conditions, fact: Fact, rule: Rule | None) -> AnyResponse:
    schema = schema_of(fact)
    form = Form(schema, form_values(rule) if rule else first_values(fact))
    if request.method == "POST":
        form = Form.from_request(schema, request.form)
        if form.version != conditions.read:
            raise draft_conflict(form, scheme.id)
        if form.validate():
            written = rule_from(fact, rule.id if rule else new_id().hex, form.data)
            try:
                actions.save_rule(database(), actor(), scheme, written, form.version or "")
            except actions.StaleDraft:
                raise draft_conflict(form, scheme.id) from None
            except Refused as refused:
                form.add_error(None, refusal(refused))
            else:
                flash(_("Noted in preparation: nothing changes for the platforms before you publish it."), "done")
                return redirect_after_post(url_for("eligibility_desk.index", scheme_id=scheme.id))
    return render(
        "eligibility_desk/rule.html",
        status=422 if form.errors else 200,
        scheme=scheme,
        fact=fact,
        rule=rule,
        words=in_words(rule) if rule else "",
        form=form,
        version=form.version or conditions.read,
        cancel_url=url_for("eligibility_desk.index", scheme_id=scheme.id),
    )


@pages.button("/dispositifs/<uuid:scheme_id>/conditions/regle/<code>/retrait", WRITE)
def remove(scheme_id: UUID, code: str) -> AnyResponse:
    """Take a condition out of what is in preparation."""
    scheme, conditions = scheme_and_conditions(scheme_id)
    read = version_read(scheme, conditions)
    rule = rule_or_404(conditions, code)
    try:
        actions.remove_rule(database(), actor(), scheme, rule.id, read)
    except actions.StaleDraft:
        raise draft_conflict(None, scheme.id) from None
    flash(_("Taken out of what is in preparation: %(rule)s", rule=rule.sentence), "done")
    return redirect_after_post(url_for("eligibility_desk.index", scheme_id=scheme.id))


@pages.button("/dispositifs/<uuid:scheme_id>/conditions/regle/<code>/avant", WRITE)
def move(scheme_id: UUID, code: str) -> AnyResponse:
    """Put a condition before the one above it."""
    scheme, conditions = scheme_and_conditions(scheme_id)
    read = version_read(scheme, conditions)
    rule = rule_or_404(conditions, code)
    try:
        actions.move_rule(database(), actor(), scheme, rule.id, read)
    except actions.StaleDraft:
        raise draft_conflict(None, scheme.id) from None
    return redirect_after_post(url_for("eligibility_desk.index", scheme_id=scheme.id))
