"""The choices of questions that are searched while one types: they are stored in words, as the person reads them."""

from flask import Response, request
from sqlalchemy import select

from clais.database.keyset import alphabetical
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.registry.models import Municipality
from clais.registry.queries import occupations_named
from clais.text import fold
from clais.web.context import database
from clais.web.rendering import render
from tenants.questionnaires.schemas import SearchSchema

pages = Pages()
PROPOSED = 12


@pages.post("/questionnaires/metiers", "occupation.search")
def occupations() -> Response:
    """Occupations of the ROME that what was typed may mean."""
    form = Form.from_request(SearchSchema, request.form)
    found = occupations_named(database(), form.data["q"]) if form.validate() else []
    items = [{"value": f"{row.label} ({row.code})", "label": row.label, "detail": row.code} for row in found]
    return render("questionnaires/choices.html", items=items)


@pages.post("/questionnaires/communes", "locality.search")
def municipalities() -> Response:
    """Municipalities whose name begins as typed."""
    form = Form.from_request(SearchSchema, request.form)
    items: list[dict[str, str]] = []
    if form.validate():
        every = database().scalars(select(Municipality.name_french).order_by(alphabetical(Municipality.name_french)))
        start = fold(form.data["q"])
        names = [name for name in every if fold(name).startswith(start)][:PROPOSED]
        items = [{"value": name, "label": name} for name in names]
    return render("questionnaires/choices.html", items=items)
