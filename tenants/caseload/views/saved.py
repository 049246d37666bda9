"""The views of the list that members keep: for themselves, or for the team."""

from uuid import UUID

from flask import Response, abort, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.caseload import actions, queries
from tenants.caseload.actions import SHARE
from tenants.caseload.forms import (
    arguments_known,
    asked_here,
    columns_here,
    filters_in_force,
    still_means_the_same,
)
from tenants.caseload.schemas import SavedViewSchema

pages = Pages()


@pages.form("/personnes/vues/nouvelle", "person.list")
def keep_view() -> Response:
    """Keep the filters, the order and the columns of the list under a name; and the views that are kept."""
    columns = columns_here()
    chosen = asked_here(columns)
    schema = SavedViewSchema(exclude=() if actor().may(SHARE) else ("is_shared",))
    form = Form.from_request(schema, request.form) if request.method == "POST" else Form(schema)
    if request.method == "POST" and form.validate():
        label = form.data["label"]
        try:
            actions.keep_view(database(), actor(), label, chosen.arguments, is_shared=form.data.get("is_shared", False))
        except Refused:
            form.add_error("label", _("You keep as many views as one can: forget one first."))
        else:
            flash(_("The view « %(label)s » is kept above the list.", label=label), "done")
            return redirect_after_post(chosen.url())
    kept = queries.saved_views(database(), actor().membership_id)
    return render(
        "caseload/keep_view.html",
        status=422 if form.errors else 200,
        form=form,
        chips=chosen.chips(filters_in_force(chosen, columns)),
        arguments=chosen.arguments,
        back_url=chosen.url(),
        views=kept,
        known={
            view.id: arguments_known(columns, view.arguments)
            for view in kept
            if still_means_the_same(columns, view.arguments)
        },
    )


@pages.button("/personnes/vues/<uuid:view_id>/oubli", "person.list")
def forget_view(view_id: UUID) -> AnyResponse:
    """Forget a view that is kept."""
    view = actions.forget_view(database(), actor(), view_id)
    if view is None:
        abort(404)
    flash(_("The view « %(label)s » is forgotten.", label=view.label), "done")
    return redirect_after_post(url_for("caseload.keep_view"))
