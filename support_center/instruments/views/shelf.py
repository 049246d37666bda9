from uuid import UUID

from flask import Response, flash, request, url_for

from clais.exchange.adoptions.queries import received_adoptions, received_standings
from clais.exchange.publications.models import Instrument
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.instruments.choices import INSTRUMENT_KINDS
from clais.listing import Listing
from clais.registry.queries import open_platforms
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.lists import asked
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from support_center.instruments.actions import drafts
from support_center.instruments.matrix import columns_of, dues_of, filters_of, late, matrix_of
from support_center.instruments.presentation import TAGS, state_text
from support_center.instruments.queries import shelf_of, shelves, to_review
from support_center.instruments.schemas import LATE, InstrumentSchema, MatrixSchema
from support_center.instruments.workflow import WRITE

pages = Pages()
READ = "instrument.read"
MOST_LATE = 12
"""Lines of what is to do: the matrix shows the others."""


@pages.page("/outils", READ)
def index() -> Response:
    """Which platform works with which version, who is late, and what is in preparation."""
    session, chosen = database(), asked("instruments.index", MatrixSchema)
    found, platforms = shelves(session), open_platforms(session, actor().basin_id)
    dues = dues_of(found, platforms, received_standings(session))
    columns = columns_of(chosen, platforms, dues)
    shown = received_adoptions(session, [platform.id for platform in columns.shown])
    overdue = [due for due in dues if due.is_late]
    return render(
        "instruments/index.html",
        shelves=found,
        late=list(map(late, overdue[:MOST_LATE])),
        more_late=len(overdue[MOST_LATE:]),
        late_url=chosen.url(etat=LATE),
        listing=columns.listing,
        matrix=matrix_of(found, columns.shown, shown),
        to_review=to_review(session, actor()),
        state_text=state_text,
        tags=TAGS,
        may_write=actor().may(WRITE),
    )


@pages.page("/outils/filtres", READ)
def matrix_filters() -> Response:
    """The choices by which the matrix is narrowed: a page, and the menu of the matrix once it is opened."""
    chosen = asked("instruments.index", MatrixSchema)
    found = filters_of(open_platforms(database(), actor().basin_id))
    listing = Listing(
        _("Instruments and platforms"), (), (), filters=found, url=chosen.path, arguments=chosen.arguments
    )
    return render("listing/filters.html", "listing/_filters.html", listing=listing)


@pages.page("/outils/tous", READ)
def all_instruments() -> Response:
    """The instruments of the basin by name, with what is in use and what is in preparation."""
    return render(
        "instruments/all.html",
        shelves=shelves(database()),
        kinds=INSTRUMENT_KINDS,
        state_text=state_text,
        tags=TAGS,
        may_write=actor().may(WRITE),
    )


@pages.form("/outils/nouveau", WRITE)
def new_instrument() -> Response:
    """Create an instrument and begin its first version."""
    form = Form(InstrumentSchema())
    if request.method == "POST":
        form = Form.from_request(InstrumentSchema(), request.form)
        if form.validate():
            try:
                version = drafts.create_instrument(database(), actor(), form.data)
            except Refused:
                form.add_error("code", _("Another instrument has this code."))
            else:
                flash(_("Its first version is a draft: nobody else sees it."), "done")
                return redirect_after_post(url_for("instruments.show", version_id=version.id))
    return render(
        "instruments/form.html",
        status=422 if form.errors else 200,
        form=form,
        heading=_("New instrument"),
        cancel_url=url_for("instruments.index"),
        version=None,
    )


@pages.page("/outils/<uuid:instrument_id>", READ)
def instrument(instrument_id: UUID) -> Response:
    """One instrument and all its versions."""
    row = get_or_404(Instrument, instrument_id)
    return render(
        "instruments/instrument.html",
        shelf=shelf_of(database(), row),
        kinds=INSTRUMENT_KINDS,
        state_text=state_text,
        tags=TAGS,
        may_write=actor().may(WRITE),
    )


@pages.button("/outils/<uuid:instrument_id>/version", WRITE)
def begin_version(instrument_id: UUID) -> Response:
    """Begin the next version; the one in preparation, when there is one."""
    row = get_or_404(Instrument, instrument_id)
    try:
        begun = drafts.begin_version(database(), actor(), row)
    except Refused:
        standing = shelf_of(database(), row).in_preparation
        flash(_("A version is in preparation already."), "info")
        if standing is None:
            return redirect_after_post(url_for("instruments.instrument", instrument_id=row.id))
        return redirect_after_post(url_for("instruments.show", version_id=standing.id))
    flash(_("The new version begins as the published one is."), "done")
    return redirect_after_post(url_for("instruments.show", version_id=begun.id))
