from uuid import UUID

from flask import Response, flash, request, url_for

from clais.exchange.publications.models import SchemeOperator
from clais.exchange.publications.presentation import operator_facts
from clais.exchange.publications.queries import operators_of_basin
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import form_page, redirect_after_post, render
from clais.workflow import Refused
from support_center.catalogue import actions
from support_center.catalogue.conflicts import save
from support_center.catalogue.forms import field_values
from support_center.catalogue.queries import schemes_by_operator
from support_center.catalogue.schemas import OperatorSchema
from support_center.catalogue.workflow import WRITE

pages = Pages()


@pages.page("/dispositifs/operateurs", "scheme.read")
def operators() -> Response:
    """Who runs the schemes, how they are reached, and what they run."""
    return render(
        "catalogue/operators.html",
        operators=operators_of_basin(database()),
        schemes=schemes_by_operator(database()),
        operator_facts=operator_facts,
        may_write=actor().may(WRITE),
    )


@pages.form("/dispositifs/operateurs/nouveau", WRITE)
def new_operator() -> Response:
    """Add an operator."""
    form = Form(OperatorSchema())
    if request.method == "POST":
        form = Form.from_request(OperatorSchema(), request.form)
        if form.validate():
            try:
                row = actions.add_operator(database(), actor(), form.data)
            except Refused:
                form.add_error("name", _("There is an operator of that name already."))
            else:
                flash(_("%(name)s can be chosen now.", name=row.name), "done")
                return redirect_after_post(url_for("catalogue.operators"))
    return form_page(form, _("New operator"), url_for("catalogue.operators"))


@pages.form("/dispositifs/operateurs/<uuid:operator_id>/modification", WRITE)
def edit_operator(operator_id: UUID) -> Response:
    """Change an operator, in its schemes too."""
    row = get_or_404(SchemeOperator, operator_id)
    name, version = row.name, row.version
    form = Form(OperatorSchema(), field_values(OperatorSchema(), row))
    if request.method == "POST":
        form = Form.from_request(OperatorSchema(), request.form)
        if form.validate():
            try:
                save(form, row, lambda: actions.edit_operator(database(), row, form.data))
            except Refused:
                form.add_error("name", _("There is an operator of that name already."))
            else:
                flash(_("Saved."), "done")
                return redirect_after_post(url_for("catalogue.operators"))
    heading = _("Change %(name)s", name=name)
    return form_page(form, heading, url_for("catalogue.operators"), version=form.version or version)
