from flask import Response, request

from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.services import services
from clais.web.context import actor, database
from clais.web.rendering import render
from tenants.people import queries
from tenants.people.matching.keys import number_hash
from tenants.people.matching.names import query_tokens
from tenants.people.models import Person
from tenants.people.rows import lines_of
from tenants.people.schemas import SearchSchema

pages = Pages()


@pages.route("/personnes/recherche", permission="person.list", methods=("POST",))
def search() -> Response:
    """Look someone up. The search is sent in the body, never in a URL."""
    form = Form.from_request(SearchSchema(), request.form)
    found: list[Person] = []
    unread: tuple[str, ...] = ()
    if form.validate():
        typed = query_tokens(form.data["q"])
        number = typed.national_number
        hashed = number_hash(services().keyring, database(), number) if number else None
        found = queries.people_matching(database(), typed, queries.FOUND + 1, hashed_number=hashed, brief=True)
        unread = typed.unread
    return render(
        "people/search.html",
        "people/_found.html",
        form=form,
        people=lines_of(found[: queries.FOUND], may_open=actor().may("person.read")),
        more=len(found) > queries.FOUND,
        typed=request.form.get("q", ""),
        unread=unread,
    )
