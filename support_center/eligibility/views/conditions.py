"""The conditions of a scheme: in force, in preparation, tried on made-up people, published."""

from uuid import UUID

from flask import Response, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.exchange.eligibility.presentation import in_words
from clais.exchange.eligibility.queries import rules_of_version, versions_of
from clais.exchange.eligibility.rules.judging import Rule
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.registry.queries import platforms_of
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from support_center.eligibility import actions
from support_center.eligibility.conflicts import draft_conflict, version_read
from support_center.eligibility.lookups import scheme_and_conditions, version_or_404
from support_center.eligibility.presentation import differences, hidden_sum, refused_pairs, told_number, tried, validity
from support_center.eligibility.queries import Conditions, announced_counts, counts_of_trial, last_trial
from support_center.eligibility.refusals import refusal
from support_center.eligibility.schemas import PublishSchema

pages = Pages()
READ, WRITE = "scheme.read", "catalogue.write"


@pages.page("/dispositifs/<uuid:scheme_id>/conditions", READ)
def index(scheme_id: UUID) -> Response:
    """What a scheme asks for, what it says of made-up people, and what is in preparation."""
    scheme, conditions = scheme_and_conditions(scheme_id)
    return render(
        "eligibility_desk/index.html",
        scheme=scheme,
        conditions=conditions,
        rules=[(rule, in_words(rule), validity(rule)) for rule in conditions.rules],
        changes=differences(conditions.in_force, conditions.rules) if conditions.draft else [],
        excluded=refused_pairs(conditions.rules),
        people=tried(conditions.rules) if conditions.rules else [],
        trial=_trial(conditions, scheme_id),
        versions=versions_of(database(), scheme_id),
        told_number=told_number,
        announced=announced_counts(database(), scheme_id),
        hidden_sum=hidden_sum,
        may_write=actor().may(WRITE),
    )


def _trial(conditions: Conditions, scheme_id: UUID) -> dict[str, object] | None:
    """What the platforms counted of the last trial of this draft."""
    trial = last_trial(database(), scheme_id)
    if trial is None or conditions.draft is None:
        return None
    names = platforms_of(database(), actor().basin_id)
    counts = counts_of_trial(database(), trial.id)
    told = [(names[str(key)], counts[key]) for key in map(UUID, names) if key in counts]
    return {
        "asked_at": trial.asked_at,
        "is_current": trial.rules == conditions.draft.rules,
        "platforms": len(names),
        "told": told,
        "gained": hidden_sum([count.gained for _name, count in told]),
        "lost": hidden_sum([count.lost for _name, count in told]),
        "to_ask": hidden_sum([count.to_ask for _name, count in told]),
    }


@pages.form("/dispositifs/<uuid:scheme_id>/conditions/publication", WRITE)
def publish(scheme_id: UUID) -> AnyResponse:
    """Publish what is in preparation, having read what changes."""
    scheme, conditions = scheme_and_conditions(scheme_id)
    back = url_for("eligibility_desk.index", scheme_id=scheme.id)
    form = Form(PublishSchema())
    if request.method == "POST":
        form = Form.from_request(PublishSchema(), request.form)
        if form.validate():
            try:
                version = actions.publish(database(), actor(), scheme, form.data["note"], form.version or "")
            except actions.StaleDraft:
                raise draft_conflict(form, scheme.id) from None
            except Refused as refused:
                form.add_error(None, refusal(refused))
            else:
                flash(
                    _("Published: version %(number)s. What was sent before keeps its answer.", number=version.number),
                    "done",
                )
                return redirect_after_post(back)
    return render(
        "eligibility_desk/publish.html",
        status=422 if form.errors else 200,
        scheme=scheme,
        form=form,
        version=form.version or conditions.read,
        changes=differences(conditions.in_force, conditions.rules),
        excluded=refused_pairs(conditions.rules),
        cancel_url=back,
    )


@pages.button("/dispositifs/<uuid:scheme_id>/conditions/essai", WRITE)
def ask_trial(scheme_id: UUID) -> AnyResponse:
    """Let each platform count what would change for its people."""
    scheme, _conditions = scheme_and_conditions(scheme_id)
    try:
        actions.ask_trial(database(), actor(), scheme)
    except Refused as refused:
        flash(refusal(refused), "wait")
    else:
        flash(_("The platforms are counting. This page says what they found, from a minute on."), "done")
    return redirect_after_post(url_for("eligibility_desk.index", scheme_id=scheme.id))


@pages.button("/dispositifs/<uuid:scheme_id>/conditions/abandon", WRITE)
def give_up(scheme_id: UUID) -> AnyResponse:
    """Forget what is in preparation."""
    scheme, conditions = scheme_and_conditions(scheme_id)
    try:
        actions.give_up(database(), scheme, version_read(scheme, conditions))
    except actions.StaleDraft:
        raise draft_conflict(None, scheme.id) from None
    flash(_("Given up. The conditions in force stay."), "done")
    return redirect_after_post(url_for("eligibility_desk.index", scheme_id=scheme.id))


@pages.page("/dispositifs/<uuid:scheme_id>/conditions/versions/<int:number>", READ)
def version(scheme_id: UUID, number: int) -> Response:
    """A version as it was published, with what it changed."""
    scheme, _conditions = scheme_and_conditions(scheme_id)
    found, former = version_or_404(scheme, number)
    rules = rules_of_version(found)
    before: tuple[Rule, ...] = tuple(rules_of_version(former)) if former else ()
    return render(
        "eligibility_desk/version.html",
        scheme=scheme,
        version=found,
        rules=[(rule, in_words(rule), validity(rule)) for rule in rules],
        changes=differences(before, rules) if former else [],
    )
