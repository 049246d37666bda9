from flask import Response, flash, request, url_for

from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.formatting import day_as
from clais.web.rendering import redirect_after_post, render
from tenants.intake import actions, queries
from tenants.intake.choices import TOPICS
from tenants.intake.schemas import InformationRequestSchema

pages = Pages()


@pages.form("/accueil/demandes/nouvelle", "information_request.create")
def ask() -> Response:
    """Count an anonymous question at the desk."""
    form = Form(InformationRequestSchema())
    if request.method == "POST":
        form = Form.from_request(InformationRequestSchema(), request.form)
        if form.validate():
            actions.note_information_request(database(), actor(), form.data)
            flash(_("The question is counted."), "done")
            return redirect_after_post(url_for("intake.index"))
    return render("intake/ask.html", status=422 if form.typed is not None else 200, form=form)


@pages.page("/accueil/demandes", "information_request.read")
def figures() -> Response:
    """The number of anonymous questions per month."""
    return render(
        "intake/figures.html",
        months=queries.information_requests_by_month(database()),
        topics=TOPICS,
        month_name=lambda first: day_as(first, "LLLL y"),
    )
