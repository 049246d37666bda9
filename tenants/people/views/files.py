from flask import Response, request

from clais.audit.listings import record_typing
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.searching.typed import SearchText, query_tokens
from clais.services import services
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post, render
from tenants.people.matching.search import FOUND, MOST_PROPOSED, Found
from tenants.people.matching.search import search as find
from tenants.people.rows import detail, lines_of
from tenants.people.schemas import SearchSchema
from tenants.people.urls import home_of

pages = Pages()


@pages.route("/personnes/recherche", permission="person.list", methods=("POST",))
def search() -> Response:
    """Look someone up; the one file that fits is opened. The search is sent in the body, never in a URL."""
    form = Form.from_request(SearchSchema(), request.form)
    found = Found()
    unread: tuple[str, ...] = ()
    if form.validate():
        typed = query_tokens(form.data["q"])
        found, unread = _found(typed, FOUND), typed.unread
        if found.alone and not unread:
            return redirect_after_post(home_of(found.alone))
    return render(
        "people/search.html",
        "people/_found.html",
        form=form,
        people=lines_of(found.people, may_open=actor().may("person.read")),
        nearly=found.nearly,
        more=found.more,
        typed=request.form.get("q", ""),
        unread=unread,
    )


@pages.post("/personnes/recherche/propositions", "person.list")
def propose() -> Response:
    """The files that a search means while it is being typed, each with its address."""
    form = Form.from_request(SearchSchema(), request.form)
    record_typing(database())
    found = _found(query_tokens(form.data["q"]), MOST_PROPOSED) if form.validate() else Found()
    items = [{"value": home_of(person), "label": person.full_name, "detail": detail(person)} for person in found.people]
    return render("people/proposals.html", items=items)


def _found(typed: SearchText, limit: int) -> Found:
    return find(database(), typed, services().keyring, limit, referrals=actor().may("referral.read"))
