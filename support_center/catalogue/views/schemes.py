from collections.abc import Sequence
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.clock import today
from clais.database import NIL
from clais.exchange.publications.models import Scheme, SchemeOperator, SchemeSession
from clais.exchange.publications.presentation import delay_facts, operator_facts, scheme_facts, session_texts
from clais.exchange.publications.queries import (
    KINDS,
    SchemeOffer,
    confirmed_on,
    free_seats,
    offers_of_basin,
    operator_of,
    scheme_of_basin,
    usual_delays,
)
from clais.exchange.publications.rows import (
    SORTS,
    found_listing,
    in_order,
    is_to_confirm,
    narrowed,
    offer_columns,
    offer_filters,
    offer_lines,
    offer_search,
    with_words,
)
from clais.exchange.publications.rules.freshness import hidden_from
from clais.exchange.publications.schemas import OfferSearchSchema
from clais.exchange.referrals.parcels import FIELDS
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.listing import Filter, Line
from clais.translation import N_, ngettext
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.lists import asked, found_text
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from support_center.catalogue import actions
from support_center.catalogue.conflicts import moved, save
from support_center.catalogue.forms import field_values, form_of_scheme, scheme_columns
from support_center.catalogue.presentation import people_text, website_problem
from support_center.catalogue.queries import people_in
from support_center.catalogue.schemas import SchemesSchema
from support_center.catalogue.websites import checks_of
from support_center.catalogue.workflow import SCHEME, WRITE

pages = Pages()

TABS = {
    "draft": N_("Drafts"),
    "open": N_("Published schemes"),
    "suspended": N_("Suspended schemes"),
    "closed": N_("Closed schemes"),
}
STEPS = {
    "publication": "publish",
    "suspension": "suspend",
    "reprise": "resume",
    "fermeture": "close",
    "reouverture": "reopen",
}
"""What an address calls a step of the workflow of a scheme."""
TAGS = {"draft": "wait", "open": "done", "suspended": "wait", "closed": ""}


@pages.page("/dispositifs", "scheme.read")
def index() -> Response:
    """What the centre publishes to its basin."""
    chosen = asked("catalogue.index", SchemesSchema)
    offers = offers_of_basin(database(), only_open=False)
    others = {name: value for name, value in chosen.filters.items() if name != "state"}
    views: dict[str | None, str] = {None: _("All")} | {code: _(label) for code, label in TABS.items()}
    page = in_order(narrowed(offers, chosen.filters), chosen.sort, descending=chosen.descending)
    may_write = actor().may(WRITE)
    lines = _lines(page)
    listing = chosen.listing(
        _("Schemes"),
        offer_columns(),
        lines,
        filters=[*offer_filters(), Filter("stale", _("To confirm"), {"yes": _("for six months or more")})],
        found=found_text(len(page), len(offers), ngettext("%(num)d scheme", "%(num)d schemes", len(offers))),
        search=offer_search(),
        search_url=url_for("catalogue.search"),
        tabs=[
            chosen.tab(label, str(len(narrowed(offers, others | ({"state": code} if code else {})))), state=code)
            for code, label in views.items()
        ],
    )
    return render("catalogue/index.html", listing=listing, may_write=may_write, is_narrowed=bool(chosen.filters))


def _lines(offers: Sequence[SchemeOffer]) -> list[Line]:
    """The rows; who may write plans a session where none is open."""
    planning = url_for("catalogue.new_session", scheme_id=NIL) if actor().may(WRITE) else ""
    address = url_for("catalogue.show", scheme_id=NIL)
    return offer_lines(offers, address, usual_delays(database()), for_centre=True, planning_address=planning)


@pages.post("/dispositifs/recherche", "scheme.read")
def search() -> AnyResponse:
    """The schemes that have some words, sent in the body as whatever is typed; without words, the whole list."""
    form = Form.from_request(OfferSearchSchema(), request.form)
    # After a sign-in it is looked for anew.
    is_wrong = not form.validate() and not form.reopened
    words = form["q"].value.strip()
    if not words:
        return redirect_after_post(url_for("catalogue.index"))
    offers = offers_of_basin(database(), only_open=False)
    page = [] if is_wrong else in_order(with_words(offers, words), SORTS[0])
    may_write = actor().may(WRITE)
    found = found_text(len(page), len(offers), ngettext("%(num)d scheme", "%(num)d schemes", len(offers)))
    listing = found_listing(
        _("Schemes"),
        _lines(page),
        words,
        found,
        url_for("catalogue.search"),
        url_for("catalogue.index"),
    )
    status = 422 if is_wrong else 200
    return render(
        "catalogue/index.html", status=status, listing=listing, may_write=may_write, is_narrowed=True, form=form
    )


@pages.form("/dispositifs/nouveau", WRITE)
def new_scheme() -> Response:
    """Begin a scheme."""
    schema = form_of_scheme(database())
    form = Form(schema)
    if request.method == "POST":
        form = Form.from_request(schema, request.form)
        if form.validate():
            scheme = actions.draft_scheme(database(), actor(), *scheme_columns(form.data))
            flash(_("It is a draft: the platforms do not see it yet."), "done")
            return redirect_after_post(url_for("catalogue.show", scheme_id=scheme.id))
    return render(
        "catalogue/edit.html",
        columns=False,
        status=422 if form.errors else 200,
        form=form,
        heading=_("New scheme"),
        cancel_url=url_for("catalogue.index"),
        version=None,
    )


@pages.page("/dispositifs/<uuid:scheme_id>", "scheme.read")
def show(scheme_id: UUID) -> Response:
    """One scheme and its sessions."""
    offer = scheme_of_basin(database(), scheme_id)
    if offer is None:
        abort(404)
    scheme = offer.scheme
    may_write = actor().may(WRITE) and scheme.owner_tenant_id == actor().tenant_id
    return render(
        "catalogue/show.html",
        scheme=scheme,
        state=(_(SCHEME.states[scheme.state]), TAGS[scheme.state]),
        buttons=SCHEME.buttons(scheme, actor().permissions) if may_write else {},
        steps={step: noun for noun, step in STEPS.items()},
        people=people_in(database(), scheme.id),
        people_text=people_text,
        sessions=_to_come_first(offer.sessions),
        past=[row for row in reversed(offer.sessions) if row.ends_on < today()],
        kinds=KINDS,
        operator=operator_of(database(), scheme),
        facts_of=scheme_facts(scheme, [_(FIELDS[code].label) for code in scheme.required_fields if code in FIELDS]),
        session_texts=session_texts,
        delays=delay_facts(scheme.id, usual_delays(database())),
        broken=_broken(scheme, operator_of(database(), scheme)),
        to_confirm=is_to_confirm(offer),
        confirmed_on=confirmed_on(scheme),
        hidden=hidden_from(confirmed_on(scheme)),
        operator_facts=operator_facts,
        today=today(),
        free_seats=free_seats,
        may_write=may_write,
    )


def _broken(scheme: Scheme, operator: SchemeOperator | None) -> list[tuple[str, str]]:
    """The websites of a scheme and its operator that do not answer, and why."""
    known = checks_of(database())
    found = filter(None, {scheme.website, operator.website if operator else None})
    return [(website, said) for website in sorted(found) if (said := website_problem(known.get(website)))]


def _to_come_first(sessions: Sequence[SchemeSession]) -> list[SchemeSession]:
    """The sessions that are not over: those to come, soonest first, then those under way."""
    going = [row for row in sessions if row.ends_on >= today()]
    return sorted(going, key=lambda row: (row.starts_on <= today(), row.starts_on))


@pages.form("/dispositifs/<uuid:scheme_id>/modification", WRITE)
def edit_scheme(scheme_id: UUID) -> Response:
    """Change a scheme; a version saved meanwhile is shown beside this one."""
    scheme = get_or_404(Scheme, scheme_id)
    back = url_for("catalogue.show", scheme_id=scheme.id)
    schema = form_of_scheme(database())
    form = Form(schema, field_values(schema, scheme))
    if request.method == "POST":
        form = Form.from_request(schema, request.form)
        if form.validate():
            save(form, scheme, lambda: actions.edit_scheme(database(), scheme, *scheme_columns(form.data)))
            flash(_("Saved."), "done")
            return redirect_after_post(back)
    return render(
        "catalogue/edit.html",
        columns=False,
        status=422 if form.errors else 200,
        form=form,
        heading=_("Change %(name)s", name=scheme.name),
        cancel_url=back,
        version=form.version or scheme.version,
    )


@pages.button("/dispositifs/<uuid:scheme_id>/<any({}):step>".format(", ".join(STEPS)), WRITE)
def move_scheme(scheme_id: UUID, step: str) -> Response:
    """Publish a scheme, suspend it, close it, or take it up again. Who is in it stays."""
    scheme = get_or_404(Scheme, scheme_id)
    try:
        actions.move_scheme(database(), actor(), scheme, STEPS[step])
    except Refused as refused:
        raise moved(scheme) from refused
    people = people_in(database(), scheme_id)
    if scheme.state == "open":
        flash(_("The platforms read it now, and refer people to it."), "done")
    elif people.anybody:
        flash(_("Nobody new is referred to it. They stay: %(people)s.", people=people_text(people)), "done")
    else:
        flash(_("Nobody new is referred to it."), "done")
    return redirect_after_post(url_for("catalogue.show", scheme_id=scheme_id))


@pages.button("/dispositifs/<uuid:scheme_id>/confirmation", WRITE)
def confirm_scheme(scheme_id: UUID) -> Response:
    """Say that all that is written of a scheme is still so."""
    actions.confirm_scheme(database(), get_or_404(Scheme, scheme_id))
    flash(_("Confirmed today."), "done")
    return redirect_after_post(url_for("catalogue.show", scheme_id=scheme_id))
