"""An address of another place of work of the same person: the page names both places, and one button goes there."""

from __future__ import annotations

from flask import Response, abort, make_response, render_template, request

from clais.identity.queries import open_memberships
from clais.identity.roles import ROLES
from clais.web.context import actor, database
from clais.web.csrf import author_of_form
from clais.web.error_texts import explanation_of
from clais.web.errors import error_response
from clais.web.kept import FIELD, address_of_request, keep_answers
from clais.web.rendering import is_partial_request

ELSEWHERE = 409


def offer_place(slug: str) -> Response:
    """Offer to work in the tenant `slug` and go on there, with what was typed.

    For who is no member of it, the 404 of an address that does not exist.
    """
    who = actor()
    places = [place for place in open_memberships(database(), who.user_id) if place[1].slug == slug]
    if not places:
        abort(404)
    explanation = explanation_of(ELSEWHERE, "elsewhere")
    if is_partial_request():
        return error_response(ELSEWHERE, explanation=explanation)
    sent = request.method != "GET"
    kept = keep_answers() if sent and author_of_form() == who.user_id else ""
    page = render_template(
        "kept/elsewhere.html",
        places=places,
        roles=ROLES,
        here=who.tenant_name,
        there=places[0][1].name,
        field=FIELD,
        sealed=kept,
        lost=sent and not kept,
        next="" if sent else address_of_request(),
    )
    return make_response(page, ELSEWHERE)
