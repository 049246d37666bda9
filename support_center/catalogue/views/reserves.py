from uuid import UUID

from flask import Response, flash, request, url_for

from clais.exchange.publications.models import SchemeSession
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.registry.queries import open_platforms
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.formatting import exact_day
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from support_center.catalogue.schemas import reserve_schema
from support_center.catalogue.workflow import WRITE
from support_center.routing.reserves import reserve, reserves_of

pages = Pages()


@pages.form("/dispositifs/sessions/<uuid:session_id>/reserves", WRITE)
def reserves(session_id: UUID) -> Response:
    """The seats that a session keeps for a platform until a day."""
    row = get_or_404(SchemeSession, session_id)
    back = url_for("catalogue.show", scheme_id=row.scheme_id)
    platforms = {str(one.id): one.name for one in open_platforms(database(), actor().basin_id)}
    schema = reserve_schema(list(platforms.items()))
    form = Form(schema)
    if request.method == "POST":
        form = Form.from_request(schema, request.form)
        if form.validate() and _kept(row, form):
            flash(_("Saved: %(platform)s sees it now.", platform=platforms[form.data["platform_id"]]), "done")
            return redirect_after_post(back)
    kept = row.count.reserved or {}
    return render(
        "catalogue/reserves.html",
        status=422 if form.errors else 200,
        form=form,
        cancel_url=back,
        day=exact_day(row.starts_on),
        free=row.seats - row.seats_taken,
        agreed=[
            (platforms.get(str(one.platform_id), _("a platform that is closed")), one, kept.get(str(one.platform_id)))
            for one in reserves_of(database(), row.id)
        ],
    )


def _kept(row: SchemeSession, form: Form) -> bool:
    """Whether the seats could be kept; else the form says why not."""
    facts = form.data
    try:
        with database().begin_nested():
            reserve(database(), row, UUID(facts["platform_id"]), facts["seats"], facts["until"])
    except Refused as refused:
        if refused.code == "past":
            form.add_error("until", _("This day is over."))
        else:
            form.add_error("seats", _("Fewer seats are free, or they are kept for others already."))
        return False
    return True
